/// How a page fault of ring 3 reaches VM: the two sides of MINIX's change of 2010.
@frozen
public enum FaultDelivery: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// After the change: a `VM_PAGEFAULT` message that the kernel sends on the process's behalf.
  case message
  /// Before it: a list in the kernel, SIGKPF to VM, and VMCTL_GET_PAGEFAULT until ESRCH.
  case signal

  /// The name on the command line and in the summary.
  public var name: String {
    switch self {
    case .message: "message"
    case .signal: "signal"
    }
  }

  /// The kernel's signals under this delivery.
  @inlinable public var signals: KernelSignals { KernelSignals(self) }
}

/// The kernel's own signals, which travel as bits of `NOTIFY_ARG` in a notification from SYSTEM.
///
/// The change of 2010 took SIGKPF away, and the others moved down by one. Source: ABI 11.1.
@frozen
public struct KernelSignals: Sendable, BitwiseCopyable {
  @usableFromInline let shift: Int32

  @inlinable
  init(_ delivery: FaultDelivery) { shift = delivery == .signal ? 1 : 0 }

  /// `SIGKPF`, 27 under the old delivery: a page fault is pending. nil under the new one.
  @inlinable public var pageFault: Signal? { shift == 1 ? Signal(rawValue: 27) : nil }
  /// `SIGKMEM`: a memory request is pending.
  @inlinable public var memory: Signal { Signal(rawValue: 27 &+ shift) }
  /// `SIGKMESS`: the kernel has printed something.
  @inlinable public var output: Signal { Signal(rawValue: 28 &+ shift) }
  /// `SIGKSIGSM`: a signal for a signal manager itself.
  @inlinable public var signalForManager: Signal { Signal(rawValue: 29 &+ shift) }
  /// `SIGKSIG`: a signal for a process that the receiver manages.
  @inlinable public var processSignal: Signal { Signal(rawValue: 30 &+ shift) }
}
