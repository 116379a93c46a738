import Foundation
import MinixABI
import Testing

@testable import VMServer

/// VM does what a plain model of memory does, whatever is asked of it in whatever order.
@Suite struct MemoryModelTests {
  /// FAULTLINE_SEED repeats a run; else it is a fresh one.
  static var seed: UInt64 {
    let text = ProcessInfo.processInfo.environment["FAULTLINE_SEED"]
    return text.flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
  }

  /// `make check` takes its time.
  static var stepCount: Int {
    ProcessInfo.processInfo.environment["FAULTLINE_CHECK"] == "1" ? 200_000 : 20_000
  }

  @Test(arguments: [FaultPolicy.exact, .around(3), .eager])
  func vmDoesWhatTheModelDoes(_ policy: FaultPolicy) throws {
    let (seed, stepCount) = (Self.seed, Self.stepCount)
    print("memory model: \(policy.name), \(stepCount) steps, FAULTLINE_SEED=\(seed)")
    let run = MemoryModelRun(seed: seed, policy: policy)
    do {
      for _ in 0..<stepCount { try run.step() }
      try run.endAll()
    } catch let mismatch as MemoryModelRun.Mismatch {
      Issue.record(
        """
        FAULTLINE_SEED=\(seed), step \(run.stepCount) (\(policy.name)): \(mismatch.what)
        The last steps:
          \(run.lastSteps.joined(separator: "\n  "))
        """)
      return
    }
    expectLife(run.tally, in: stepCount, policy)
  }

  /// It was not a run in which little could happen: about half of what usually does must.
  private func expectLife(_ tally: [String: Int], in stepCount: Int, _ policy: FaultPolicy) {
    let lines = tally.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    print("memory model: \(lines.joined(separator: ", "))")
    let least = [
      ("touch allowed", 15), ("fault zeroFill", 60), ("fault copyOnWrite", 100),
      ("fault protection", 300), ("fault segv", 25), ("fault outOfMemory", 2500),
      ("fork 0", 60), ("fork -12", 4000), ("exit 0", 40), ("exec 0", 300), ("grant 0", 110),
      ("revoke 0", 110), ("mmap 0", 90), ("mmap -12", 5000), ("munmap 0", 60), ("brk 0", 90),
      ("check 0", 75), ("check -12", 2500),
    ]
    for (what, share) in least {
      #expect(tally[what, default: 0] >= stepCount / share, "\(what) under \(policy.name)")
    }
  }
}
