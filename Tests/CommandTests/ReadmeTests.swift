import Foundation
import TestSupport
import Testing

/// What the README tells a newcomer to type, and what it says he will see.
@Suite struct ReadmeTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardizedFileURL

  /// The code blocks of a section, in order.
  private func blocks(of section: String) throws -> [String] {
    let text = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
    let start = try #require(text.range(of: "\n## \(section)\n")).upperBound
    let end = text[start...].range(of: "\n## ")?.lowerBound ?? text.endIndex
    // Text and code take turns.
    let parts = text[start..<end].split(separator: "```", omittingEmptySubsequences: false)
    return parts.enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element.drop { $0 != "\n" }.dropFirst()) }
  }

  /// Addresses are another compiler's matter, and folders another person's.
  private func plain(_ text: String) -> String {
    text.replacing(/0x[0-9a-f]+/, with: "0x…").replacing(/\/[^ ]*\/crash/, with: "crash")
  }

  /// A program of one's own is compiled, run, and found to die in the line that is wrong.
  @Test func aProgramOfOnesOwn() throws {
    let parts = try blocks(of: "A program of one's own")
    try #require(parts.count == 3)
    let folder = try TemporaryFolder()
    try folder.write("crash.c", parts[0])
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/guest", withDestinationPath: Self.root.appending(path: "guest").path)
    // The build that is being tested, instead of the optimised one.
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/.build", withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/.build/release",
      withDestinationPath: URL(filePath: FaultlineProcess.path).deletingLastPathComponent().path)
    let result = try FaultlineProcess(
      ["--version"], in: folder.path, by: ["/bin/sh", "-c", parts[1], "sh"]
    ).finish()
    #expect(result.status == 139, "\(result.errors)")
    let lines = parts[2].split(separator: "\n").map(String.init)
    #expect(result.text == lines[0] + "\n")
    let last = try #require(result.errorLines.last)
    #expect(plain(last) == plain(lines[1]))
    #expect(last.hasSuffix("/crash.c:8"))
  }
}
