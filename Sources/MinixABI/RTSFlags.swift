/// Run-time flags (`p_rts_flags`): a process is runnable if and only if none is set.
///
/// Source: minix `kernel/proc.h`.
@frozen
public struct RTSFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
  /// The 16 bits as GET_PROC copies them out.
  public var rawValue: UInt16

  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// `RTS_SLOT_FREE` 0x0001: the slot is empty; the flags are then exactly this.
  @inlinable public static var slotFree: RTSFlags { RTSFlags(rawValue: 0x0001) }
  /// `RTS_PROC_STOP` 0x0002: stopped by SYS_RUNCTL, and kernel tasks for ever.
  @inlinable public static var procStop: RTSFlags { RTSFlags(rawValue: 0x0002) }
  /// `RTS_SENDING` 0x0004: blocked trying to send.
  @inlinable public static var sending: RTSFlags { RTSFlags(rawValue: 0x0004) }
  /// `RTS_RECEIVING` 0x0008: blocked trying to receive.
  @inlinable public static var receiving: RTSFlags { RTSFlags(rawValue: 0x0008) }
  /// `RTS_SIGNALED` 0x0010: a new kernel signal has arrived.
  @inlinable public static var signaled: RTSFlags { RTSFlags(rawValue: 0x0010) }
  /// `RTS_SIG_PENDING` 0x0020: unready while a signal is being processed.
  @inlinable public static var sigPending: RTSFlags { RTSFlags(rawValue: 0x0020) }
  /// `RTS_P_STOP` 0x0040: stopped by its tracer.
  @inlinable public static var pStop: RTSFlags { RTSFlags(rawValue: 0x0040) }
  /// `RTS_NO_PRIV` 0x0080: has no privileges yet.
  @inlinable public static var noPriv: RTSFlags { RTSFlags(rawValue: 0x0080) }
  /// `RTS_NO_ENDPOINT` 0x0100: cannot send or receive: it is on its way out.
  @inlinable public static var noEndpoint: RTSFlags { RTSFlags(rawValue: 0x0100) }
  /// `RTS_VMINHIBIT` 0x0200: not scheduled until VM has given it a page table.
  @inlinable public static var vmInhibit: RTSFlags { RTSFlags(rawValue: 0x0200) }
  /// `RTS_PAGEFAULT` 0x0400: has an unhandled page fault.
  @inlinable public static var pageFault: RTSFlags { RTSFlags(rawValue: 0x0400) }
  /// `RTS_VMREQUEST` 0x0800: its memory request is outstanding.
  @inlinable public static var vmRequest: RTSFlags { RTSFlags(rawValue: 0x0800) }
  /// `RTS_VMREQTARGET` 0x1000: target of a memory request that maps.
  @inlinable public static var vmRequestTarget: RTSFlags { RTSFlags(rawValue: 0x1000) }
  /// `RTS_PREEMPTED` 0x4000: a better process was enqueued while it ran.
  @inlinable public static var preempted: RTSFlags { RTSFlags(rawValue: 0x4000) }
  /// `RTS_NO_QUANTUM` 0x8000: its quantum is used up.
  @inlinable public static var noQuantum: RTSFlags { RTSFlags(rawValue: 0x8000) }
}

extension RTSFlags: CustomStringConvertible {
  /// The names of the set flags, joined by `|`, or `0`.
  public var description: String {
    let names = Self.names.filter { rawValue & $0.0 != 0 }.map { $0.1 }
    return names.isEmpty ? "0" : names.joined(separator: "|")
  }

  private static let names: [(UInt16, String)] = [
    (0x0001, "RTS_SLOT_FREE"),
    (0x0002, "RTS_PROC_STOP"),
    (0x0004, "RTS_SENDING"),
    (0x0008, "RTS_RECEIVING"),
    (0x0010, "RTS_SIGNALED"),
    (0x0020, "RTS_SIG_PENDING"),
    (0x0040, "RTS_P_STOP"),
    (0x0080, "RTS_NO_PRIV"),
    (0x0100, "RTS_NO_ENDPOINT"),
    (0x0200, "RTS_VMINHIBIT"),
    (0x0400, "RTS_PAGEFAULT"),
    (0x0800, "RTS_VMREQUEST"),
    (0x1000, "RTS_VMREQTARGET"),
    (0x4000, "RTS_PREEMPTED"),
    (0x8000, "RTS_NO_QUANTUM"),
  ]
}
