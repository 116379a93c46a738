/// A file that has been opened for reading and not yet looked at.
///
/// Opening is separate from parsing so that the caller decides when, and with
/// which privileges, the host's file system is touched: open everything first,
/// confine the process, then read and parse.
public struct InputFile: ~Copyable {
  /// The most bytes that `contents` takes unless told otherwise: 1 GiB.
  public static var defaultLimit: Int { 1 << 30 }

  /// The file as the caller named it; every error repeats it.
  public let path: String
  private let descriptor: Int32

  /// Opens `path`, which must be a regular file (links are followed).
  public init(opening path: String) throws(ImageError) {
    let descriptor = try Self.openRegularFile(path)
    self.path = path
    self.descriptor = descriptor
  }

  deinit { closeDescriptor(descriptor) }

  /// Reads the whole file into private memory and closes it.
  ///
  /// A copy, not a mapping: a mapping would raise SIGBUS if somebody shortened
  /// the file while the guest runs. Throws `tooLarge` above `limit` bytes.
  public consuming func contents(limit: Int = defaultLimit) throws(ImageError) -> FileContents {
    switch readAll(descriptor, limit: limit) {
    case .success(let bytes?):
      return FileContents(path: path, bytes: bytes)
    case .success(nil):
      throw ImageError(
        kind: .tooLarge, path: path, detail: "is larger than \(limit) bytes; give a smaller file")
    case .failure(let failure):
      throw ImageError(opening: path, failure: failure)
    }
  }

  /// An open descriptor of the regular file at `path`.
  private static func openRegularFile(_ path: String) throws(ImageError) -> Int32 {
    let descriptor: Int32
    switch openForReading(path) {
    case .success(let opened): descriptor = opened
    case .failure(let failure): throw ImageError(opening: path, failure: failure)
    }

    let problem: ImageError
    switch status(of: descriptor) {
    case .success(let status) where status.isRegularFile:
      return descriptor
    case .success(let status) where status.isDirectory:
      problem = ImageError(
        kind: .directory, path: path, detail: "is a folder; name a file in it")
    case .success:
      problem = ImageError(
        kind: .notRegularFile, path: path, detail: "is not a regular file; copy it to one first")
    case .failure(let failure):
      problem = ImageError(opening: path, failure: failure)
    }
    closeDescriptor(descriptor)
    throw problem
  }
}

extension ImageError {
  /// The error for a system call on the file that failed.
  fileprivate init(opening path: String, failure: SystemFailure) {
    let (kind, remedy): (Kind, String) =
      switch failure.reason {
      case .notFound: (.notFound, "check the name")
      case .permissionDenied: (.permissionDenied, "give yourself read permission")
      case .exhausted: (.hostRefused, "close other programs or raise the limit (ulimit)")
      case .other: (.unreadable, "check the disk, or copy the file elsewhere")
      }
    self.init(kind: kind, path: path, detail: "\(failure.text); \(remedy)")
  }
}
