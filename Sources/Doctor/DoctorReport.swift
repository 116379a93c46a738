public import Confinement
internal import KVM

/// Everything that `faultline doctor` found.
public struct DoctorReport: Equatable, Sendable {
  /// Which engine `run` would choose.
  public enum Engine: String, Equatable, Sendable, Encodable {
    /// This machine's own KVM.
    case kvm
    /// Nested KVM under QEMU.
    case lab
  }

  /// Something wrong, and the one thing to do about it.
  public struct Problem: Equatable, Sendable, Encodable {
    /// What is wrong, in one line.
    public let problem: String
    /// The one thing to do.
    public let remedy: String

    /// Describes a problem.
    public init(problem: String, remedy: String) {
      self.problem = problem
      self.remedy = remedy
    }
  }

  /// Faultline's version.
  public let version: String
  /// This machine's KVM.
  public let kvm: KVMFindings
  /// The lab.
  public let lab: LabAvailability
  /// The privileges that a run keeps, read back from the kernel; nil when they can't be given up.
  public let privileges: ConfinementReport?
  /// Why they can't.
  public let confinementError: ConfinementError?

  /// Puts findings together.
  public init(
    version: String, kvm: KVMFindings, lab: LabAvailability, privileges: ConfinementReport?,
    confinementError: ConfinementError? = nil
  ) {
    self.version = version
    self.kvm = kvm
    self.lab = lab
    self.privileges = privileges
    self.confinementError = confinementError
  }

  /// The engine that `run --engine auto` would choose; nil = none works.
  public var engine: Engine? {
    if confinementError != nil { return nil }
    if kvm.runsI386Paging { return .kvm }
    return lab.available ? .lab : nil
  }

  /// What is wrong, the gravest first. Not empty does not mean that nothing works: see ``engine``.
  public var problems: [Problem] {
    var problems: [Problem] = []
    if let confinementError {
      problems.append(
        Problem(problem: confinementError.problem, remedy: confinementError.remedy))
    }
    if let problem = kvmProblem { problems.append(problem) }
    if !lab.available {
      problems.append(
        Problem(problem: "no lab: \(lab.reason)", remedy: lab.remedy ?? "see faultline lab --help"))
    }
    return problems
  }

  /// What keeps this machine's KVM from running i386 guests.
  private var kvmProblem: Problem? {
    if let error = kvm.error { return Problem(problem: error.problem, remedy: error.remedy) }
    guard let probe = kvm.probe, probe != .works else { return nil }
    if case .refused(let error) = probe {
      return Problem(problem: error.problem, remedy: error.remedy)
    }
    let module = kvm.module?.name ?? "this KVM"
    return Problem(
      problem: "\(module) can't run i386 paging: \(probe)",
      remedy: lab.available
        ? "nothing: run uses the lab by itself"
        : "use a machine with kvm_amd or kvm_intel, or make the lab available")
  }

  /// 0 when some engine works, else 69.
  public var exitCode: Int32 { engine == nil ? 69 : 0 }
}

extension DoctorReport: Encodable {
  private enum Key: String, CodingKey {
    case version, kvm, lab, engine, privileges, problems
  }

  /// Writes `version`, `kvm`, `lab`, `engine` ("kvm", "lab" or null), `privileges` (an object or
  /// null) and `problems` [{`problem`, `remedy`}].
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(version, forKey: .version)
    try object.encode(kvm, forKey: .kvm)
    try object.encode(lab, forKey: .lab)
    try object.encode(engine, forKey: .engine)
    try object.encode(privileges, forKey: .privileges)
    try object.encode(problems, forKey: .problems)
  }
}
