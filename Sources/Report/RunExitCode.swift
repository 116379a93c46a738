import KVM
import Machine
import MinixABI
import Servers
public import Session

/// The exit code that a run gives to the command's process.
public enum RunExitCode {
  /// The law, in one place.
  ///
  /// A run in which every program has ended answers for its programs: the first in the list that did
  /// not end with 0 gives its status, or 128 + n when signal n killed it. A guest in a server's place
  /// has no end and does not count; a system that was told to end (SYS_ABORT) answers for those that
  /// had ended by then, unless it was told to panic. Otherwise the code is ours: 75 everything waits for ever, 124
  /// timeout, 128 + n interrupted by signal n, the error's own when KVM refused something, and 70 for
  /// any other failure.
  public static func of(_ result: RunResult) -> Int32 {
    switch result.end {
    case .shutDown(.panic): 70
    case .finished, .shutDown:
      result.processes.lazy.compactMap(\.end).map(code).first { $0 != 0 } ?? 0
    case .stuck: 75
    case .timeout: 124
    case .interrupted(let signal): 128 + signal
    case .processorFailed(let error): error.exitCode
    case .kernelFailed: 70
    }
  }

  /// What a shell would say of a process.
  private static func code(_ end: ProcessEnd) -> Int32 {
    switch end {
    case .exit(let status): Int32(status)
    case .signal(let signal): 128 + signal.rawValue
    }
  }
}
