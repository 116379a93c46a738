/// Signals, by MINIX's numbers; signal n is bit n of a signal set.
///
/// Numbers from 27 up are the kernel's own: see ``KernelSignals``. Source: minix `include/signal.h`.
@frozen
public struct Signal: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The number, 1…30.
  public var rawValue: Int32

  @inlinable
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `SIGHUP`, 1.
  @inlinable public static var hangup: Signal { Signal(rawValue: 1) }
  /// `SIGINT`, 2.
  @inlinable public static var interrupt: Signal { Signal(rawValue: 2) }
  /// `SIGQUIT`, 3.
  @inlinable public static var quit: Signal { Signal(rawValue: 3) }
  /// `SIGILL`, 4.
  @inlinable public static var illegal: Signal { Signal(rawValue: 4) }
  /// `SIGTRAP`, 5.
  @inlinable public static var trap: Signal { Signal(rawValue: 5) }
  /// `SIGABRT`, 6.
  @inlinable public static var abort: Signal { Signal(rawValue: 6) }
  /// `SIGBUS`, 7.
  @inlinable public static var bus: Signal { Signal(rawValue: 7) }
  /// `SIGFPE`, 8.
  @inlinable public static var floatingPoint: Signal { Signal(rawValue: 8) }
  /// `SIGKILL`, 9.
  @inlinable public static var kill: Signal { Signal(rawValue: 9) }
  /// `SIGUSR1`, 10.
  @inlinable public static var user1: Signal { Signal(rawValue: 10) }
  /// `SIGSEGV`, 11.
  @inlinable public static var segmentation: Signal { Signal(rawValue: 11) }
  /// `SIGUSR2`, 12.
  @inlinable public static var user2: Signal { Signal(rawValue: 12) }
  /// `SIGPIPE`, 13.
  @inlinable public static var pipe: Signal { Signal(rawValue: 13) }
  /// `SIGALRM`, 14.
  @inlinable public static var alarm: Signal { Signal(rawValue: 14) }
  /// `SIGTERM`, 15.
  @inlinable public static var terminate: Signal { Signal(rawValue: 15) }
  /// `SIGEMT`, 16.
  @inlinable public static var emulator: Signal { Signal(rawValue: 16) }
  /// `SIGCHLD`, 17.
  @inlinable public static var child: Signal { Signal(rawValue: 17) }
  /// `SIGCONT`, 18.
  @inlinable public static var `continue`: Signal { Signal(rawValue: 18) }
  /// `SIGSTOP`, 19.
  @inlinable public static var stop: Signal { Signal(rawValue: 19) }
  /// `SIGTSTP`, 20.
  @inlinable public static var terminalStop: Signal { Signal(rawValue: 20) }
  /// `SIGWINCH`, 21.
  @inlinable public static var window: Signal { Signal(rawValue: 21) }
  /// `SIGTTIN`, 22.
  @inlinable public static var terminalInput: Signal { Signal(rawValue: 22) }
  /// `SIGTTOU`, 23.
  @inlinable public static var terminalOutput: Signal { Signal(rawValue: 23) }
  /// `SIGVTALRM`, 24.
  @inlinable public static var virtualAlarm: Signal { Signal(rawValue: 24) }
  /// `SIGPROF`, 25.
  @inlinable public static var profile: Signal { Signal(rawValue: 25) }
  /// `SIGSNDELAY`, 26.
  @inlinable public static var sendDelay: Signal { Signal(rawValue: 26) }

  /// `_NSIG`: SYS_KILL takes numbers below it.
  @inlinable public static var count: Int32 { 26 }

  /// The signal's bit in a set.
  @inlinable public var bit: UInt32 { 1 &<< UInt32(truncatingIfNeeded: rawValue & 31) }
}

extension Signal: CustomStringConvertible {
  /// The name in MINIX's headers, or the number.
  public var description: String {
    for (number, name) in Self.names where number == rawValue { return name }
    return "signal \(rawValue)"
  }

  private static let names: [(Int32, String)] = [
    (1, "SIGHUP"),
    (2, "SIGINT"),
    (3, "SIGQUIT"),
    (4, "SIGILL"),
    (5, "SIGTRAP"),
    (6, "SIGABRT"),
    (7, "SIGBUS"),
    (8, "SIGFPE"),
    (9, "SIGKILL"),
    (10, "SIGUSR1"),
    (11, "SIGSEGV"),
    (12, "SIGUSR2"),
    (13, "SIGPIPE"),
    (14, "SIGALRM"),
    (15, "SIGTERM"),
    (16, "SIGEMT"),
    (17, "SIGCHLD"),
    (18, "SIGCONT"),
    (19, "SIGSTOP"),
    (20, "SIGTSTP"),
    (21, "SIGWINCH"),
    (22, "SIGTTIN"),
    (23, "SIGTTOU"),
    (24, "SIGVTALRM"),
    (25, "SIGPROF"),
    (26, "SIGSNDELAY"),
  ]
}
