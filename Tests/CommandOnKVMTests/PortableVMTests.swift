import MinixABI
import TestSupport
import Testing
import VMScript

/// VM's core in ring 3, built from the sources that the host builds: it answers a script of requests
/// as the host's does, byte for byte.
@Suite struct PortableVMTests {
  @Test(arguments: FaultDelivery.allCases) func answersAsOnTheHost(_ delivery: FaultDelivery) throws
  {
    let seed: UInt32 = 20_100_426
    let stepCount: UInt32 = 400
    var expected: [String] = []
    Playback(seed: seed, stepCount: stepCount, delivery: delivery, isComplete: true).lines {
      expected.append($0)
    }
    let run = try GuestRun(["vm-core", "\(seed)", "\(stepCount)", delivery.name, "answers"])
    #expect(run.status == 0, "\(run.errors)")
    let lines = run.lines
    #expect(lines.count == expected.count)
    // The first difference says more than all of them.
    let difference = zip(lines, expected).enumerated().first { $1.0 != $1.1 }
    #expect(difference == nil)
    #expect(expected.count > 1_500)
  }

  /// Many more, of which only the digests come back.
  @Test(arguments: FaultDelivery.allCases) func answersForLong(_ delivery: FaultDelivery) throws {
    var expected: [String] = []
    Playback(seed: 1, stepCount: 2_000, delivery: delivery, isComplete: false).lines {
      expected.append($0)
    }
    let run = try GuestRun(["vm-core", "1", "2000", delivery.name])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lines == expected)
  }

  @Test(arguments: [["1", "2", "mail"], ["-1", "2", "message"]])
  func saysHowItIsCalled(_ arguments: [String]) throws {
    let run = try GuestRun(["--quiet", "vm-core"] + arguments)
    #expect(run.status == 64)
    #expect(run.errors.contains("usage: vm-core SEED STEPS message|signal [answers]"))
  }
}
