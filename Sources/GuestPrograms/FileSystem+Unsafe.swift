import Glibc

/// The few questions to the file system that finding a program takes,
/// asked of libc directly: Foundation would be the larger part of the module.
///
/// Unsafe because libc speaks in pointers; none of them outlives its function.
enum FileSystem {
  /// The path of the program that is running, links resolved.
  static var runningExecutable: String? {
    guard let path = unsafe realpath("/proc/self/exe", nil) else { return nil }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  static func isReadableFile(_ path: String) -> Bool {
    unsafe kind(of: path) == S_IFREG && access(path, R_OK) == 0
  }

  static func isFolder(_ path: String) -> Bool {
    kind(of: path) == S_IFDIR
  }

  /// The names in a folder, in no order; none if it can't be read.
  static func names(in folder: String) -> [String] {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      unsafe withUnsafePointer(to: &entry.pointee.d_name.0) {
        names.append(unsafe String(cString: $0))
      }
    }
    return names
  }

  private static func kind(of path: String) -> mode_t? {
    var information = stat()
    guard unsafe stat(path, &information) == 0 else { return nil }
    return information.st_mode & S_IFMT
  }
}
