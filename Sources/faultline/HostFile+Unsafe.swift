import Glibc
import SystemPackage

/// Files of this machine.
enum HostFile {
  /// Removes a file. Nobody can be told if that fails.
  static func remove(_ path: String) {
    _ = unsafe unlink(path)
  }

  /// A file without a name, which goes away when it is closed.
  static func unnamed(in folder: String) throws -> FileDescriptor {
    var path = Array("\(folder)/faultline-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&path)
    guard descriptor >= 0 else {
      throw Failure(
        "can't make a file in \(folder): \(Errno(rawValue: errno).description); set TMPDIR",
        exitCode: 73)
    }
    _ = unsafe unlink(path)
    return FileDescriptor(rawValue: descriptor)
  }

  /// What a descriptor has from where it stands; empty at the end, nil if it can't be read.
  static func read(_ descriptor: FileDescriptor, upTo count: Int) -> ArraySlice<UInt8>? {
    var buffer = [UInt8](repeating: 0, count: count)
    let taken = unsafe buffer.withUnsafeMutableBytes {
      unsafe Glibc.read(descriptor.rawValue, $0.baseAddress, $0.count)
    }
    return taken < 0 ? nil : buffer[..<taken]
  }

  /// The most memory that this process has had resident at once, in bytes, guest RAM included; nil if
  /// the kernel does not say.
  static var peakMemory: UInt64? {
    guard let file = try? FileDescriptor.open(FilePath("/proc/self/status"), .readOnly),
      let bytes = try? file.closeAfter({ read(file, upTo: 8192) })
    else { return nil }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      .first { $0.hasPrefix("VmHWM:") }
    return line?.split { !$0.isNumber }.first.flatMap { UInt64($0) }.map { $0 * 1024 }
  }

  /// Whether two names are of one file that is there.
  static func isSame(_ path: String, _ other: String) -> Bool {
    var (first, second) = (stat(), stat())
    return unsafe stat(path, &first) == 0 && stat(other, &second) == 0
      && first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// Whether there is a file of that name.
  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}
