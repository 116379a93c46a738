public import MinixABI

/// How a process ended.
public enum ProcessEnd: Equatable, Sendable {
  /// EXIT, with the low eight bits of its status.
  case exit(status: UInt8)
  /// A signal that it did not survive.
  case signal(Signal)

  /// The word that WAIT reports. Source: POSIX sheet 2.2.
  ///
  /// - Parameter hasOwnIDs: whether the real user is the effective one; else no core is reported.
  func statusWord(hasOwnIDs: Bool) -> Int32 {
    switch self {
    case .exit(let status): Int32(status) << 8
    case .signal(let signal):
      signal.rawValue + (hasOwnIDs && SignalSets.coreDumping & signal.bit != 0 ? 0x80 : 0)
    }
  }
}

/// Signals by what they do. Source: POSIX sheet 4; ABI 11.1.
enum SignalSets {
  /// QUIT, ILL, TRAP, ABRT, EMT, FPE, BUS and SEGV.
  static var coreDumping: UInt32 {
    Signal.quit.bit | Signal.illegal.bit | Signal.trap.bit | Signal.abort.bit
      | Signal.emulator.bit | Signal.floatingPoint.bit | Signal.bus.bit | Signal.segmentation.bit
  }

  /// CHLD, CONT and WINCH.
  static var ignoredByDefault: UInt32 {
    Signal.child.bit | Signal.continue.bit | Signal.window.bit
  }

  /// ILL, TRAP, EMT, FPE, BUS and SEGV: raised by the kernel they end whoever ignores or blocks them.
  static var exceptions: UInt32 {
    Signal.illegal.bit | Signal.trap.bit | Signal.emulator.bit | Signal.floatingPoint.bit
      | Signal.bus.bit | Signal.segmentation.bit
  }

  /// ILL, BUS, FPE, SEGV, EMT and ABRT, which nobody sends to a system process.
  static var lethal: UInt32 {
    Signal.illegal.bit | Signal.bus.bit | Signal.floatingPoint.bit | Signal.segmentation.bit
      | Signal.emulator.bit | Signal.abort.bit
  }

  /// INT, QUIT and WINCH: from a driver they go to a whole process group.
  static var forGroup: UInt32 { Signal.interrupt.bit | Signal.quit.bit | Signal.window.bit }

  /// KILL and STOP can't be blocked.
  static var unblockable: UInt32 { Signal.kill.bit | Signal.stop.bit }
}
