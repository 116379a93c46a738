internal import CLab
internal import Glibc

/// Changes to the file system. Each returns the errno of a failure, or nil.
extension Paths {
  static func makeDirectory(_ path: String, mode: UInt32, owner: Caller) -> Errno? {
    guard unsafe mkdir(path, mode) == 0 else { return Errno(errno) }
    if Caller.own.user == 0 { unsafe chown(path, owner.user, owner.group) }
    unsafe chmod(path, mode)
    return nil
  }

  static func rename(_ path: String, to other: String) -> Errno? {
    unsafe Glibc.rename(path, other) == 0 ? nil : Errno(errno)
  }

  static func remove(_ path: String) { unsafe unlink(path) }

  /// A new file in `folder` that has no name yet, or nil when its file system has no such files.
  static func namelessFile(in folder: String) -> Descriptor? {
    let number = unsafe clab_nameless_file(folder)
    return number < 0 ? nil : Descriptor(adopting: number)
  }

  /// Gives a nameless file a name that is free.
  static func name(_ file: Descriptor, _ path: String) -> Errno? {
    let error = unsafe clab_name_file(file.number, path)
    return error == 0 ? nil : Errno(-error)
  }
}
