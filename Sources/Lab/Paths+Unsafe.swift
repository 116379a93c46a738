internal import CLab
internal import Glibc

/// What a path leads to.
enum PathKind: Equatable {
  case missing, regular, directory, symbolicLink
  /// A device, socket or pipe: nothing to carry between the lab and the host.
  case other
}

/// The file system as the lab needs to ask it.
enum Paths {
  /// The kind of what is at `path`; a symbolic link is followed only on request.
  static func kind(of path: String, following: Bool = true) -> PathKind {
    guard let status = status(of: path, following: following) else { return .missing }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .regular
    case S_IFDIR: return .directory
    case S_IFLNK: return .symbolicLink
    default: return .other
    }
  }

  /// The permission bits of what is at `path`, without set-id bits.
  static func mode(of path: String) -> UInt32? {
    status(of: path, following: false).map { $0.st_mode & 0o777 }
  }

  /// Size and last change: two states of a file that agree in both count as the same.
  static func stamp(of path: String) -> (size: Int64, seconds: Int, nanoseconds: Int)? {
    status(of: path, following: true).map {
      (Int64($0.st_size), $0.st_mtim.tv_sec, $0.st_mtim.tv_nsec)
    }
  }

  /// True when the caller may execute the file at `path`.
  static func isExecutable(_ path: String) -> Bool {
    unsafe kind(of: path) == .regular && access(path, X_OK) == 0
  }

  /// The path without symbolic links, or nil when something in it doesn't exist.
  static func resolved(_ path: String) -> String? {
    guard let found = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(found) }
    return unsafe String(cString: found)
  }

  /// Where the symbolic link at `path` points, as it is written there.
  static func linkTarget(of path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink(path, &buffer, buffer.count)
    guard count >= 0 else { return nil }
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The working directory.
  static var workingDirectory: String { resolved(".") ?? "/" }

  /// The names in a directory, sorted; empty when it can't be read.
  static func entries(of directory: String) -> [String] {
    guard let stream = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The home directory of a user by number.
  static func home(ofUser user: UInt32) -> String? {
    guard let entry = unsafe getpwuid(user), let home = unsafe entry.pointee.pw_dir else {
      return nil
    }
    return unsafe String(cString: home)
  }

  private static func status(of path: String, following: Bool) -> stat? {
    var result = stat()
    let failed = unsafe following ? stat(path, &result) : lstat(path, &result)
    return failed == 0 ? result : nil
  }
}
