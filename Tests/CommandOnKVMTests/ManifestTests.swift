import Foundation
import TestSupport
import Testing

/// Several processes in one table: servers played by guests, priorities, and the ways a run ends.
@Suite struct ManifestTests {
  @Test func aGuestTakesAServersPlace() throws {
    let run = try GuestRun(["conversation"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lines.contains("10 replies from endpoint 2, each of type 1001"))
    #expect(run.lines.contains("5 replies from endpoint 2, each of type 2001"))
    #expect(run.lines.count { $0.hasPrefix("request 1000 from ") } == 10)
    #expect(run.lines.count { $0.hasPrefix("request 2000 from ") } == 5)
    #expect(run.summary["echo-server"]?.endpoint == 2)
    #expect(run.summary["echo-server"]?.exit == .init(status: 0))
    #expect(run.summary.messages["reply"] ?? 0 >= 15)
    TouchTests.expectOrder(run.summary)
  }

  /// In a better queue it is done before anybody else gets a turn, whatever the manifest's order.
  @Test func aBetterQueueRunsFirst() throws {
    let run = try GuestRun([
      ManifestEntry("later", file: "hello", ["later"]),
      ManifestEntry("latest", file: "hello", ["latest"], priority: 15),
      ManifestEntry("first", file: "hello", ["first"], priority: 4),
    ])
    #expect(run.status == 0, "\(run.errors)")
    let order = run.lines.filter { $0.hasPrefix("argv[1]") }
    #expect(order == ["first", "later", "latest"].map { "argv[1] is \"\($0)\"." })
  }

  @Test func everythingWaitsForEver() throws {
    let run = try GuestRun(["waiting"])
    #expect(run.status == 75)
    let line = try #require(run.errors.split(separator: "\n").first)
    #expect(line.contains("waits-for-pm"))
    #expect(line.contains("pm (0)"))
    #expect(line.contains("waits-for-any"))
    #expect(run.summary.end.reason == "stuck")
    let waits = try #require(run.summary.end.waits)
    #expect(
      waits.map(\.name).filter { $0.hasPrefix("waits-for") } == ["waits-for-pm", "waits-for-any"])
    #expect(run.summary["waits-for-pm"]?.exit == nil)
    #expect(run.summary.memory.leakedPages == 0)
  }

  @Test func timeIsUp() throws {
    let start = ContinuousClock.now
    let run = try GuestRun(["--timeout", "1s", "spin", "forever"])
    #expect(ContinuousClock.now - start >= .seconds(1))
    #expect(run.status == 124)
    #expect(run.output == "spinning for ever\n")
    #expect(run.summary.end.reason == "timeout")
    #expect(run.errors.hasPrefix("stopped: the time that the run was given is over\n"))
    #expect(run.summary.memory.leakedPages == 0)
  }

  @Test(
    arguments: [
      (SIGINT, "SIGINT", 130), (SIGTERM, "SIGTERM", 143), (SIGHUP, "SIGHUP", 129),
    ] as [(Int32, String, Int32)])
  func aSignalEndsTheRunInGoodOrder(_ signal: Int32, _ name: String, _ status: Int32) throws {
    let folder = try TemporaryFolder()
    let process = try FaultlineProcess(
      ["run", "--engine", "kvm", "--json", "\(folder.path)/summary.json", "spin", "forever"])
    process.waitForOutput()
    kill(process.identifier, signal)
    let run = try GuestRun(process, in: folder)
    #expect(run.status == status)
    #expect(run.summary.exitCode == status)
    #expect(run.summary.end.reason == "interrupted")
    #expect(run.summary.end.detail == name)
    #expect(run.errors.hasPrefix("interrupted by \(name)\n"))
    #expect(run.errors.contains("spin  "), "the table is printed all the same")
  }

  @Test func initCannotBeReplaced() throws {
    let folder = try TemporaryFolder()
    let manifest = try folder.write(
      "manifest.yaml",
      ManifestEntry.manifest(of: [ManifestEntry("mine", file: "echo-server", server: "init")]))
    let result = try FaultlineProcess(["run", "--engine", "kvm", manifest]).finish()
    #expect(result.status == 65)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.hasPrefix("faultline: mine: a guest program cannot take the place of "))
  }
}
