import Foundation
import GuestPrograms
import Testing

/// The folder of sources, found from this file: `guest/programs`.
private let sources = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "guest/programs")

@Suite("Shipped programs are found by name")
struct ShippedProgramsTests {
  @Test("Every source has its program or manifest")
  func everySourceIsShipped() throws {
    let entries = try FileManager.default.contentsOfDirectory(atPath: sources.path)
    for entry in entries where !entry.hasPrefix(".") {
      let name = entry.hasSuffix(".yaml") ? entry : String(entry.prefix { $0 != "." })
      #expect(ShippedPrograms.names.contains(name), "\(entry)")
      #expect(ShippedPrograms.path(of: name) != nil, "\(entry)")
    }
  }

  @Test("Every name has a readable file, and the runtime is not among the names")
  func everyNameIsReadable() {
    #expect(!ShippedPrograms.names.isEmpty)
    #expect(ShippedPrograms.names == ShippedPrograms.names.sorted())
    for name in ShippedPrograms.names {
      #expect(ShippedPrograms.path(of: name)?.hasSuffix("/" + name) == true, "\(name)")
      #expect(!name.hasSuffix(".o"), "\(name)")
    }
  }

  @Test("A manifest is found with and without its suffix")
  func manifestWithoutSuffix() throws {
    let manifest = try #require(ShippedPrograms.path(of: "demo.yaml"))
    #expect(ShippedPrograms.path(of: "demo") == manifest)
  }

  @Test(
    "What is no plain name is not found",
    arguments: ["", ".", "..", "../hello", "/bin/sh", "a/b", "nobody"])
  func noPlainName(name: String) {
    #expect(ShippedPrograms.path(of: name) == nil)
  }

  @Test("The shipped manifests name shipped programs only")
  func manifestsNameShippedPrograms() throws {
    for manifest in ShippedPrograms.names where manifest.hasSuffix(".yaml") {
      let path = try #require(ShippedPrograms.path(of: manifest))
      let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      let files = lines.compactMap { line -> String? in
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2,
          ["file", "- file"].contains(parts[0].trimmingCharacters(in: .whitespaces))
        else {
          return nil
        }
        return parts[1].trimmingCharacters(in: .whitespaces)
      }
      #expect(!files.isEmpty, "\(manifest)")
      for file in files {
        #expect(ShippedPrograms.path(of: file) != nil, "\(manifest) names \(file)")
      }
    }
  }
}
