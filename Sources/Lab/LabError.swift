/// Why the lab could not run a command, in one line that says what to do.
public enum LabError: Error, Equatable, Sendable {
  /// A setting has a value that it can't have.
  case badSetting(name: String, value: String, allowed: String)
  /// We are in the lab already; labs are not nested.
  case nested
  /// No QEMU on this machine.
  case qemuMissing
  /// No busybox on this machine, or one that needs shared libraries.
  case busyboxMissing
  /// No lab kernel in the cache folder.
  case kernelMissing(folder: String)
  /// A file of the lab can't be read.
  case unreadable(path: String, reason: String)
  /// The kernel package lacks a module.
  case moduleMissing(name: String, folder: String)
  /// The host refused a resource.
  case hostRefused(what: String, reason: String)
  /// QEMU ended before the lab's kernel said anything.
  case qemuFailed(message: String)
  /// The kernel stopped with a panic.
  case kernelPanicked(message: String)
  /// The command was not reached in time, not at the second attempt either.
  case didNotBoot(seconds: Int, attempts: Int, reached: String)
  /// A step of the start-up failed.
  case stepFailed(step: String, reason: String)
  /// The command can't be executed.
  case notExecutable(command: String, reason: String)
  /// QEMU or the lab's agent ended while the command ran.
  case diedMidRun(reason: String)
  /// A file that an option named could not be written on the host.
  case cannotReturn(path: String, reason: String)

  static func hostRefused(_ what: String, _ errno: Errno) -> LabError {
    .hostRefused(what: what, reason: errno.description)
  }

  /// The exit code to end with, from sysexits.
  public var exitCode: Int32 {
    switch self {
    case .badSetting: 64
    case .diedMidRun: 70
    case .hostRefused: 71
    case .cannotReturn: 73
    default: 69
    }
  }
}

extension LabError: CustomStringConvertible {
  /// One line: the step that failed and what to do.
  public var description: String { "lab: \(problem)" }

  /// What failed, without what to do about it.
  public var cause: String {
    problem.firstRange(of: "; ").map { String(problem[..<$0.lowerBound]) } ?? problem
  }

  /// The one thing to do.
  public var remedy: String {
    problem.firstRange(of: "; ").map { String(problem[$0.upperBound...]) } ?? "try again"
  }

  private var problem: String {
    switch self {
    case .badSetting(let name, let value, let allowed):
      "\(name) is '\(value)', but must be \(allowed)"
    case .nested:
      "this is the lab already (FAULTLINE_IN_LAB is set), and labs are not nested; "
        + "run the command itself"
    case .qemuMissing:
      "qemu-system-x86_64 is not on this machine; run '\(Preparation.command)', or install qemu-system-x86"
    case .busyboxMissing:
      "no statically linked busybox on this machine; run '\(Preparation.command)', or install busybox-static"
    case .kernelMissing(let folder):
      "no kernel in \(folder); run '\(Preparation.command)', which fetches Debian's"
    case .unreadable(let path, let reason):
      "can't read \(path): \(reason); run '\(Preparation.command)' to fetch it again"
    case .moduleMissing(let name, let folder):
      "the kernel in \(folder) has no module \(name); delete that folder and run '\(Preparation.command)'"
    case .hostRefused(let what, let reason):
      "the host refused \(what): \(reason)"
    case .qemuFailed(let message):
      "QEMU ended before the kernel started: \(message); check the memory size and the kernel image"
    case .kernelPanicked(let message):
      "the lab's kernel stopped: \(message); delete its cache folder and run '\(Preparation.command)'"
    case .didNotBoot(let seconds, let attempts, let reached):
      "did not boot within \(seconds) s in \(attempts) attempts (\(reached)); try again, "
        + "or allow more time with FAULTLINE_LAB_BOOT_TIMEOUT"
    case .stepFailed(let step, let reason):
      "the start-up step '\(step)' failed: \(reason)"
    case .notExecutable(let command, let reason):
      "can't execute '\(command)': \(reason); give a program that exists here, by name or path"
    case .diedMidRun(let reason):
      "the lab ended while the command ran: \(reason); its output is incomplete"
    case .cannotReturn(let path, let reason):
      "can't write \(path) on the host: \(reason); the command itself has ended"
    }
  }
}
