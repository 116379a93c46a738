import I386
import Kernel
import MinixABI

/// READ and LSEEK on files. Source: POSIX sheet 3.2, 3.4.
extension FileServer {
  struct FileRead {
    var caller: Endpoint
    /// The open file, whose position moves when all is done.
    var file: Int
    /// Which of the offered files.
    var contents: Int
    var start: Int
    var address: UInt32
    var byteCount: Int
    var done = 0

    var part: Int { min(byteCount - done, Int(FileServer.bufferByteCount)) }
  }

  func readFile(_ request: Message, _ file: Int, _ contents: Int, from position: UInt32) {
    let rest = max(tree.files[contents].bytes.count - Int(position), 0)
    var read = FileRead(
      caller: request.source, file: file, contents: contents, start: Int(position),
      address: request[word: 20], byteCount: min(Int(request[int: 12]), rest))
    if let answer = proceed(&read) { reply(answer, to: read.caller) }
  }

  /// Copies out what remains.
  ///
  /// - Returns: the call's answer, or nil while the copy is suspended.
  func proceed(_ read: inout FileRead) -> Int32? {
    while read.done < read.byteCount {
      let first = read.start + read.done
      let bytes = tree.files[read.contents].bytes[first..<first + read.part]
      let result = copy(
        UInt32(read.part), from: (.vfs, buffer.store(bytes)),
        to: (read.caller, read.address &+ UInt32(read.done)))
      if result == .vmSuspend {
        suspended = .fileRead(read)
        return nil
      }
      if let answer = take(result, &read) { return answer }
    }
    tables.update(read.file) { $0.position = UInt32(read.start + read.done) }
    return Int32(read.byteCount)
  }

  /// - Returns: an error to answer with, if there is one: then the position stays.
  func take(_ copied: ResultCode, _ read: inout FileRead) -> Int32? {
    guard copied == .ok else { return copied.rawValue }
    read.done += read.part
    return nil
  }

  func seek(_ request: Message) {
    guard let (index, file) = openFile(of: request) else {
      return reply(.ebadf, to: request.source)
    }
    guard case .file(let contents, _) = file.kind else {
      return reply(.espipe, to: request.source)
    }
    let base: Int
    switch request[int: 12] {
    case 0: base = 0
    case 1: base = Int(file.position)
    case 2: base = tree.files[contents].bytes.count
    default: return reply(.einval, to: request.source)
    }
    guard let position = UInt32(exactly: base + Int(request[int: 20])) else {
      return reply(.einval, to: request.source)
    }
    tables.update(index) { $0.position = position }
    reply(0, to: request.source) { $0[word: 20] = position }
  }
}
