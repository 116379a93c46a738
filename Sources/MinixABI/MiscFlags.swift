/// Miscellaneous flags (`p_misc_flags`); they never block a process.
///
/// Source: minix `kernel/proc.h`.
@frozen
public struct MiscFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
  /// The 16 bits as GET_PROC copies them out.
  public var rawValue: UInt16

  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// `MF_REPLY_PEND` 0x0001: the last IPC call was SENDREC; cleared by RECEIVE only.
  @inlinable public static var replyPend: MiscFlags { MiscFlags(rawValue: 0x0001) }
  /// `MF_VIRT_TIMER` 0x0002: the virtual timer is armed.
  @inlinable public static var virtualTimer: MiscFlags { MiscFlags(rawValue: 0x0002) }
  /// `MF_PROF_TIMER` 0x0004: the profile timer is armed.
  @inlinable public static var profileTimer: MiscFlags { MiscFlags(rawValue: 0x0004) }
  /// `MF_KCALL_RESUME` 0x0008: dispatch the saved kernel call again before running.
  @inlinable public static var kernelCallResume: MiscFlags { MiscFlags(rawValue: 0x0008) }
  /// `MF_ASYNMSG` 0x0010: some SENDA table may hold a message for it.
  @inlinable public static var asyncMessage: MiscFlags { MiscFlags(rawValue: 0x0010) }
  /// `MF_FULLVM` 0x0020: has its own page table.
  @inlinable public static var fullVM: MiscFlags { MiscFlags(rawValue: 0x0020) }
  /// `MF_DELIVERMSG` 0x0040: copy the stored message to its memory before it runs.
  @inlinable public static var deliverMessage: MiscFlags { MiscFlags(rawValue: 0x0040) }
  /// `MF_SIG_DELAY` 0x0080: raise SIGSNDELAY when it no longer sends.
  @inlinable public static var signalDelay: MiscFlags { MiscFlags(rawValue: 0x0080) }
  /// `MF_SC_ACTIVE` 0x0100: inside a traced call.
  @inlinable public static var syscallActive: MiscFlags { MiscFlags(rawValue: 0x0100) }
  /// `MF_SC_DEFER` 0x0200: a traced call is postponed.
  @inlinable public static var syscallDefer: MiscFlags { MiscFlags(rawValue: 0x0200) }
  /// `MF_SC_TRACE` 0x0400: trace the next call's entry and exit.
  @inlinable public static var syscallTrace: MiscFlags { MiscFlags(rawValue: 0x0400) }
  /// `MF_USED_FPU` 0x0800: used the FPU in its last run.
  @inlinable public static var usedFPU: MiscFlags { MiscFlags(rawValue: 0x0800) }
  /// `MF_FPU_INITIALIZED` 0x1000: its saved FPU state is valid.
  @inlinable public static var fpuInitialized: MiscFlags { MiscFlags(rawValue: 0x1000) }
  /// `MF_SENDING_FROM_KERNEL` 0x2000: its queued message was made by the kernel.
  @inlinable public static var sendingFromKernel: MiscFlags { MiscFlags(rawValue: 0x2000) }
}

extension MiscFlags: CustomStringConvertible {
  /// The names of the set flags, joined by `|`, or `0`.
  public var description: String {
    let names = Self.names.filter { rawValue & $0.0 != 0 }.map { $0.1 }
    return names.isEmpty ? "0" : names.joined(separator: "|")
  }

  private static let names: [(UInt16, String)] = [
    (0x0001, "MF_REPLY_PEND"),
    (0x0002, "MF_VIRT_TIMER"),
    (0x0004, "MF_PROF_TIMER"),
    (0x0008, "MF_KCALL_RESUME"),
    (0x0010, "MF_ASYNMSG"),
    (0x0020, "MF_FULLVM"),
    (0x0040, "MF_DELIVERMSG"),
    (0x0080, "MF_SIG_DELAY"),
    (0x0100, "MF_SC_ACTIVE"),
    (0x0200, "MF_SC_DEFER"),
    (0x0400, "MF_SC_TRACE"),
    (0x0800, "MF_USED_FPU"),
    (0x1000, "MF_FPU_INITIALIZED"),
    (0x2000, "MF_SENDING_FROM_KERNEL"),
  ]
}
