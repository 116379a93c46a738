import I386
public import Kernel
import MinixABI

/// VFS: the standard descriptors, and files that are offered to programs to read; ENOSYS for all else.
///
/// Bytes come and go piece by piece with SYS_VIRCOPY. Where a piece lies in memory that is not there
/// yet, the kernel suspends VFS until VM has made it so, as it would any process.
///
/// Source: minix `servers/vfs`; POSIX sheet 3.
public final class FileServer {
  let kernel: Kernel
  let output: any ProgramOutput
  private let input: (any ProgramInput)?
  let buffer = ResidentMemory(byteCount: Int(FileServer.bufferByteCount))
  let tree: FileTree
  var tables = DescriptorTables()
  /// Input that has come and that nobody has got yet, because its place was not there.
  private var unread: [UInt8] = []
  /// The call that a suspended copy belongs to.
  var suspended: Transfer?

  static var bufferByteCount: UInt32 { 64 << 10 }

  enum Transfer {
    case write(Write)
    case read(Read)
    case fileRead(FileRead)
    /// A path that is being fetched.
    case path(Message)
    /// The answer is all that is missing.
    case answer(Endpoint)
  }

  /// - Parameters:
  ///   - kernel: whose VFS it is.
  ///   - output: where descriptors 1 and 2 go.
  ///   - input: where descriptor 0 comes from; nil for nothing.
  ///   - files: what programs can open: no path twice, and none that leads through another.
  public init(
    kernel: Kernel, output: any ProgramOutput, input: (any ProgramInput)? = nil,
    files: [OfferedFile] = []
  ) {
    self.kernel = kernel
    self.output = output
    self.input = input
    tree = FileTree(files)
    kernel.attach(buffer, to: .vfs)
  }

  /// Handles what VFS's last IPC call has brought, and says what its next one is.
  public func handle(_ delivery: Kernel.Delivery) -> IPCRequest {
    if let transfer = suspended {
      suspended = nil
      proceed(with: transfer, ResultCode(rawValue: delivery.message.type))
    } else if delivery.result == .ok, !delivery.status.isNotification {
      serve(delivery.message)
    }
    return suspended == nil ? .receive(from: .any) : .kernelCall
  }

  private func proceed(with transfer: Transfer, _ copied: ResultCode) {
    switch transfer {
    case .write(var write):
      if let answer = take(copied, &write) ?? proceed(&write) { reply(answer, to: write.caller) }
    case .read(let read): finish(read, copied)
    case .fileRead(var read):
      if let answer = take(copied, &read) ?? proceed(&read) { reply(answer, to: read.caller) }
    case .path(let request): resume(request, copied)
    case .answer(let caller): reply(copied, to: caller)
    }
  }

  private func serve(_ request: Message) {
    switch PosixCall(rawValue: request.type) {
    case .read: read(request)
    case .write: write(request)
    case .open, .status, .access: fetchPath(of: request)
    case .close: close(request)
    case .seek: seek(request)
    case .descriptorStatus: answerStatus(ofDescriptorIn: request)
    case .fileControl: control(request)
    default: reply(ResultCode.enosys.rawValue, to: request.source)
    }
  }

  func copy(
    _ byteCount: UInt32, from source: (Endpoint, UInt32), to destination: (Endpoint, UInt32)
  ) -> ResultCode {
    var copy = Message(type: KernelCallNumber.virtualCopy.messageType)
    copy[endpoint: 12] = source.0
    copy[endpoint: 16] = destination.0
    copy[word: 20] = source.1
    copy[word: 24] = destination.1
    copy[word: 28] = byteCount
    return kernel.kernelCall(&copy, from: .vfs)
  }

  func reply(
    _ result: Int32, to endpoint: Endpoint, _ fill: (inout Message) -> Void = { _ in }
  ) {
    var message = Message(type: result)
    fill(&message)
    kernel.sendWithoutBlocking(message, from: .vfs, to: endpoint)
  }

  func reply(_ result: ResultCode, to endpoint: Endpoint) {
    reply(result.rawValue, to: endpoint)
  }

  /// The open file that a message's descriptor leads to.
  func openFile(of request: Message) -> (index: Int, file: OpenFile)? {
    guard let descriptor = tables[request[int: 8], of: request.source],
      let file = tables.files[descriptor.file]
    else { return nil }
    return (descriptor.file, file)
  }
}

// MARK: - WRITE

extension FileServer {
  struct Write {
    var caller: Endpoint
    var stream: ProgramStream
    var address: UInt32
    var byteCount: UInt32
    var done: UInt32 = 0

    var part: UInt32 { min(byteCount - done, FileServer.bufferByteCount) }
  }

  private func write(_ request: Message) {
    let count = request[int: 12]
    guard count >= 0 else { return reply(.einval, to: request.source) }
    guard case .output(let stream)? = openFile(of: request)?.file.kind else {
      return reply(.ebadf, to: request.source)
    }
    var write = Write(
      caller: request.source, stream: stream,
      address: request[word: 20], byteCount: UInt32(count))
    if let answer = proceed(&write) { reply(answer, to: write.caller) }
  }

  /// Copies and writes out what remains.
  ///
  /// - Returns: the call's answer, or nil while the copy is suspended.
  private func proceed(_ write: inout Write) -> Int32? {
    while write.done < write.byteCount {
      let result = copy(
        write.part, from: (write.caller, write.address &+ write.done),
        to: (.vfs, ResidentMemory.start.rawValue))
      if result == .vmSuspend {
        suspended = .write(write)
        return nil
      }
      if let answer = take(result, &write) { return answer }
    }
    return Int32(write.byteCount)
  }

  /// Writes out a piece that has been copied.
  ///
  /// - Returns: an error to answer with, if there is one.
  private func take(_ copied: ResultCode, _ write: inout Write) -> Int32? {
    guard copied == .ok else { return copied.rawValue }
    guard output.write(buffer.prefix(Int(write.part)), to: write.stream) else {
      return ResultCode.eio.rawValue
    }
    write.done += write.part
    return nil
  }
}

// MARK: - READ

extension FileServer {
  struct Read {
    var caller: Endpoint
    var byteCount: Int
  }

  private func read(_ request: Message) {
    let count = request[int: 12]
    guard count >= 0 else { return reply(.einval, to: request.source) }
    guard let (index, file) = openFile(of: request) else {
      return reply(.ebadf, to: request.source)
    }
    switch file.kind {
    case .input: readInput(request)
    case .file(let contents, _): readFile(request, index, contents, from: file.position)
    case .output: reply(.ebadf, to: request.source)
    }
  }

  /// Gets what there is, as from a terminal or a pipe, and at most a buffer full.
  private func readInput(_ request: Message) {
    let count = request[int: 12]
    let wanted = min(Int(count), Int(Self.bufferByteCount))
    guard fill(upTo: wanted) else { return reply(.eio, to: request.source) }
    let part = unread.prefix(wanted)
    guard !part.isEmpty else { return reply(0, to: request.source) }
    let read = Read(caller: request.source, byteCount: part.count)
    let result = copy(
      UInt32(part.count), from: (.vfs, buffer.store(part)),
      to: (request.source, request[word: 20]))
    guard result != .vmSuspend else {
      suspended = .read(read)
      return
    }
    finish(read, result)
  }

  /// Gets input where none is left.
  ///
  /// - Returns: whether that was possible.
  private func fill(upTo count: Int) -> Bool {
    guard unread.isEmpty, count > 0, let input else { return true }
    guard let bytes = input.read(upTo: count) else { return false }
    unread = bytes
    return true
  }

  private func finish(_ read: Read, _ copied: ResultCode) {
    guard copied == .ok else { return reply(copied, to: read.caller) }
    unread.removeFirst(read.byteCount)
    reply(Int32(read.byteCount), to: read.caller)
  }
}
