/// Why the process could not give its privileges up. It must not go on with them.
public enum ConfinementError: Error, Equatable, Sendable {
  /// A variable that sudo sets holds something that sudo never writes.
  case malformedVariable(name: String, value: String)
  /// One of SUDO_UID and SUDO_GID came without the other.
  case missingVariable(name: String, beside: String)
  /// The program's file has the set-user-ID bit: its environment can't be trusted.
  case setUserID
  /// The process has threads already; some steps reach only the calling one.
  case threadsExist(count: Int)
  /// The kernel refused a step.
  case refused(step: String, errno: Int32)
  /// The kernel's own account, read afterwards, shows a privilege that should be gone.
  case notConfined(thread: Int32, what: String)
  /// /proc can't be read or has an unknown form, so nothing can be proved.
  case unreadable(path: String)

  /// The process's exit code, one of sysexits: 64 for a wrong environment, 70 for our own mistake,
  /// 71 where the host refuses.
  public var exitCode: Int32 {
    switch self {
    case .malformedVariable, .missingVariable, .setUserID: 64
    case .threadsExist, .notConfined: 70
    case .refused, .unreadable: 71
    }
  }
}

extension ConfinementError: CustomStringConvertible {
  /// One line: what is wrong and the one thing to do.
  public var description: String { "\(problem); \(remedy)" }

  /// What is wrong.
  public var problem: String {
    switch self {
    case .malformedVariable(let name, let value): "\(name) is “\(value)”, which is no id"
    case .missingVariable(let name, let beside): "\(beside) is set and \(name) is not"
    case .setUserID: "the program file is set-user-ID"
    case .threadsExist(let count): "can't give privileges up with \(count) threads"
    case .refused(let step, let errno):
      "can't give privileges up: \(step) failed with errno \(errno)"
    case .notConfined(let thread, let what): "thread \(thread) still has \(what)"
    case .unreadable(let path): "can't read \(path), so the privileges are unknown"
    }
  }

  /// The one thing to do.
  public var remedy: String {
    switch self {
    case .malformedVariable(let name, _): "unset \(name), or run sudo again"
    case .missingVariable(_, let beside): "unset \(beside), or run sudo again"
    case .setUserID: "clear that bit (chmod u-s) and use sudo or the device's group"
    case .threadsExist, .notConfined: "this is a fault in faultline: please report it"
    case .refused: "allow it in the sandbox"
    case .unreadable: "mount /proc"
    }
  }
}
