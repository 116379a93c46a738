import Confinement
import Doctor
import Foundation
import Testing

/// Examining what is not a KVM device, and reading the kernel's module directory.
@Suite struct ExaminationTests {
  private func examine(device: String) -> DoctorReport {
    Doctor.examine(
      version: "test", device: device, confine: Confinement.current,
      lab: { .ready("for the test") })
  }

  @Test func aMissingDevice() {
    let report = examine(device: "/nonexistent/kvm")
    #expect(report.kvm.state == .absent)
    #expect(report.kvm.apiVersion == nil)
    #expect(report.engine == .lab)
    #expect(report.privileges != nil)
  }

  @Test func anotherFile() {
    let report = examine(device: "/dev/null")
    #expect(report.kvm.state == .notKVM)
    #expect(report.kvm.reason.contains("KVM_GET_API_VERSION: ENOTTY"))
  }

  @Test func aFailedConfinementIsTheFirstProblem() {
    let report = Doctor.examine(
      version: "test", device: "/dev/null",
      confine: { () throws(ConfinementError) in throw .threadsExist(count: 2) },
      lab: { .ready("for the test") })
    #expect(report.privileges == nil)
    #expect(report.confinementError == .threadsExist(count: 2))
    #expect(report.problems.first?.problem == "can't give privileges up with 2 threads")
    #expect(report.exitCode == 69)
  }

  @Test(
    arguments: [
      (["kvm_amd/parameters/npt": "Y\n"], KVMModule(name: "kvm_amd", nestedPaging: true)),
      (["kvm_amd/parameters/npt": "0\n"], KVMModule(name: "kvm_amd", nestedPaging: false)),
      (["kvm_intel/parameters/ept": "N\n"], KVMModule(name: "kvm_intel", nestedPaging: false)),
      (["kvm_pvm/refcnt": "0\n"], KVMModule(name: "kvm_pvm", nestedPaging: nil)),
      (["kvm/refcnt": "0\n"], nil),
      ([:], nil),
    ] as [([String: String], KVMModule?)])
  func theModuleIsFound(files: [String: String], module: KVMModule?) throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("faultline-modules-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    for (path, text) in files {
      let file = directory.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    #expect(KVMModule.detect(in: directory.path) == module)
  }

  @Test func modulesAreNamedAsInTheSummary() {
    #expect("\(KVMModule(name: "kvm_amd", nestedPaging: true))" == "kvm_amd npt=1")
    #expect("\(KVMModule(name: "kvm_intel", nestedPaging: false))" == "kvm_intel ept=0")
    #expect("\(KVMModule(name: "kvm_pvm", nestedPaging: nil))" == "kvm_pvm")
  }
}
