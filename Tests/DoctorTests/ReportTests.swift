import Confinement
import Doctor
import Foundation
import Glibc
import KVM
import Testing

/// From findings to engine, problems, text and JSON.
@Suite struct ReportTests {
  private static let ready = LabAvailability.ready("QEMU 7.2, Linux 6.1")
  private static let noLab = LabAvailability.unavailable(
    "qemu-system-x86_64 is not installed", remedy: "install it")
  private static let amd = KVMModule(name: "kvm_amd", nestedPaging: true)
  private static let pvm = KVMModule(name: "kvm_pvm", nestedPaging: nil)

  private static let paging = KVMFindings(
    state: .usable, module: amd, apiVersion: 12, probe: .works)
  private static let unpaged = KVMFindings(
    state: .usable, module: pvm, apiVersion: 12, probe: .pagingDropped)
  private static let absent = KVMFindings(
    state: .absent, error: KVMError(request: .open, errno: ENOENT))

  private static func report(
    _ kvm: KVMFindings, _ lab: LabAvailability, error: ConfinementError? = nil
  ) -> DoctorReport {
    DoctorReport(version: "1", kvm: kvm, lab: lab, privileges: nil, confinementError: error)
  }

  @Test(
    arguments: [
      (paging, ready, .kvm, 0),
      (paging, noLab, .kvm, 0),
      (unpaged, ready, .lab, 0),
      (unpaged, noLab, nil, 69),
      (absent, ready, .lab, 0),
      (absent, noLab, nil, 69),
    ] as [(KVMFindings, LabAvailability, DoctorReport.Engine?, Int32)])
  func engineIsTheOneThatRunWouldChoose(
    kvm: KVMFindings, lab: LabAvailability, engine: DoctorReport.Engine?, exitCode: Int32
  ) {
    let report = Self.report(kvm, lab)
    #expect(report.engine == engine)
    #expect(report.exitCode == exitCode)
  }

  @Test func whatCannotBeConfinedDoesNotRun() {
    let report = Self.report(Self.paging, Self.ready, error: .setUserID)
    #expect(report.engine == nil)
    #expect(report.problems.map(\.problem) == [ConfinementError.setUserID.problem])
  }

  @Test func aHealthyMachineHasNoProblem() {
    #expect(Self.report(Self.paging, Self.ready).problems.isEmpty)
  }

  @Test func everyProblemHasARemedy() {
    let refused = KVMFindings(
      state: .busy, probe: .refused(KVMError(request: .createVM, errno: EBUSY)))
    let stuck = KVMFindings(state: .usable, module: Self.amd, probe: .timedOut(seconds: 5))
    for kvm in [Self.unpaged, Self.absent, refused, stuck] {
      for lab in [Self.ready, Self.noLab] {
        let problems = Self.report(kvm, lab).problems
        #expect(problems.count == (lab.available ? 1 : 2))
        #expect(problems.allSatisfy { !$0.problem.isEmpty && !$0.remedy.isEmpty })
      }
    }
  }

  @Test func textNamesEverySubject() {
    let text = "\(Self.report(Self.unpaged, Self.noLab))"
    for part in [
      "kvm_pvm", "i386 paging no: KVM_SET_SREGS drops CR0.PG", "engine      none", "remedy",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(!text.hasSuffix("\n"))
  }

  /// The keys are a promise: absent values are null, not left out.
  @Test func jsonHasEveryKey() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(
      decoding: try encoder.encode(Self.report(Self.absent, Self.ready)), as: UTF8.self)
    #expect(
      text == """
        {"engine":"lab","kvm":{"apiVersion":null,"capabilities":{},"device":"/dev/kvm",\
        "module":null,"npt":null,"reason":"/dev/kvm does not exist (open: ENOENT)",\
        "runsI386Paging":false,"state":"absent"},"lab":{"available":true,\
        "reason":"QEMU 7.2, Linux 6.1","remedy":null},"privileges":null,\
        "problems":[{"problem":"/dev/kvm does not exist (open: ENOENT)","remedy":"load kvm_amd or \
        kvm_intel; in a virtual machine, enable nested virtualisation"}],"version":"1"}
        """)
  }
}
