import Foundation
import TestSupport
import Testing

/// The documentation catalogue, made from the modules that were built beside these tests.
@Suite struct DocumentationTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardizedFileURL
  private static let catalogue = root.appending(path: "docs/Faultline.docc")

  /// Makes the pages from a catalogue.
  private func make(_ output: String) throws -> FaultlineProcess.Result {
    let script = #"exec .ci/docs "$(dirname "$0")" "$1""#
    let launcher = ["/bin/sh", "-c", script]
    return try FaultlineProcess([output], in: Self.root.path, by: launcher).finish()
  }

  /// An article that names a symbol which is gone makes this fail, as does a comment in the source.
  @Test func everySymbolThatIsNamedIsThere() throws {
    let folder = try TemporaryFolder()
    let result = try make("\(folder.path)/pages")
    #expect(result.status == 0, "\(result.text)\(result.errors)")
    for page in ["faultline", "faultline/onefault", "kernel/kernel", "vmserver/vmserver"] {
      let place = "\(folder.path)/pages/documentation/\(page)/index.html"
      #expect(FileManager.default.fileExists(atPath: place), "\(page)")
    }
  }

  @Test(arguments: ["Faultline.md", "OneFault.md"])
  func everyFileThatIsNamedIsThere(article: String) throws {
    let text = try String(contentsOf: Self.catalogue.appending(path: article), encoding: .utf8)
    let paths = text.matches(of: /`([A-Za-z]+(?:\/[A-Za-z0-9+.]+)*\.(?:swift|S|h|md))`/).map(\.1)
    #expect(article == "Faultline.md" || paths.count > 10)
    for path in paths {
      let place = Self.root.appending(path: String(path)).path
      #expect(FileManager.default.fileExists(atPath: place), "\(path)")
    }
  }
}
