import ArgumentParser
import Doctor
import FoundationEssentials

/// `faultline doctor`: what works on this machine, and what to do about the rest.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Says what works on this machine: KVM, i386 paging, the lab, the privileges kept.",
    discussion: """
      Runs a small probe guest, because a device that opens may still not page. Exit code 0 when \
      some engine works, else 69.
      """)

  @Flag(help: "Print one JSON object with stable keys.")
  var json = false

  func run() throws {
    let report = Doctor.examine(version: Faultline.version, lab: Self.lab)
    print(json ? try Self.json(of: report) : "\(report)")
    if report.exitCode != 0 { throw ExitCode(report.exitCode) }
  }

  /// What the lab says about itself.
  private static func lab() -> LabAvailability {
    .unavailable(
      "this build has no lab", remedy: "use a machine with kvm_amd or kvm_intel")
  }

  private static func json(of report: DoctorReport) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(report), as: UTF8.self)
  }
}
