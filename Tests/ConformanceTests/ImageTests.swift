import Conformance
import Foundation
import PagingCases
import TestSupport
import Testing

/// The image on QEMU's software CPU, without KVM: the way that other emulators run it.
@Suite(.serialized) struct ImageTests {
  /// Boots the image and reads what it said over COM1.
  private func report(_ words: String...) throws -> (status: Int32, report: ConformanceReport) {
    let folder = try TemporaryFolder()
    let image = "\(folder.path)/conform.img"
    let made = try FaultlineProcess(["conform", "--image", image] + words).finish()
    #expect(made.status == 0, "\(made.errors)")
    let qemu = Process()
    qemu.executableURL = URL(filePath: "/usr/bin/env")
    qemu.arguments =
      ["qemu-system-i386", "-accel", "tcg", "-cpu", "max", "-m", "64", "-display", "none"]
      + ["-nic", "none", "-no-reboot", "-monitor", "none", "-kernel", image]
      + ["-device", "isa-debug-exit,iobase=0xf4", "-serial", "file:\(folder.path)/said.txt"]
    try qemu.run()
    // A payload that hangs must fail the test, not stop it.
    DispatchQueue.global().asyncAfter(deadline: .now() + 300) {
      if qemu.isRunning { qemu.terminate() }
    }
    qemu.waitUntilExit()
    let read = try FaultlineProcess(
      ["conform", "read", "--name", "QEMU", "--format", "json", "\(folder.path)/said.txt"]
    ).finish()
    let report = try #require(
      try? JSONDecoder().decode(ConformanceReport.self, from: read.output), "\(read.errors)")
    // A point for each group, and for each finding; of the caching group, for each case that differs.
    let points = try TapReader(String(decoding: folder.read("said.txt"), as: UTF8.self)).points
    #expect(points.allSatisfy { $0.directive == nil })
    let groups = report.cases.count - 1
    #expect(points.count >= groups + report.divergences.count)
    return (read.status, report)
  }

  @Test func aSampleOfTheMatrix() throws {
    let (status, report) = try report("--filter", "matrix", "--shard", "3/64", "--seed", "11")
    #expect(try #require(report.cases["matrix"]) > 40_000)
    #expect(report.run.seed == 11)
    #expect(report.divergences.allSatisfy { $0.repeat.contains(" --seed 11 ") })
    #expect(status == 0, "\(report.divergences)")
  }

  @Test func caching() throws {
    let (status, report) = try report("--filter", "caching")
    #expect(report.cases["caching"] == CachingCase.all.count + CachingScript.all.count)
    #expect(report.failed == 0)
    #expect(status == 0, "\(report.divergences)")
  }

  /// Without its invalidations the suite finds stale translations of every kind that can be stale.
  @Test func cachingWithoutInvalidations() throws {
    let (status, report) = try report("--filter", "caching", "--mutants")
    #expect(status == 1)
    #expect(report.failed > 300, "\(report.failed)")
    #expect(report.divergences.contains { $0.seen.contains("no fault") })
    #expect(report.divergences.contains { $0.expected.contains("no fault") } == false)
    for scene in ["a page table becomes a data page: ", "two page tables change places: "] {
      #expect(report.divergences.contains { $0.kind.hasPrefix(scene) }, "\(scene)")
    }
  }

  /// Every case of the restart group, which takes seconds here.
  @Test func restart() throws {
    let (status, report) = try report("--filter", "restart")
    #expect(report.cases["restart"] == RestartCase.all.count)
    #expect(status == 0, "\(report.divergences.filter { $0.known == nil })")
  }

  /// A handler that goes on behind the instruction instead of beginning it anew is found out, whatever
  /// the instruction.
  @Test func restartWithoutRestarting() throws {
    let (status, report) = try report("--filter", "restart", "--mutants", "--shard", "0/8")
    #expect(status == 1)
    let total = try #require(report.cases["restart"])
    #expect(report.failed > total * 9 / 10, "\(report.failed) of \(total)")
  }
}
