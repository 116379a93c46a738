import Foundation

/// A folder that goes away with its owner.
final class TemporaryFolder {
  let path: String

  init() throws {
    let base = URL(filePath: NSTemporaryDirectory()).resolvingSymlinksInPath()
    path = base.appending(path: "faultline-lab-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func read(_ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: "\(path)/\(name)"))
  }

  func write(_ name: String, _ data: Data) throws {
    try data.write(to: URL(filePath: "\(path)/\(name)"))
  }

  /// The names in the folder, hidden ones too.
  var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
  }

  func owner(of name: String) throws -> (user: Int?, mode: Int?) {
    let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
    return (
      (attributes[.ownerAccountID] as? NSNumber)?.intValue,
      (attributes[.posixPermissions] as? NSNumber)?.intValue
    )
  }
}
