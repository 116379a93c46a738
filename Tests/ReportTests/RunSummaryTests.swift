import Confinement
import FoundationEssentials
import MinixABI
import Report
import Servers
import Session
import Testing

@testable import Kernel
@testable import Machine

@Suite struct RunSummaryTests {
  @Test func anEventfulRun() throws {
    let summary = RunSummary(
      Samples.eventful, exitCode: 139, engine: "kvm_amd npt=1 (lab)",
      confinement: try Self.confinement, hostBytesPeak: 12_345_678)
    #expect(try summary.json() == Samples.eventfulSummary)
  }

  /// Each key has its place in the documentation, but for those of tables of counts, which are names.
  @Test func everyKeyIsDocumented() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../docs/summary.md")
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    for match in Samples.eventfulSummary.matches(of: /"([a-z][A-Za-z0-9]*)" :/) {
      #expect(text.contains("`\(match.1)`"), "\(match.1)")
    }
  }

  /// Keys are a promise: absent values are null, not left out.
  @Test func aProgramThatHasNotEndedHasNoExit() throws {
    let result = Samples.run(.timeout, [Samples.process("spin", 36569, nil)])
    let json = try Self.json(result)
    #expect(json.contains(#""exit" : null"#))
    #expect(json.contains(#""confinement" : null"#))
  }

  @Test func crTwoIsForPageFaultsOnly() throws {
    let process = Samples.process("divide", 36569, .signal(.floatingPoint), Samples.division)
    let json = try Self.json(Samples.run(.finished, [process]))
    #expect(!json.contains("cr2"))
    #expect(json.contains(#""vector" : 0"#))
    #expect(json.contains(#""symbol" : "main+0x1c""#))
  }

  @Test(
    arguments: [
      (.finished, End(reason: "finished")),
      (.timeout, End(reason: "timeout")),
      (.interrupted(signal: 2), End(reason: "interrupted", detail: "SIGINT")),
      (
        .stuck([Samples.waiter]),
        End(
          reason: "stuck",
          waits: [
            End.Wait(name: "waiter", endpoint: 36569, reason: "waits to receive from PM (0)")
          ])
      ),
      (.stuck([]), End(reason: "stuck", waits: [])),
      (
        .processorFailed(.scriptEnded),
        End(reason: "failed", detail: "the script of traps is at its end")
      ),
      (
        .kernelFailed(.serverDied(process: "pm", signal: .segmentation)),
        End(reason: "failed", detail: "pm, without which nothing goes on, raised SIGSEGV")
      ),
    ] as [(RunEnd, End)])
  func everyEndHasItsReason(runEnd: RunEnd, end: End) throws {
    let json = try Self.json(Samples.run(runEnd))
    #expect(try JSONDecoder().decode(Summary.self, from: Data(json.utf8)).end == end)
  }

  /// What this test reads of a summary.
  struct Summary: Decodable {
    let end: End
  }

  struct End: Decodable, Equatable, Sendable {
    let reason: String
    var detail: String?
    var waits: [Wait]?

    struct Wait: Decodable, Equatable, Sendable {
      let name: String
      let endpoint: Int32
      let reason: String
    }
  }

  private static func json(_ result: RunResult) throws -> String {
    try RunSummary(result, exitCode: 0, engine: "kvm_amd npt=1", confinement: nil).json()
  }

  private static var confinement: ConfinementReport {
    get throws {
      let status = try #require(
        ThreadStatus(
          parsing: """
            Uid:\t1000\t1000\t1000\t1000
            Gid:\t1000\t1000\t1000\t1000
            Groups:\t27 1000
            NoNewPrivs:\t1
            CapInh:\t0000000000000000
            CapPrm:\t0000000000000000
            CapEff:\t0000000000000000
            CapBnd:\t0000000000000000
            CapAmb:\t0000000000000000
            """))
      return ConfinementReport(user: "ada", threadCount: 1, status: status)
    }
  }
}
