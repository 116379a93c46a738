import KVM
import MinixABI
import Report
import Servers
import Session
import Testing

@testable import Kernel
@testable import Machine

@Suite struct RunExitCodeTests {
  @Test(
    arguments: [
      ([], 0),
      ([.exit(status: 0)], 0),
      ([.exit(status: 3)], 3),
      ([.exit(status: 255)], 255),
      ([.signal(.segmentation)], 139),
      ([.exit(status: 0), .signal(.kill), .exit(status: 1)], 137),
      ([.exit(status: 2), .signal(.kill)], 2),
      ([nil, .exit(status: 4)], 4),
      ([nil, .exit(status: 0)], 0),
    ] as [([ProcessEnd?], Int32)])
  func firstProgramThatDidNotEndWithZeroDecides(ends: [ProcessEnd?], code: Int32) {
    let processes = ends.map { Samples.process("program", 36569, $0) }
    #expect(RunExitCode.of(Samples.run(.finished, processes)) == code)
  }

  private static let refused = KVMError(request: .createVM, errno: 12)

  @Test(
    arguments: [
      (.stuck([Samples.waiter]), 75),
      (.timeout, 124),
      (.interrupted(signal: 2), 130),
      (.interrupted(signal: 15), 143),
      (.processorFailed(.scriptEnded), 70),
      (.processorFailed(.tripleFault(lastFrame: TrapFrame())), 70),
      (.processorFailed(.kvm(refused)), 71),
      (.processorFailed(.kvm(KVMError(request: .run, errno: 14))), 70),
      (.kernelFailed(.pageFaultInVM(address: 0, eip: 0)), 70),
    ] as [(RunEnd, Int32)])
  func aRunThatDidNotFinishHasACodeOfOurs(end: RunEnd, code: Int32) {
    let failed = Samples.process("program", 36569, .exit(status: 9))
    #expect(RunExitCode.of(Samples.run(end, [failed])) == code)
  }
}
