import Glibc

// The five system calls that reading a file takes. Each reads errno right after
// the call, before the Swift runtime can change it.

/// A system call that failed.
struct SystemFailure: Error {
  let errorNumber: Int32

  enum Reason { case notFound, permissionDenied, exhausted, other }

  /// What the caller can do about it.
  var reason: Reason {
    switch errorNumber {
    case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG: .notFound
    case EACCES, EPERM: .permissionDenied
    case EMFILE, ENFILE, ENOMEM: .exhausted
    default: .other
    }
  }

  /// The host's words for it, in our case: "no such file or directory".
  var text: String {
    guard let message = unsafe strerror(errorNumber) else { return "error \(errorNumber)" }
    let text = unsafe String(cString: message)
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}

/// What `fstat` says about an open file.
struct FileStatus {
  let isDirectory: Bool
  let isRegularFile: Bool
}

/// Opens `path` for reading. Never waits: a named pipe without a writer opens at
/// once and is then refused for what it is.
func openForReading(_ path: String) -> Result<Int32, SystemFailure> {
  guard !path.utf8.contains(0) else { return .failure(SystemFailure(errorNumber: ENOENT)) }
  while true {
    let (descriptor, error) = unsafe path.withCString { name in
      let descriptor = unsafe open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
      return (descriptor, errno)
    }
    if descriptor >= 0 { return .success(descriptor) }
    // A signal (our timers') may interrupt an open on a network file system.
    if error != EINTR { return .failure(SystemFailure(errorNumber: error)) }
  }
}

func closeDescriptor(_ descriptor: Int32) {
  // Nothing was written, so there is no result that could be lost.
  _ = close(descriptor)
}

func status(of descriptor: Int32) -> Result<FileStatus, SystemFailure> {
  var status = stat()
  guard unsafe fstat(descriptor, &status) == 0 else {
    return .failure(SystemFailure(errorNumber: errno))
  }
  let type = status.st_mode & S_IFMT
  return .success(FileStatus(isDirectory: type == S_IFDIR, isRegularFile: type == S_IFREG))
}

/// Reads from the start to the end of the file; nil if that is more than `limit`
/// bytes. What another program appends meanwhile is not read.
func readAll(_ descriptor: Int32, limit: Int) -> Result<[UInt8]?, SystemFailure> {
  var status = stat()
  guard unsafe fstat(descriptor, &status) == 0 else {
    return .failure(SystemFailure(errorNumber: errno))
  }
  let size = Int(status.st_size)
  guard size <= limit else { return .success(nil) }

  var failure: SystemFailure?
  let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
    while count < size {
      let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[count..<size])
      let got = unsafe read(descriptor, rest.baseAddress, rest.count)
      if got < 0 {
        // As for open: an interrupted read has read nothing, so ask again.
        if errno == EINTR { continue }
        failure = SystemFailure(errorNumber: errno)
        return
      }
      if got == 0 { return }
      count += got
    }
  }
  return failure.map { .failure($0) } ?? .success(bytes)
}
