import Foundation
import FoundationXML
import Testing

@testable import Conformance

/// TAP and JUnit as those who read them do.
@Suite struct FormatTests {
  /// A report with a group that agrees, a known difference, and one with every awkward character.
  private static let report: ConformanceReport = {
    func divergence(_ id: String, _ words: String, known: String?) -> Divergence {
      Divergence(
        id: "matrix:" + id, group: "matrix", case: words, kind: words, alike: 2,
        expected: "#PF & <more>", seen: "\"none\"", known: known, repeat: "faultline conform")
    }
    return ConformanceReport(
      engine: "an <engine> & more", processor: "PSE",
      run: ConformanceReport.Run(shard: 0, shards: 1, seed: 0, filter: nil),
      cases: ["total": 30, "matrix": 20, "caching": 10], passed: 26, failed: 4,
      divergences: [
        divergence("0x00000001", "a <b> & \"c\" # d \\ e", known: nil),
        divergence("0x00000002", "f", known: "a reason & more"),
      ])
  }()

  @Test func tap() throws {
    let points = try TapReader(Self.report.tap).points
    #expect(points.map(\.isGood) == [true, true, false, false])
    #expect(points.map(\.directive) == [nil, nil, nil, " TODO known divergence"])
    #expect(points[2].words == "matrix: matrix:0x00000001 a <b> & \"c\" # d \\ e")
  }

  /// What an XML parser finds in JUnit's format.
  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [(name: String, attributes: [String: String])] = []
    var text = ""

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) { elements.append((name, attributes)) }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
  }

  @Test func junit() throws {
    let reader = Reader()
    let parser = XMLParser(data: Data(Self.report.junit.utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    #expect(
      reader.elements.map(\.name)
        == ["testsuite", "testcase", "testcase", "testcase", "failure", "testcase", "skipped"])
    let suite = reader.elements[0].attributes
    #expect(suite["tests"] == "4")
    #expect(suite["failures"] == "1")
    #expect(suite["skipped"] == "1")
    #expect(suite["hostname"] == "an <engine> & more")
    #expect(
      reader.elements[3].attributes["name"] == "matrix:0x00000001 a <b> & \"c\" # d \\ e")
    #expect(reader.elements[6].attributes["message"] == "a reason & more")
    #expect(reader.text.contains("expected: #PF & <more>\nseen: \"none\""))
  }
}
