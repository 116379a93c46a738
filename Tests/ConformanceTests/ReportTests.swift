import Conformance
import FoundationEssentials
import I386
import PagingCases
import Testing

/// From the payload's messages to reports, shards and formats.
@Suite struct ReportTests {
  /// What a payload says first: its processor, and what it was told to run.
  private static func features(
    seed: UInt32 = 7, shard: UInt32 = 0, of shards: UInt32 = 1, filter: String? = "matrix"
  ) -> PayloadMessage {
    var parameters = RunParameters()
    parameters.seed = seed
    parameters.shard = shard
    parameters.shardCount = shards
    try? filter.map { try CaseFilter($0) }?.apply(to: &parameters)
    return PayloadMessage(.features, [15, 40] + parameters.words)
  }

  /// A finding's message: reserved bits without P, as QEMU's software CPU has it.
  private static func finding(_ number: UInt32, count: UInt32 = 1) -> PayloadMessage {
    let matrixCase = MatrixCase(rawValue: number)
    let slot = MatrixSlot(number & 0x1FF, set: 0)
    let expected = matrixCase.expectation(in: slot, by: PagingOracle(), physicalAddressBits: 40)
    var words = [number, slot.number, slot.set, count]
    words += (0..<MatrixState.wordCount).map { expected.state[$0] ^ ($0 == 0 ? 1 : 0) }
    return PayloadMessage(.finding, words)
  }

  private static func report(
    shard: UInt32 = 0, of shards: UInt32 = 1, cases: UInt32 = 512,
    findings: [PayloadMessage] = []
  ) -> ConformanceReport {
    var builder = ReportBuilder()
    builder.take(features())
    for finding in findings { builder.take(finding) }
    let failed = findings.reduce(0) { $0 + $1.words[3] }
    builder.take(PayloadMessage(.groupDone, [0, cases, failed]))
    builder.take(PayloadMessage(.finished, []))
    #expect(builder.isFinished)
    #expect(builder.problem == nil)
    #expect(builder.parameters?.seed == 7)
    return builder.report(
      engine: "an engine npt=1 (lab)",
      run: ConformanceReport.Run(shard: shard, shards: shards, seed: 0, filter: nil))
  }

  @Test func messagesAreLines() {
    let message = PayloadMessage(.groupDone, [0, 6_291_456, .max])
    #expect(message.line == "#! 4 0 600000 ffffffff")
    #expect(PayloadMessage(line: message.line) == message)
    for line in ["", "#!", "#! 4 0 600000g", "#! 99", "# 4 0", "#! 4 fffffffff"] {
      #expect(PayloadMessage(line: line) == nil, "\(line)")
    }
  }

  @Test func aFindingNamesTheBit() throws {
    let report = Self.report(findings: [Self.finding(0x0008_5080, count: 9)])
    let divergence = try #require(report.divergences.first)
    #expect(divergence.id == "matrix:0x00085080")
    #expect(divergence.kind == "error^1")
    #expect(divergence.alike == 9)
    #expect(divergence.expected == "error code #PF with error code 0x00000009 (bit 0)")
    #expect(divergence.seen == "error code #PF with error code 0x00000008 (bit 0)")
    #expect(report.passed == 503)
    #expect(report.failed == 9)
    #expect(report.exitCode == 1)
  }

  /// What is known stays in the report, with its reason, and does not fail it.
  @Test func knownDivergences() throws {
    var report = Self.report(findings: [Self.finding(0x0008_5080)])
    try KnownDivergences.builtIn().explain(&report)
    #expect(report.divergences.count == 1)
    #expect(report.divergences[0].known?.contains("QEMU") == true)
    #expect(report.exitCode == 0)
    #expect(report.tap.contains("not ok 2 - matrix: matrix:0x00085080"))
    #expect(report.tap.contains("# TODO known divergence"))

    report.engine = "a processor"
    try KnownDivergences.builtIn().explain(&report)
    #expect(report.divergences[0].known == nil)
    #expect(report.exitCode == 1)
    #expect(report.junit.contains("<failure message=\"differs\">"))
  }

  /// A finding for which there was no room fails the report.
  @Test func whatIsNotToldFails() throws {
    var report = Self.report(findings: [Self.finding(0x0008_5080)])
    report.failed = 2
    try KnownDivergences.builtIn().explain(&report)
    #expect(report.exitCode == 1)
    #expect(report.untold == 1)
    #expect(report.tap.contains("not ok 3 - all: more cases differ, in too many ways to tell: 1;"))
  }

  @Test func shardsMakeAWhole() throws {
    let findings = [Self.finding(0x0008_5083, count: 2), Self.finding(0x0008_5080, count: 3)]
    let whole = Self.report(cases: 1024, findings: [Self.finding(0x0008_5080, count: 5)])
    let shards = [
      Self.report(shard: 1, of: 2, findings: [findings[1]]),
      Self.report(shard: 0, of: 2, findings: [findings[0]]),
    ]
    #expect(try ReportMerge.whole(of: shards).report == whole)
    #expect(try ReportMerge.whole(of: shards).notes == [])

    let twice = try ReportMerge.whole(of: shards + [shards[0]])
    #expect(twice.report == whole)
    #expect(twice.notes == ["shard 1/2 was given twice; it counts once"])
  }

  @Test func shardsThatMakeNone() {
    func mismatch(_ reports: [ConformanceReport]) -> String? {
      do throws(ReportMerge.Mismatch) {
        _ = try ReportMerge.whole(of: reports)
        return nil
      } catch { return error.description }
    }
    #expect(mismatch([]) == "no reports")
    #expect(mismatch([Self.report(shard: 4, of: 4)]) == "there is no shard 4/4")
    #expect(mismatch([Self.report(of: 4097)]) == "there is no shard 0/4097")
    let zero = Self.report(shard: 0, of: 4)
    let two = Self.report(shard: 2, of: 4)
    #expect(mismatch([zero, two]) == "missing: shard 1/4, 3/4")
    #expect(
      mismatch([zero, two, Self.report(shard: 2, of: 4, cases: 99)])
        == "shard 2/4 was run twice, and the results differ")
    var seeded = two
    seeded.run.seed = 1
    #expect(
      mismatch([zero, seeded])
        == "the reports are of different runs: other shards, seed or filter")
    var other = two
    other.engine = "another"
    #expect(
      mismatch([zero, other])
        == "the reports are of different engines: an engine npt=1 (lab), another")
  }

  /// One object with stable keys; `known` is there when it is null.
  @Test func json() throws {
    let report = Self.report(findings: [Self.finding(0x0008_5080)])
    let data = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(ConformanceReport.self, from: data) == report)
    let text = String(decoding: data, as: UTF8.self)
    for key in ["engine", "cases", "total", "matrix", "passed", "failed", "divergences"] {
      #expect(text.contains("\"\(key)\":"), "\(key)")
    }
    #expect(text.contains("\"known\":null"))
  }

  /// What a machine said that booted an image tells of which run it is: shards of images merge, too.
  @Test func imagesSayWhatTheyRan() throws {
    let shards = try (0..<4 as Range<UInt32>).map { shard in
      var builder = ReportBuilder()
      builder.take(Self.features(seed: 3, shard: shard, of: 4, filter: "matrix:wp=1,cpl=3"))
      builder.take(PayloadMessage(.groupDone, [0, 100, 0]))
      builder.take(PayloadMessage(.finished, []))
      let parameters = try #require(builder.parameters)
      return builder.report(engine: "a machine", run: ConformanceReport.Run(parameters))
    }
    #expect(
      shards[2].run
        == ConformanceReport.Run(shard: 2, shards: 4, seed: 3, filter: "matrix:cpl=3,wp=1"))
    let whole = try ReportMerge.whole(of: shards).report
    #expect(whole.cases == ["total": 400, "matrix": 400])
    #expect(whole.run.shards == 1)
  }

  /// A line that got lost does not go unseen; nor does a machine that was reset count twice.
  @Test func whatAMachineDidNotSay() {
    var builder = ReportBuilder()
    builder.take(Self.features(filter: nil))
    builder.take(Self.finding(0x0008_5080))
    builder.take(Self.features(filter: nil))
    builder.take(PayloadMessage(.groupDone, [0, 512, 0]))
    builder.take(PayloadMessage(.groupDone, [2, 512, 0]))
    #expect(builder.problem == nil)
    builder.take(PayloadMessage(.finished, []))
    #expect(builder.problem == "of the group caching nothing was said")
    let run = ConformanceReport.Run(RunParameters())
    #expect(builder.report(engine: "", run: run).divergences.isEmpty)
  }

  @Test func aPayloadThatCantGoOn() {
    var builder = ReportBuilder()
    builder.take(PayloadMessage(.panic, [14, 2, 0x1000, 0x10_0000]))
    #expect(builder.problem == "the payload stopped: 0xe 0x2 0x1000 0x100000")
    #expect(!builder.isFinished)
    builder = ReportBuilder()
    builder.take(Self.finding(0))
    #expect(builder.problem != nil, "a finding before the processor's features")
  }
}
