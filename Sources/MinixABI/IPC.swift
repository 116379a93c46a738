/// The IPC primitives, by the number that ECX carries into vector 33.
///
/// Source: minix `include/minix/ipcconst.h`.
@frozen
public enum IPCCall: UInt32, Sendable, BitwiseCopyable {
  /// `SEND`: block until the destination takes the message.
  case send = 1
  /// `RECEIVE`: block until a message from the source, or from anyone, is there.
  case receive = 2
  /// `SENDREC`: send, then receive from the same peer; a request and its reply.
  case sendrec = 3
  /// `NOTIFY`: set a bit at the destination, deliver now or later, never block.
  case notify = 4
  /// `SENDNB`: send if the destination is waiting, else `ENOTREADY`.
  case sendnb = 5
  /// `SENDA`: register a table of asynchronous messages.
  case senda = 16

  /// The call's name in MINIX's headers.
  public var name: String {
    switch self {
    case .send: "SEND"
    case .receive: "RECEIVE"
    case .sendrec: "SENDREC"
    case .notify: "NOTIFY"
    case .sendnb: "SENDNB"
    case .senda: "SENDA"
    }
  }
}

/// The vectors by which ring 3 asks for service. Source: minix `include/arch/i386/interrupt.h`.
@frozen
public enum TrapVector {
  /// `KERN_CALL_VECTOR`: EAX points to the request message, which also takes the reply.
  @inlinable public static var kernelCall: UInt8 { 32 }
  /// `IPC_VECTOR`: ECX is the call, EAX the peer, EBX the message.
  @inlinable public static var ipc: UInt8 { 33 }
}

/// The word that RECEIVE leaves in EBX: how the message was sent, and by whom.
@frozen
public struct IPCStatus: RawRepresentable, Equatable, Sendable, BitwiseCopyable {
  /// Bits 0…5 the call, bits 16 up the flags.
  public var rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The status of a message sent by `call`, with the flag when the kernel sent it.
  @inlinable
  public init(call: IPCCall, fromKernel: Bool = false) {
    rawValue = call.rawValue | (fromKernel ? Self.fromKernelFlag : 0)
  }

  /// `IPC_FLG_MSG_FROM_KERNEL`, shifted to its place.
  @inlinable public static var fromKernelFlag: UInt32 { 0x0001_0000 }

  /// The bits of the call (`IPC_STATUS_CALL_MASK`).
  @inlinable public var callBits: UInt32 { rawValue & 0x3F }

  /// Whether the kernel sent the message on the source's behalf: what makes a `VM_PAGEFAULT` real.
  @inlinable public var isFromKernel: Bool { rawValue & Self.fromKernelFlag != 0 }

  /// `is_ipc_notify`.
  @inlinable public var isNotification: Bool { callBits == IPCCall.notify.rawValue }
}

/// Notifications travel as messages of type 0x1000 | (sender's number + 4).
@frozen
public enum Notification {
  /// `NOTIFY_MESSAGE`: the base of the types.
  @inlinable public static var base: Int32 { 0x1000 }

  /// The type of a notification from `slot`; the base alone for slots outside the ABI's range.
  @inlinable
  public static func type(from slot: ProcessSlot) -> Int32 {
    let index = slot.rawValue &+ Endpoint.taskCount
    return index >= 0 && index <= 255 ? base | index : base
  }
}

extension Message {
  /// `NOTIFY_ARG`@20: the pending signals of a notification from SYSTEM, the pending interrupts of
  /// one from HARDWARE.
  @inlinable public var notifyArgument: UInt32 {
    get { self[word: 20] }
    set { self[word: 20] = newValue }
  }
  /// `NOTIFY_TIMESTAMP`@24: uptime in ticks.
  @inlinable public var notifyTimestamp: UInt32 {
    get { self[word: 24] }
    set { self[word: 24] = newValue }
  }
}
