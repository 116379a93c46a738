import Conformance
import Foundation
import PagingCases
import TestSupport
import Testing

/// The suite under real KVM, by its command.
@Suite(.serialized) struct MatrixOnKVMTests {
  private static let isComplete = ProcessInfo.processInfo.environment["FAULTLINE_CHECK"] == "1"
  /// How long a complete run may take, in seconds.
  private static let limit = 15 * 60

  /// - Parameter isOnTerminal: whether the lab is told that standard error is a terminal.
  private func report(
    _ words: String..., isOnTerminal: Bool = false
  ) throws -> (status: Int32, report: ConformanceReport) {
    let result = try FaultlineProcess(
      ["conform", "--engine", "kvm", "--format", "json"] + words,
      environment: ["FAULTLINE_TERMINAL": isOnTerminal ? "2 24x80" : nil], seconds: Self.limit
    ).finish()
    // The bar grows, and goes away; there is none in a file.
    let hasBar = isOnTerminal && ProcessInfo.processInfo.environment["FAULTLINE_IN_LAB"] != nil
    #expect(result.errors.contains("\r[##########") == hasBar, "\(result.errors)")
    #expect(hasBar ? result.errors.hasSuffix("\r\u{1B}[K") : result.errors.isEmpty)
    let report = try #require(
      try? JSONDecoder().decode(ConformanceReport.self, from: result.output), "\(result.errors)")
    return (result.status, report)
  }

  /// A fair sample of the cases, or all of them; no difference that nobody has explained.
  @Test func theCases() throws {
    let start = ContinuousClock.now
    let (status, report) = try report("--shard", Self.isComplete ? "0/1" : "0/64")
    let total = try #require(report.cases["total"])
    let matrix = try #require(report.cases["matrix"])
    let caching = try #require(report.cases["caching"])
    let restart = try #require(report.cases["restart"])
    let host = try #require(report.cases["host"])
    #expect(total == matrix + caching + restart + host)
    #expect(Self.isComplete ? matrix == 6_291_456 : matrix > 40_000)
    #expect(Self.isComplete ? caching == 2546 : caching > 10)
    #expect(Self.isComplete ? restart == RestartCase.all.count : restart > 300)
    #expect(Self.isComplete ? host == HostCase.all.count : host > 0)
    #expect(report.passed + report.failed == total)
    for divergence in report.divergences {
      #expect(divergence.known != nil, "\(divergence)")
    }
    #expect(status == 0)
    let seconds = (ContinuousClock.now - start).components.seconds
    #expect(seconds < Self.limit)
    // make test shows lines that begin like this.
    let groups = CaseGroup.allCases.map { "\($0.name) \(report.cases[$0.name] ?? 0)" }
    print(
      "conform: \(groups.joined(separator: ", ")); \(report.passed) as the manual says, "
        + "\(report.failed) not, for known reasons; \(report.engine), \(seconds) s")
  }

  /// What may be remembered, whole: it takes seconds.
  @Test func caching() throws {
    let (status, report) = try report("--filter", "caching", isOnTerminal: true)
    #expect(report.cases == ["total": 2546, "caching": 2546])
    // Shadow paging goes on with what it made of the entries before CR4.PSE changed.
    #expect(report.failed == (report.engine.contains("npt=0") ? 40 : 0), "\(report.divergences)")
    #expect(report.divergences.allSatisfy { $0.case.contains("CR4.PSE") })
    #expect(status == 0)
  }

  /// Instructions that are begun anew: a fair sample. The complete run has them all.
  @Test func restart() throws {
    let (status, report) = try report("--filter", "restart", "--shard", "1/16")
    #expect(try #require(report.cases["restart"]) > 1500)
    #expect(status == 0, "\(report.divergences.filter { $0.known == nil })")
  }

  /// What KVM shows the host, whole: it takes seconds.
  @Test func host() throws {
    let (status, report) = try report("--filter", "host")
    #expect(report.cases == ["total": HostCase.all.count, "host": HostCase.all.count])
    #expect(status == 0, "\(report.divergences.filter { $0.known == nil })")
    print("host: \(report.divergences.map { ($0.id, $0.kind, $0.alike) })")
  }

  /// What is sharded: some of the matrix, and of a complete run the other groups too.
  private static let sharded =
    ["matrix:wp=1,pse=1,smep=0,smap=0,ac=0,pde.p=1,pte.p=1,access=write"]
    + (isComplete ? ["caching", "restart", "host"] : [])

  /// Four shards, run apart, are the whole; the seed moves everything and changes nothing.
  @Test(arguments: sharded) func shards(filter: String) throws {
    let filter = ["--filter", filter]
    let folder = try TemporaryFolder()
    var files: [String] = []
    for shard in 0..<4 {
      let result = try FaultlineProcess(
        ["conform", "--engine", "kvm", "--format", "json", "--seed", "5", "--shard", "\(shard)/4"]
          + filter
      ).finish()
      files.append(try folder.write("\(shard).json", result.output))
    }
    let whole = try FaultlineProcess(
      ["conform", "--engine", "kvm", "--format", "json", "--seed", "5"] + filter
    ).finish()
    let merged = try FaultlineProcess(
      ["conform", "merge", "--format", "json"] + files + [files[2]]
    ).finish()
    #expect(merged.text == whole.text)
    #expect(merged.status == whole.status)
    #expect(merged.errors == "faultline: shard 2/4 was given twice; it counts once\n")

    let missing = try FaultlineProcess(["conform", "merge"] + files.dropLast()).finish()
    #expect(missing.status == 65)
    #expect(missing.errors == "faultline: missing: shard 3/4; give each shard of one run\n")
  }

  /// A case by itself gives what it gave among the others.
  @Test func oneCase() throws {
    let (status, report) = try report("--filter", "matrix:0x000a0fff")
    #expect(report.cases == ["total": 1, "matrix": 1])
    #expect(report.passed == 1)
    #expect(status == 0)
  }
}
