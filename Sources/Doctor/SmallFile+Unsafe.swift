internal import Glibc

/// Files of one line, as the kernel offers its parameters.
enum SmallFile {
  /// Whether there is something under that name.
  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// The first 4 KiB; nil when the file can't be read.
  ///
  /// Unsafe because `read` fills a buffer of ours, whose length is passed along.
  static func text(of path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
