import Foundation
import Testing

@testable import Kernel

/// Whatever happens in whatever order, the kernel's books agree with one another after every step.
@Suite struct RandomRunTests {
  /// FAULTLINE_SEED repeats one run; else a few fixed ones and a fresh one.
  static var seeds: [UInt64] {
    if let text = ProcessInfo.processInfo.environment["FAULTLINE_SEED"], let seed = UInt64(text) {
      return [seed]
    }
    return [1, 2, 3, .random(in: 4 ... .max)]
  }

  @Test(arguments: seeds) func invariantsHold(_ seed: UInt64) throws {
    print("kernel random run: FAULTLINE_SEED=\(seed)")
    var run = try RandomRun(seed: seed)
    for step in 0..<5_000 {
      try run.step()
      run.bench.checkInvariants("at step \(step) of FAULTLINE_SEED=\(seed): \(run.history)")
      #expect(run.bench.kernel.failure == nil, "step \(step) of FAULTLINE_SEED=\(seed)")
      if run.bench.kernel.failure != nil { return }
    }
    // It was not a run in which nothing could happen.
    let statistics = run.bench.kernel.statistics
    #expect(statistics.messages[0xCFF] > 50)
    #expect(statistics.notifications.reduce(0, +) > 100)
    #expect(statistics.kernelCalls.reduce(0, +) > 500)
    let messages = statistics.messages.reduce(0, +) + statistics.replies
    #expect(messages > 200)
  }
}
