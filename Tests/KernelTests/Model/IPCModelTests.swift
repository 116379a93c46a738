import Foundation
import Testing

@testable import Kernel

/// The kernel's IPC does what a small model of it does, which is written from the ABI.
@Suite struct IPCModelTests {
  /// FAULTLINE_SEED repeats a run; else it is a fresh one.
  static var seed: UInt64 {
    let text = ProcessInfo.processInfo.environment["FAULTLINE_SEED"]
    return text.flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
  }

  /// `make check` takes its time.
  static var stepCount: Int {
    ProcessInfo.processInfo.environment["FAULTLINE_CHECK"] == "1" ? 1_000_000 : 50_000
  }

  @Test func kernelDoesWhatTheModelDoes() throws {
    let (seed, stepCount) = (Self.seed, Self.stepCount)
    print("IPC model: \(stepCount) steps, FAULTLINE_SEED=\(seed)")
    var run = try IPCModelRun(seed: seed)
    do {
      for _ in 0..<stepCount { try run.step() }
    } catch let mismatch as IPCModelRun.Mismatch {
      Issue.record(
        """
        FAULTLINE_SEED=\(seed), step \(run.stepCount): \(mismatch.what)
        The last steps:
          \(run.recentSteps)
        """)
      return
    }
    run.bench.checkInvariants("at the end of FAULTLINE_SEED=\(seed)")
    expectLife(run.model.tally, in: stepCount)
  }

  /// It was not a run in which little could happen: about half of what usually does must.
  private func expectLife(_ tally: ModelTally, in stepCount: Int) {
    print("IPC model: \(tally)")
    #expect(tally.runnable > stepCount / 2)
    #expect(tally.delivered > stepCount / 10)
    #expect(tally.notified > stepCount / 20)
    #expect(tally.asynchronous > stepCount / 100)
    #expect(tally.queued > stepCount / 50)
    #expect(tally.faultsQueued > stepCount / 150)
    #expect(tally.locked > stepCount / 300)
    #expect(tally.released > stepCount / 50)
    #expect(tally.signals > stepCount / 170)
    #expect(tally.delayed > stepCount / 5_000)
    #expect(tally.forked > stepCount / 200)
  }
}
