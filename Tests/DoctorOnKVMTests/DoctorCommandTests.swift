import Foundation
import TestSupport
import Testing

/// The built command itself, in a process of its own: the only place where privileges really go.
@Suite struct DoctorCommandTests {
  /// Runs `faultline doctor` with more environment; gives exit code and standard output.
  private func doctor(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> (exitCode: Int32, output: Data) {
    let nobody: [String: String?] = ["SUDO_UID": nil, "SUDO_GID": nil]
    let result = try FaultlineProcess(
      ["doctor"] + arguments, environment: nobody.merging(environment) { $1 }
    ).finish()
    return (result.status, result.output)
  }

  private struct Report: Decodable {
    struct KVM: Decodable {
      let device, state, reason: String
      let module: String?
      let npt: Bool?
      let apiVersion: Int
      let capabilities: [String: Int]
      let runsI386Paging: Bool
    }
    struct Privileges: Decodable {
      let user: String
      let uid, gid: UInt32
      let groups: [UInt32]
      let capabilities: [String: [String]]
      let noNewPrivileges: Bool
    }
    struct Problem: Decodable { let problem, remedy: String }
    let version: String
    let kvm: KVM
    let engine: String?
    let privileges: Privileges?
    let problems: [Problem]
  }

  private func report(environment: [String: String] = [:]) throws -> Report {
    let data = try doctor(["--json"], environment: environment).output
    return try JSONDecoder().decode(Report.self, from: data)
  }

  @Test func jsonSaysWhatTheProbeSaid() throws {
    let report = try report()
    #expect(report.kvm.device == "/dev/kvm")
    #expect(report.kvm.state == "usable")
    #expect(report.kvm.apiVersion == 12)
    #expect(report.kvm.runsI386Paging == PagingProbeTests.pages)
    #expect(report.kvm.capabilities["KVM_CAP_USER_MEMORY"] == 1)
    if report.kvm.runsI386Paging { #expect(report.engine == "kvm") }
  }

  @Test func exitCodeAgreesWithTheEngine() throws {
    let engine = try report().engine
    #expect(try doctor([]).exitCode == (engine == nil ? 69 : 0))
  }

  @Test func noCapabilityIsLeftInAnySet() throws {
    let privileges = try #require(try report().privileges)
    #expect(privileges.noNewPrivileges)
    for set in ["effective", "permitted", "inheritable", "ambient"] {
      #expect(privileges.capabilities[set] == [], "\(set)")
    }
    if geteuid() == 0 { #expect(privileges.capabilities["bounding"] == []) }
    #expect(privileges.uid == geteuid())
  }

  /// The user who called sudo comes back, without root's groups.
  @Test func sudoIsUndone() throws {
    try #require(geteuid() == 0, "needs root, as in the lab")
    let report = try report(environment: ["SUDO_UID": "65533", "SUDO_GID": "65532"])
    let privileges = try #require(report.privileges)
    #expect(privileges.uid == 65533)
    #expect(privileges.gid == 65532)
    #expect(privileges.groups == [65532])
    #expect(privileges.capabilities["effective"] == [])
    #expect(privileges.capabilities["bounding"] == [])
    #expect(report.kvm.state == "usable", "the device was opened before")
  }

  @Test func aMalformedSudoVariableIsRefused() throws {
    try #require(geteuid() == 0, "needs root, as in the lab")
    let report = try report(environment: ["SUDO_UID": "65533 ", "SUDO_GID": "65532"])
    #expect(report.privileges == nil)
    #expect(report.engine == nil)
    #expect(report.problems.first?.problem.contains("SUDO_UID") == true)
  }
}
