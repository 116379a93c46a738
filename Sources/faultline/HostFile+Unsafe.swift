import Glibc

/// Files of this machine.
enum HostFile {
  /// Removes a file. Nobody can be told if that fails.
  static func remove(_ path: String) {
    _ = unsafe unlink(path)
  }
}
