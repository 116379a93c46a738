public import Confinement
public import KVM

/// Examines the machine: its KVM by running a probe guest, the lab by asking, the privileges by giving
/// them up as a run would.
public enum Doctor {
  /// Examines everything, in the order of a run: open the device, give privileges up, use it.
  ///
  /// - Parameters:
  ///   - version: faultline's version, for the report.
  ///   - device: the KVM device.
  ///   - confine: gives the privileges up; once and for ever with the default.
  ///   - lab: says whether the lab is available; asked before the privileges go, as `run` starts the
  ///     lab with the caller's.
  public static func examine(
    version: String, device: String = System.devicePath,
    confine: () throws(ConfinementError) -> ConfinementReport = Confinement.apply,
    lab: () -> LabAvailability
  ) -> DoctorReport {
    let labAvailability = lab()
    var findings = KVMFindings(device: device, state: .failed, module: KVMModule.detect())
    var privileges: ConfinementReport?
    var confinementError: ConfinementError?
    /// As a run does: with the device open, or with the reason why not.
    func giveUpPrivileges() {
      do throws(ConfinementError) {
        privileges = try confine()
      } catch {
        confinementError = error
      }
    }

    do throws(KVMError) {
      let system = try System(path: device)
      giveUpPrivileges()
      try examine(system, into: &findings)
    } catch {
      if privileges == nil && confinementError == nil { giveUpPrivileges() }
      findings.state = KVMFindings.State(error)
      findings.error = error
    }
    return DoctorReport(
      version: version, kvm: findings, lab: labAvailability, privileges: privileges,
      confinementError: confinementError)
  }

  /// Asks an open device everything, and runs the probe guest on it.
  private static func examine(
    _ system: borrowing System, into findings: inout KVMFindings
  ) throws(KVMError) {
    findings.apiVersion = try system.reportedAPIVersion()
    for capability in Capability.allCases {
      findings.capabilities[capability.name] = try system.value(of: capability)
    }
    try system.checkRequirements()
    let outcome = PagingProbe.run(on: system)
    findings.probe = outcome
    if case .refused(let error) = outcome {
      findings.state = KVMFindings.State(error)
    } else {
      findings.state = .usable
    }
  }
}
