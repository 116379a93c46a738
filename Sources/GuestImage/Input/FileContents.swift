/// The bytes of a file, and the name to use for it in messages.
public struct FileContents: Equatable, Sendable {
  /// The file as the caller named it.
  public let path: String
  /// All of its bytes.
  public let bytes: [UInt8]

  /// Contents that come from elsewhere than an `InputFile`: a resource, a test.
  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// Whether the file starts as an ELF file does. What does not is a manifest, or
  /// nothing that we know.
  public var beginsAsELF: Bool { bytes.starts(with: ELFIdentification.magic) }
}
