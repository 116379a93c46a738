import Conformance
import PagingCases
import Testing

/// What `--filter` understands, and what a shard of it is.
@Suite struct FilterTests {
  @Test(
    arguments: [
      ("matrix", 0, 0, 6_291_456), ("matrix:0x000850e3", 0x7F_FFFF, 0x0008_50E3, 1),
      ("matrix:cpl=3", 0x02_0000, 0x02_0000, 3_145_728),
      ("matrix:access=fetch,wp=0,pte.p=1", 0x05_8001, 0x01_0001, 524_288),
      ("matrix:access=write,ac=1,smap=1,pde.21=1,pde.ps=1,pse=1", 0x69_D000, 0x68_D000, 65_536),
    ] as [(String, UInt32, UInt32, Int)])
  func filters(text: String, mask: UInt32, value: UInt32, count: Int) throws {
    let filter = try CaseFilter(text)
    #expect(filter.mask == mask)
    #expect(filter.value == value)
    var parameters = RunParameters()
    filter.apply(to: &parameters)
    #expect(CaseList(parameters).matrixCount == count)
  }

  @Test(
    arguments: [
      ("", "there is no group ; there are matrix, caching, restart, host"),
      ("matrix:0x00018000", "there is no case matrix:0x00018000"),
      ("matrix:0xZZ", "there is no case matrix:0xZZ"),
      ("caching:0x00000000", "there is no case caching:0x00000000"),
      ("caching:cpl=3", "caching takes a case's number, such as 0x00000080"),
      ("restart:0x00000000", "there is no case restart:0x00000000"),
      ("restart:0xffffffff", "there is no case restart:0xffffffff"),
      ("host:0x00000000", "there is no case host:0x00000000"),
      ("host:0x000b0000", "there is no case host:0x000b0000"),
      ("matrix:", "'' is not of the form name=value"),
      ("matrix:cpl=1", "cpl can't be '1'"), ("matrix:access=jump", "access can't be 'jump'"),
      ("matrix:wp=0,wp=1", "wp is asked for twice"),
    ])
  func wrongFilters(text: String, complaint: String) {
    #expect(throws: CaseFilter.Malformed(description: complaint)) { try CaseFilter(text) }
  }

  /// A payload knows a filter's bits, not how they were asked for.
  @Test(
    arguments: [
      ("matrix", "matrix"), ("matrix:0x000850e3", "matrix:0x000850e3"),
      ("matrix:wp=1,pte.p=0,access=fetch,cpl=0", "matrix:access=fetch,cpl=0,pte.p=0,wp=1"),
      ("caching", "caching"), ("caching:0x00000080", "caching:0x00000080"), ("restart", "restart"),
    ])
  func filtersOfParameters(text: String, again: String) throws {
    var parameters = RunParameters()
    #expect(CaseFilter(of: parameters) == nil)
    try CaseFilter(text).apply(to: &parameters)
    #expect(CaseFilter(of: parameters)?.text == again)
    var second = RunParameters()
    try CaseFilter(again).apply(to: &second)
    #expect(second == parameters)
  }

  /// What a progress bar goes by.
  @Test(
    arguments: [
      (nil, [6_291_456, 2546, 32_190, 672]), ("caching", [0, 2546, 0, 0]),
      ("host:0x00020003", [0, 0, 0, 1]),
    ] as [(String?, [Int])])
  func counts(text: String?, counts: [Int]) throws {
    var parameters = RunParameters()
    try text.map { try CaseFilter($0) }?.apply(to: &parameters)
    let list = CaseList(parameters)
    #expect(CaseGroup.allCases.map { list.count(of: $0) } == counts)
  }

  @Test func aFewCasesAreListed() throws {
    let filter = try CaseFilter("matrix:access=write,cpl=3,wp=1,pse=0,smep=0,smap=0,ac=0,pde.p=1")
    var parameters = RunParameters()
    filter.apply(to: &parameters)
    #expect(CaseList(parameters).lines(filter).count == 2, "too many")
    let one = try CaseFilter("matrix:0x00010000")
    one.apply(to: &parameters)
    #expect(
      CaseList(parameters).lines(one) == [
        "matrix:0x00010000  supervisor fetch through PDE 0, PTE 0; no control bits"
      ])
  }

  @Test func parametersSurvive() {
    var parameters = RunParameters()
    parameters.channel = .host
    parameters.matrixMask = 3
    parameters.shard = 2
    parameters.shardCount = 5
    parameters.seed = 77
    parameters.onlyCase = 4
    parameters.omitsInvalidations = true
    let words = parameters.words
    #expect(words.count == RunParameters.wordCount)
    #expect(RunParameters(word: { words[Int($0)] }) == parameters)
    #expect(RunParameters(word: { $0 == 0 ? 1 : words[Int($0)] }) == nil)
    #expect(RunParameters(word: { $0 == 6 ? 5 : words[Int($0)] }) == nil, "shard 5 of 5")
  }
}
