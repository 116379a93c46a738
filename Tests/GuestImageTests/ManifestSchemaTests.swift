import Foundation
import MinixABI
import Testing

@testable import GuestImage

/// The schema for editors says what the reader reads.
@Suite struct ManifestSchemaTests {
  private let schema: [String: Any]

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../docs/manifest.schema.json")
    schema = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
  }

  private func object(_ path: String...) throws -> [String: Any] {
    try path.reduce(schema) { try #require($0[$1] as? [String: Any]) }
  }

  @Test func keys() throws {
    #expect(
      Set(try object("properties").keys) == Set(ManifestReader.ManifestKey.allCases.map(\.rawValue))
    )
    #expect(
      Set(try object("$defs", "program", "properties").keys)
        == Set(ProgramEntry.Key.allCases.map(\.rawValue)))
  }

  @Test func names() throws {
    let servers = try #require(try object("$defs", "server")["enum"] as? [Any])
    #expect(servers.compactMap { $0 as? String } == BootServer.allCases.map(\.name))
    #expect(servers.compactMap { $0 as? Int } == BootServer.allCases.map(\.endpoint))
    let delivery = try object("properties", "delivery")["enum"] as? [String]
    #expect(delivery == FaultDelivery.allCases.map(\.name))
    let privileges = try object("$defs", "program", "properties", "as")["enum"] as? [String]
    #expect(privileges == Manifest.Privileges.allCases.map(\.rawValue))
  }

  @Test func ranges() throws {
    let count = try object("$defs", "program", "properties", "count")
    let range = Manifest.Program.countRange
    #expect(count["minimum"] as? Int == range.lowerBound)
    #expect(count["maximum"] as? Int == range.upperBound)
    #expect(try object("properties", "files")["maxProperties"] as? Int == Manifest.fileLimit)
  }
}
