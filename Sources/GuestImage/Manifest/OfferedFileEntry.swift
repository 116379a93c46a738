internal import Yams

extension Manifest {
  /// A file of the host that programs can read.
  public struct File: Equatable, Sendable {
    /// Its absolute path for programs.
    public let path: String
    /// The host's file as it is written, relative to the manifest's folder.
    public let file: String
    /// Where the manifest names it.
    public let position: ManifestPosition?

    public init(path: String, file: String, position: ManifestPosition? = nil) {
      (self.path, self.file, self.position) = (path, file, position)
    }
  }

  /// What to say of a file that cannot be had.
  public func error(_ error: ImageError, of file: File) -> ManifestError {
    ManifestError(path: path, position: file.position, detail: "'files': \(error)")
  }

  /// How many files a manifest may offer.
  public static var fileLimit: Int { 64 }
  /// How many bytes they may have together: all are read before the run.
  public static var fileByteLimit: Int { 64 << 20 }
}

extension ManifestReader {
  func files(_ node: Node) throws(ManifestError) -> [Manifest.File] {
    guard case .mapping(let mapping) = node else {
      throw document.error(
        node, "'files' must be paths for programs with files of the host; this is \(node.kind)")
    }
    guard mapping.count <= Manifest.fileLimit else {
      throw document.error(
        node, "'files' has \(mapping.count) files; at most \(Manifest.fileLimit) are offered")
    }
    var files: [Manifest.File] = []
    for (key, value) in mapping {
      let path = try guestPath(key)
      guard !files.contains(where: { $0.path.leads(to: path) || path.leads(to: $0.path) }) else {
        throw document.error(
          key, "'files': \(path.quoted) is a file and also a folder of another one")
      }
      files.append(
        Manifest.File(
          path: path, file: try text(value, key: "files"), position: document.position(of: key)))
    }
    return files
  }

  /// What programs open: absolute and plain, as short as MINIX's paths and names are.
  private func guestPath(_ node: Node) throws(ManifestError) -> String {
    let path = try text(node, key: "files")
    let names = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    guard path.hasPrefix("/"), names.allSatisfy({ !["", ".", ".."].contains($0) }) else {
      throw document.error(
        node, "'files': \(path.quoted) must be an absolute path without '.', '..' and empty names")
    }
    guard path.utf8.count <= 254, names.allSatisfy({ $0.utf8.count <= 60 }) else {
      throw document.error(
        node, "'files': \(path.quoted) is too long: 254 bytes, and 60 for each name in it")
    }
    return path
  }
}

extension String {
  /// Whether this, as a folder's path, is on the way to another path.
  fileprivate func leads(to path: String) -> Bool { path.hasPrefix(self + "/") }
}
