import Kernel
import MinixABI

/// EXEC: the caller becomes another program. Until VM has made room for it a failure leaves the caller
/// as it was; afterwards it is its end. Source: POSIX sheet 2.3; ABI 9.12 and 17.
extension ProcessManager {
  func exec(_ request: Message, _ caller: ProcessSlot) {
    let endpoint = roster[caller].endpoint
    let pathByteCount = request[int: 8]
    guard pathByteCount > 0 else { return answer(.einval, caller) }
    guard pathByteCount <= Self.pathLimit else { return answer(.enametoolong, caller) }
    copyIn(Int(pathByteCount), from: endpoint, at: request[word: 20]) { [self] path in
      switch path {
      case .failure(let error): answer(error, caller)
      case .success(let bytes):
        guard bytes.last == 0 else { return answer(.enametoolong, caller) }
        let path = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        fetchFrame(request, of: path, caller)
      }
    }
  }

  /// `PATH_MAX`, with the NUL.
  private static var pathLimit: Int32 { 255 }
  /// `ARG_MAX`.
  private static var frameLimit: UInt32 { 262_144 }
  /// As many as VM takes.
  private static var regionLimit: Int { 32 }

  /// The last component.
  private static func name(at path: String) -> String {
    String(path.split(separator: "/").last ?? "")
  }

  private func fetchFrame(_ request: Message, of path: String, _ caller: ProcessSlot) {
    let byteCount = request[word: 12]
    guard byteCount <= Self.frameLimit else { return answer(.enomem, caller) }
    copyIn(Int(byteCount), from: roster[caller].endpoint, at: request[word: 24]) { [self] bytes in
      switch bytes {
      case .failure(let error): answer(error, caller)
      case .success(let bytes):
        guard let frame = ExecFrame(bytes) else { return answer(.einval, caller) }
        find(path, frame, caller)
      }
    }
  }

  private func find(_ path: String, _ frame: ExecFrame, _ caller: ProcessSlot) {
    guard !path.isEmpty else { return answer(.enoent, caller) }
    switch catalog.program(at: path) {
    case .failure(let error): answer(error, caller)
    case .success(let program):
      guard !program.regions.isEmpty, program.regions.count <= Self.regionLimit else {
        return answer(.enoexec, caller)
      }
      makeRoom(for: program, at: path, frame, caller)
    }
  }

  /// VM_EXEC_NEWMEM.
  private func makeRoom(
    for program: ExecutableProgram, at path: String, _ frame: ExecFrame, _ caller: ProcessSlot
  ) {
    let argument = program.memoryArgument(
      name: Self.name(at: path), frameByteCount: frame.bytes.count, roster[caller].identity)
    let place = memory.store(argument)
    callVM(.execNewMemory) {
      $0[endpoint: 8] = roster[caller].endpoint
      $0[int: 12] = Int32(argument.count)
      $0[word: 20] = place
    } then: { [self] reply in
      guard reply.type == 0 else { return answer(reply.type, caller) }
      let endpoint = roster[caller].endpoint
      load(program.parts[...], into: endpoint) { [self] loaded in
        guard loaded == .ok else { return end(caller, .signal(.kill)) }
        copyOut(frame.bytes[...], to: endpoint, at: frame.stackPointer) { [self] copied in
          guard copied == .ok else { return end(caller, .signal(.kill)) }
          begin(program, at: path, frame, caller)
        }
      }
    }
  }

  /// The file's bytes.
  private func load(
    _ parts: ArraySlice<ExecutableProgram.Part>, into endpoint: Endpoint,
    then proceed: @escaping (ResultCode) -> Void
  ) {
    guard let part = parts.first else { return proceed(.ok) }
    copyOut(part.bytes, to: endpoint, at: part.address) { [self] result in
      guard result == .ok else { return proceed(result) }
      load(parts.dropFirst(), into: endpoint, then: proceed)
    }
  }

  /// SYS_EXEC. Nobody answers the request: there is no one left who made it.
  private func begin(
    _ program: ExecutableProgram, at path: String, _ frame: ExecFrame, _ caller: ProcessSlot
  ) {
    roster[caller].signals.forgetHandlers()
    descriptorKeeper?.exec(roster[caller].endpoint)
    originals[roster[caller].endpoint]?.path = path
    let bytes = Array(Self.name(at: path).utf8.prefix(7))
    let place = memory.store(bytes + Array(repeating: 0, count: 8 - bytes.count))
    callKernel(.exec) {
      $0[endpoint: 8] = roster[caller].endpoint
      $0[word: 20] = frame.stackPointer
      $0[word: 24] = place
      $0[word: 28] = program.entry
    }
  }
}

extension ExecutableProgram {
  /// What VM is told: MINIX's 56 bytes, and the regions, which tell it more.
  fileprivate func memoryArgument(
    name: String, frameByteCount: Int, _ identity: ProcessIdentity
  ) -> [UInt8] {
    let text = regions.filter { !$0.isWritable }.reduce(0) { $0 + $1.byteCount }
    let data = regions.filter(\.isWritable).reduce(0) { $0 + $1.byteCount }
    var image = WordImage(
      words: [text, data, 0, text &+ data &+ AddressSpaceLayout.stackRegionByteCount]
        + [UInt32(frameByteCount), 0, 0, 0, 0] + Array(repeating: 0, count: 5)
        + regions.flatMap { [$0.start, $0.byteCount, $0.isWritable ? 1 : 0] })
    image[36] =
      UInt32(UInt16(bitPattern: identity.effectiveUser))
      | UInt32(UInt8(bitPattern: identity.effectiveGroup)) << 16
    // The name follows the group, unaligned.
    for (index, byte) in name.utf8.prefix(15).enumerated() { image.bytes[39 + index] = byte }
    return image.bytes
  }
}

/// The stack that EXEC's caller has built, moved to where it will stand.
///
/// From the start: argc, the arguments' offsets, 0, the environment's offsets, 0, the strings. Offsets
/// become addresses. The stack pointer is a multiple of 16, as compilers of today want it; MINIX's
/// is one of 4.
struct ExecFrame {
  let stackPointer: UInt32
  let bytes: [UInt8]

  /// - Returns: nil if one of the lists has no end.
  init?(_ frame: [UInt8]) {
    stackPointer = (AddressSpaceLayout.stackTop - UInt32(frame.count)) & ~15
    var image = WordImage(frame)
    var (offset, zeros) = (4, 0)
    while zeros < 2 {
      guard offset + 4 <= frame.count else { return nil }
      if image[offset] == 0 {
        zeros += 1
      } else {
        image[offset] &+= stackPointer
      }
      offset += 4
    }
    bytes = image.bytes
  }
}
