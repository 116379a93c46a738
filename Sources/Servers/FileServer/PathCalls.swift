import I386
import Kernel
import MinixABI

/// OPEN, STAT and ACCESS: the calls with a path. Source: POSIX sheet 3.1, 3.3.
extension FileServer {
  /// `PATH_MAX`, with the NUL.
  private static var pathLimit: Int32 { 255 }
  /// A path of this length, the NUL included, is in the message itself.
  private static var shortPathLimit: Int32 { 14 }

  func fetchPath(of request: Message) {
    let byteCount = request[int: 8]
    guard byteCount > 0 else { return reply(.einval, to: request.source) }
    guard byteCount <= Self.pathLimit else { return reply(.enametoolong, to: request.source) }
    let holdsPath = request.hasPathField && byteCount <= Self.shortPathLimit
    guard !holdsPath else {
      let bytes = (0..<Int(byteCount)).map { index in
        UInt8(truncatingIfNeeded: request[word: 20 + index & ~3] >> UInt32(8 * (index & 3)))
      }
      return perform(request, at: bytes[...])
    }
    let result = copy(
      UInt32(byteCount), from: (request.source, request[word: request.hasPathField ? 16 : 20]),
      to: (.vfs, ResidentMemory.start.rawValue))
    guard result != .vmSuspend else {
      suspended = .path(request)
      return
    }
    resume(request, result)
  }

  /// What follows when the path has been copied.
  func resume(_ request: Message, _ copied: ResultCode) {
    guard copied == .ok else { return reply(copied, to: request.source) }
    perform(request, at: buffer.prefix(Int(request[int: 8])))
  }

  private func perform(_ request: Message, at bytes: ArraySlice<UInt8>) {
    guard bytes.last == 0 else { return reply(.enametoolong, to: request.source) }
    let path = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    switch PosixCall(rawValue: request.type) {
    case .open: open(request, path)
    case .access: answerAccess(request, path)
    default: answerStatus(request, path)
    }
  }

  private func open(_ request: Message, _ path: String) {
    let (flags, caller) = (request[int: 12], request.source)
    guard flags & OpenFlags.accessMode != 3 else { return reply(.einval, to: caller) }
    guard let number = tables.freeDescriptor(of: caller) else { return reply(.emfile, to: caller) }
    guard tables.hasFreeFile else { return reply(.enfile, to: caller) }
    switch tree.find(path) {
    case .failure(.enoent) where flags & OpenFlags.create != 0 && tree.canHold(path):
      reply(.erofs, to: caller)
    case .failure(let error): reply(error, to: caller)
    case .success where flags & OpenFlags.createNew == OpenFlags.createNew:
      reply(.eexist, to: caller)
    case .success(let found):
      guard case .file(let index) = found.node else { return reply(.eisdir, to: caller) }
      guard flags & (OpenFlags.accessMode | OpenFlags.truncate) == 0 else {
        return reply(.erofs, to: caller)
      }
      tables.open(OpenFile(kind: .file(index: index, found), flags: flags), as: number, of: caller)
      reply(number, to: caller)
    }
  }

  /// Everybody may read; nobody can write; directories can be searched, and no file is a program.
  private func answerAccess(_ request: Message, _ path: String) {
    let mode = request[int: 12]
    guard mode & ~7 == 0 else { return reply(.einval, to: request.source) }
    switch tree.find(path) {
    case .failure(let error): reply(error, to: request.source)
    case .success(let found):
      if case .file = found.node, mode & 1 != 0 { return reply(.eacces, to: request.source) }
      reply(mode & 2 == 0 ? .ok : .erofs, to: request.source)
    }
  }
}

extension Message {
  /// Whether the path stands where a call with one path has it: not that of STAT, nor that of an
  /// OPEN that may create.
  fileprivate var hasPathField: Bool {
    switch PosixCall(rawValue: type) {
    case .open: self[int: 12] & OpenFlags.create == 0
    case .access: true
    default: false
    }
  }
}
