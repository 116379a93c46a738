import ArgumentParser
import Doctor
import Lab
import Report

/// `faultline doctor`: what works on this machine, and what to do about the rest.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Says what works on this machine: KVM, i386 paging, the lab, the privileges kept.",
    discussion: """
      Runs a small probe guest, because a device that opens may still not page. Exit code 0 when \
      some engine works, else 69.

      Examples:
        faultline doctor
        faultline doctor --json > doctor.json
      """)

  @Flag(help: "Print one JSON object with stable keys.")
  var json = false

  func run() throws {
    let report = Doctor.examine(version: Faultline.version, lab: Self.lab)
    print(json ? try JSONText.of(report) : "\(report)")
    if report.exitCode != 0 { throw ExitCode(report.exitCode) }
  }

  /// What the lab says about itself: everything that it is made of, without booting it.
  private static func lab() -> LabAvailability {
    do throws(LabError) {
      let parts = Lab.availability(try Lab.Configuration())
      if let problem = parts.problem { throw problem }
      return .ready("\(parts.qemu ?? "QEMU"), \(parts.kernel ?? "a kernel")")
    } catch {
      return .unavailable(error.cause, remedy: error.remedy)
    }
  }
}
