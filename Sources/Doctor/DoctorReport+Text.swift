extension DoctorReport: CustomStringConvertible {
  /// The report for a person: one subject a line, problems last. No line ending at its end.
  public var description: String {
    var lines = ["faultline   \(version)", "KVM         \(deviceLine)"]
    if !kvm.capabilities.isEmpty { lines.append("            \(capabilityLine)") }
    lines.append("i386 paging \(kvm.runsI386Paging ? "yes" : "no"): \(kvm.reason)")
    lines.append("lab         \(lab.available ? "yes" : "no"): \(lab.reason)")
    lines.append("engine      \(engine?.rawValue ?? "none")")
    if let privileges { lines.append("privileges  \(privileges)") }
    for problem in problems {
      lines.append("")
      lines.append("problem     \(problem.problem)")
      lines.append("remedy      \(problem.remedy)")
    }
    return lines.joined(separator: "\n")
  }

  private var deviceLine: String {
    var parts = ["\(kvm.device) is \(kvm.state.words)"]
    parts.append(kvm.module?.description ?? "no KVM module")
    if let version = kvm.apiVersion { parts.append("interface \(version)") }
    return parts.joined(separator: ", ")
  }

  private var capabilityLine: String {
    let absent = kvm.capabilities.filter { $0.value == 0 }.keys.sorted()
    return absent.isEmpty
      ? "all \(kvm.capabilities.count) capabilities that we use"
      : "without \(absent.joined(separator: ", "))"
  }
}

extension KVMFindings.State {
  /// The state in a sentence after "is".
  fileprivate var words: String {
    switch self {
    case .usable: "usable"
    case .absent: "absent"
    case .forbidden: "forbidden to this user"
    case .busy: "busy"
    case .unsupported: "unable to make a machine"
    case .notKVM: "not the KVM device"
    case .outdated: "outdated"
    case .exhausted: "out of resources"
    case .failed: "failing"
    }
  }
}
