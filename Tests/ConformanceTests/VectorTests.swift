import Conformance
import PagingCases
import Testing

/// The vector file: what an emulator's own unit tests read.
@Suite struct VectorTests {
  private func lines(_ filter: String) throws -> [String] {
    var parameters = RunParameters()
    try CaseFilter(filter).apply(to: &parameters)
    var text = ""
    VectorFile(parameters).forEachPart { text += $0 }
    return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
  }

  /// Written out by hand: a user's write by a 4 KiB page, and a reserved bit.
  @Test(
    arguments: [
      (
        "matrix:0x000e8387",
        "e8387 80010001 10 2 3 w a2288583 421a20 c00e07 c00a20 417e07 e00a20 41fe07 "
          + "- - 417583 c00e27 0 417e67 41fe07"
      ),
      (
        "matrix:0x00085080",
        "85080 80000001 10 2 0 r 60180481 420600 a00081 800600 400000 a00600 408000 "
          + "9 60180481 - a00081 0 400000 408000"
      ),
    ])
  func aLine(filter: String, expected: String) throws {
    let line = try #require(lines(filter).first)
    #expect(line == expected)
  }

  @Test func asManyLinesAsCases() throws {
    #expect(try lines("matrix:cpl=3,access=write,wp=1,pse=1,smep=0,smap=0").count == 65_536)
  }
}
