import Foundation

/// Programs of other people that read what we write, as `.ci/wheel` fetches them.
public enum ForeignReader: String {
  case mermaid, perfetto

  /// One that can't be had, in the script's own words.
  public struct Problem: Error, CustomStringConvertible {
    public let description: String
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardizedFileURL.path

  /// Where it is.
  public func folder() throws -> String {
    let result = try Self.run(["/bin/sh", "\(Self.root)/.ci/wheel", rawValue])
    guard result.status == 0, let line = result.text.split(separator: "\n").last else {
      throw Problem(description: result.errors)
    }
    return String(line)
  }

  /// Answers of Perfetto's trace processor to queries about a trace: the rows of each.
  public static func perfetto(_ trace: String, _ queries: [String]) throws -> [[[String: Any]]] {
    let script = "\(root)/.ci/perfetto.js"
    let result = try run(
      ["/usr/bin/env", "node", script, ForeignReader.perfetto.folder(), trace] + queries)
    guard result.status == 0 else { throw Problem(description: result.errors) }
    return try result.text.split(separator: "\n").map { line in
      let rows = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [[String: Any]]
      return rows ?? []
    }
  }

  private static func run(_ words: [String]) throws -> FaultlineProcess.Result {
    try FaultlineProcess(
      Array(words.dropFirst()), program: words[0], seconds: 300
    ).finish()
  }
}
