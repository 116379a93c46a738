internal import Glibc

/// /proc/self/task: the threads of this process in the kernel's eyes.
enum ThreadDirectory {
  static let path = "/proc/self/task"

  /// The threads' ids in rising order.
  ///
  /// Unsafe because `readdir` lends its entry until the next call; the name is copied before.
  static func threads() throws(ConfinementError) -> [Int32] {
    guard let directory = unsafe opendir(path) else { throw .unreadable(path: path) }
    defer { unsafe closedir(directory) }
    var threads: [Int32] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let thread = Int32(name) { threads.append(thread) }
    }
    return threads.sorted()
  }

  /// One thread's status.
  static func status(of thread: Int32) throws(ConfinementError) -> ThreadStatus {
    let file = "\(path)/\(thread)/status"
    guard let text = read(file), let status = ThreadStatus(parsing: text) else {
      throw .unreadable(path: file)
    }
    return status
  }

  /// A small file's whole text.
  private static func read(_ path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return String(decoding: text, as: UTF8.self) }
      text += chunk.prefix(count)
    }
  }
}
