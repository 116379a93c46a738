import Foundation

/// One `faultline run --engine kvm` to its end: what it said and what it counted.
public struct GuestRun {
  public let status: Int32
  public let output: String
  public let errors: String
  public let summary: Summary

  /// Runs a program or a manifest with options and arguments, as they stand on the command line.
  public init(_ words: [String], in folder: TemporaryFolder? = nil) throws {
    let folder = try folder ?? TemporaryFolder()
    try self.init(
      FaultlineProcess(
        ["run", "--engine", "kvm", "--json", "\(folder.path)/summary.json"] + words), in: folder)
  }

  /// Runs several programs side by side.
  public init(_ programs: [ManifestEntry], options: [String] = []) throws {
    let folder = try TemporaryFolder()
    let manifest = try folder.write("programs.yaml", ManifestEntry.manifest(of: programs))
    try self.init(options + [manifest], in: folder)
  }

  /// Waits for a process that writes `summary.json` into a folder.
  public init(_ process: FaultlineProcess, in folder: TemporaryFolder) throws {
    let result = process.finish()
    status = result.status
    output = result.text
    errors = result.errors
    do {
      summary = try JSONDecoder().decode(Summary.self, from: folder.read("summary.json"))
    } catch {
      throw NoSummary(status: status, errors: errors, reason: "\(error)")
    }
  }

  /// Standard output's lines.
  public var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// A run that left no summary, and what it said instead.
public struct NoSummary: Error {
  public let status: Int32
  public let errors: String
  public let reason: String
}

/// One program of a manifest.
public struct ManifestEntry: Sendable {
  public var name: String
  public var file: String
  public var arguments: [String]
  public var isSystem = false
  public var priority: Int?
  public var server: String?
  public var count: Int?
  public var quantum: Int?

  public init(
    _ name: String, file: String? = nil, _ arguments: [String] = [], isSystem: Bool = false,
    priority: Int? = nil, server: String? = nil, count: Int? = nil, quantum: Int? = nil
  ) {
    self.name = name
    self.file = file ?? name
    self.arguments = arguments
    self.isSystem = isSystem
    self.priority = priority
    self.server = server
    self.count = count
    self.quantum = quantum
  }

  /// The YAML text of programs.
  public static func manifest(of programs: [ManifestEntry]) -> String {
    "programs:\n" + programs.map(\.yaml).joined()
  }

  private var yaml: String {
    let words = arguments.map { "\"\($0)\"" }.joined(separator: ", ")
    var lines = ["  - name: \"\(name)\"", "    file: \"\(file)\"", "    arguments: [\(words)]"]
    if isSystem { lines.append("    as: system") }
    if let priority { lines.append("    priority: \(priority)") }
    if let server { lines.append("    server: \(server)") }
    if let count { lines.append("    count: \(count)") }
    if let quantum { lines.append("    quantum: \(quantum)") }
    return lines.joined(separator: "\n") + "\n"
  }
}
