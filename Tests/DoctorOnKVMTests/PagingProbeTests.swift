import Confinement
import Doctor
import KVM
import Testing

/// The probe tells a KVM that pages from one that does not.
@Suite struct PagingProbeTests {
  /// kvm_pvm can't page and every other module can; where this fails, `doctor` lies.
  static var pages: Bool { KVMModule.detect()?.name != "kvm_pvm" }

  @Test func probeSaysWhatTheModuleCan() throws {
    let outcome = PagingProbe.run(on: try System())
    #expect(outcome == (Self.pages ? .works : .pagingDropped))
  }

  /// A guest that never reports is given up when its time is over.
  @Test func aStuckGuestIsGivenUp() throws {
    // jmp to itself
    let start = ContinuousClock.now
    let outcome = PagingProbe.run([0xEB, 0xFE], on: try System(), limit: 1)
    #expect(outcome == (Self.pages ? .timedOut(seconds: 1) : .pagingDropped))
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  /// ud2 without a handler: a triple fault, not a hang.
  @Test func aCrashingGuestIsNamed() throws {
    let outcome = PagingProbe.run([0x0F, 0x0B], on: try System(), limit: 5)
    #expect(outcome == (Self.pages ? .unexpected(.shutdown) : .pagingDropped))
  }

  @Test func examinationAgreesWithTheProbe() throws {
    let report = Doctor.examine(
      version: "test", confine: Confinement.current,
      lab: { .unavailable("not asked", remedy: "ask") })
    #expect(report.kvm.state == .usable)
    #expect(report.kvm.apiVersion == System.apiVersion)
    #expect(report.kvm.runsI386Paging == Self.pages)
    #expect(report.engine == (Self.pages ? .kvm : nil))
    #expect(report.exitCode == (Self.pages ? 0 : 69))
    #expect(report.privileges != nil)
  }
}
