import Kernel
import MinixABI

/// STAT and FSTAT. Source: POSIX sheet 3.10.
extension FileServer {
  func answerStatus(_ request: Message, _ path: String) {
    switch tree.find(path) {
    case .failure(let error): reply(error, to: request.source)
    case .success(let found):
      store(FileStatus(found, in: tree), at: request[word: 24], of: request.source)
    }
  }

  func answerStatus(ofDescriptorIn request: Message) {
    guard let file = openFile(of: request)?.file else { return reply(.ebadf, to: request.source) }
    let status: FileStatus
    if case .file(_, let found) = file.kind {
      status = FileStatus(found, in: tree)
    } else {
      status = .terminal
    }
    store(status, at: request[word: 20], of: request.source)
  }

  private func store(_ status: FileStatus, at address: UInt32, of caller: Endpoint) {
    let bytes = status.bytes
    let result = copy(
      UInt32(bytes.count), from: (.vfs, buffer.store(bytes)), to: (caller, address))
    guard result != .vmSuspend else {
      suspended = .answer(caller)
      return
    }
    reply(result, to: caller)
  }
}

/// What `stat` tells. Owner and times are 0: a guest learns nothing of the host's.
struct FileStatus {
  var inode: UInt32 = 0
  var mode: UInt16
  var linkCount: UInt16 = 1
  var device: UInt16 = 0
  var byteCount: UInt32 = 0

  /// A standard descriptor: a character device, terminal 0.
  static var terminal: FileStatus { FileStatus(mode: 0o020666, device: 4 << 8) }

  private init(mode: UInt16, device: UInt16) { (self.mode, self.device) = (mode, device) }

  init(_ found: FileTree.Found, in tree: FileTree) {
    inode = found.inode
    switch found.node {
    case .file(let index):
      mode = 0o100444
      byteCount = UInt32(tree.files[index].bytes.count)
    case .directory(let directories):
      mode = 0o040555
      linkCount = 2 + directories
    }
  }

  /// MINIX's structure of 36 bytes.
  var bytes: [UInt8] {
    // The file system is the only one: device 1. Owner 0, group 0.
    let words: [UInt32] = [
      1, inode, UInt32(mode) | UInt32(linkCount) << 16, 0, UInt32(device), byteCount, 0, 0, 0,
    ]
    return words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }
}
