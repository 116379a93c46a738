import Foundation
import TestSupport
import Testing

/// While the guest runs, the process has no privileges: read from the kernel, not from us.
@Suite struct PrivilegeTests {
  @Test func nothingIsLeftOfRoot() throws {
    try #require(geteuid() == 0, "needs root, as in the lab")
    let folder = try TemporaryFolder()
    try folder.setMode(0o777)
    let process = try FaultlineProcess(
      ["run", "--engine", "kvm", "--json", "\(folder.path)/summary.json", "spin", "forever"],
      environment: ["SUDO_UID": "65534", "SUDO_GID": "65534"])
    process.waitForOutput()
    // Half a second is thirty ticks: the guest runs while its process is looked at.
    usleep(500_000)
    let fields = try Self.status(of: process.identifier)
    process.interrupt()
    let run = try GuestRun(process, in: folder)

    #expect(run.output == "spinning for ever\n")
    #expect(run.summary["spin"]?.userTicks ?? 0 > 0)
    #expect(fields["Uid"] == ["65534", "65534", "65534", "65534"])
    #expect(fields["Gid"] == ["65534", "65534", "65534", "65534"])
    #expect(fields["Groups"] == ["65534"])
    #expect(fields["NoNewPrivs"] == ["1"])
    #expect(fields["Threads"] == ["1"])
    for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
      #expect(fields[set] == ["0000000000000000"], "\(set)")
    }

    let confinement = run.summary.confinement
    #expect(confinement.uid == 65534)
    #expect(confinement.gid == 65534)
    #expect(confinement.groups == [65534])
    #expect(confinement.noNewPrivileges)
    #expect(
      confinement.capabilities == [
        "effective": [], "permitted": [], "inheritable": [], "ambient": [], "bounding": [],
      ])
    #expect(try folder.owner(of: "summary.json").user == 65534, "opened by the user, not by root")
  }

  /// A folder that only root may write to is closed to the user who called sudo, and so is a
  /// program that only root may read.
  @Test func filesAreOpenedAsTheUser() throws {
    try #require(geteuid() == 0, "needs root, as in the lab")
    let folder = try TemporaryFolder()
    try folder.setMode(0o755)
    let caller: [String: String?] = ["SUDO_UID": "65534", "SUDO_GID": "65534"]
    let output = try FaultlineProcess(
      ["run", "--engine", "kvm", "--json", "\(folder.path)/summary.json", "hello"],
      environment: caller
    ).finish()
    #expect(output.status == 73)
    #expect(output.errorLines.count == 1)
    #expect(output.text.isEmpty)
    #expect(folder.names.isEmpty)

    let program = try folder.write("secret", Data([0x7F, 0x45, 0x4C, 0x46]))
    try folder.setMode(0o600, of: "secret")
    let input = try FaultlineProcess(["run", "--engine", "kvm", program], environment: caller)
      .finish()
    #expect(input.status == 66)
    #expect(input.errors.hasPrefix("faultline: \(program): permission denied; "))
  }

  /// The fields of /proc/PID/status.
  private static func status(of identifier: Int32) throws -> [String: [String]] {
    let text = try String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
    var fields: [String: [String]] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      fields[String(parts[0])] = parts[1].split(whereSeparator: \.isWhitespace).map(String.init)
    }
    return fields
  }
}
