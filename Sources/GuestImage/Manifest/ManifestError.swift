/// Why a manifest cannot be used: one line that names the file, the place, the
/// key and what is known instead.
public struct ManifestError: Error, Equatable, Sendable {
  /// The manifest, as the caller named it.
  public let path: String
  /// Where it is wrong; nil if that is nowhere in particular.
  public let position: ManifestPosition?
  /// What is wrong.
  public let detail: String

  /// The exit status of a command that stops at this error: 65 (sysexits).
  public var exitCode: Int32 { 65 }
}

extension ManifestError: CustomStringConvertible {
  /// The line to print: `demo.yaml:7:5: unknown key 'argumnets' in a program; …`.
  public var description: String {
    let place = position.map { ":\($0)" } ?? ""
    return "\(path.printable)\(place): \(detail)"
  }
}
