public import MinixABI

/// The index of a privilege structure (`s_id`), 0…31.
@frozen
public struct PrivilegeID: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  public var rawValue: Int8

  public init(rawValue: Int8) { self.rawValue = rawValue }

  /// `NR_SYS_PROCS`: how many there are.
  public static var count: Int8 { 32 }
  /// `USER_PRIV_ID`: the structure that all ordinary processes share with INIT.
  public static var user: PrivilegeID { PrivilegeID(rawValue: 14) }

  /// `static_priv_id`: the structure of a boot process.
  public init(ofBootProcess slot: ProcessSlot) {
    rawValue = Int8(slot.rawValue + Endpoint.taskCount)
  }

  /// The bit that stands for it in `ipc_to` and in the map of pending notifications.
  var bit: UInt32 { 1 &<< UInt32(truncatingIfNeeded: rawValue) }
}

/// What a process may do, and what waits for it. Source: minix `kernel/priv.h`, `struct priv`.
struct Privilege: BitwiseCopyable {
  /// `s_proc_nr`: its owner, or none; users share one.
  var owner = ProcessSlot.none
  /// `s_flags`.
  var flags: PrivilegeFlags = []
  /// `s_trap_mask`.
  var trapMask: TrapMask = []
  /// `s_ipc_to`: a bit for each privilege structure that may be sent to.
  var ipcTo: UInt32 = 0
  /// `s_k_call_mask`: a bit for each kernel call.
  var kernelCallMask: UInt64 = 0
  /// `s_asyntab`, `s_asynsize`: what SENDA could not deliver at once.
  var asyncTable = AsyncTable()
  /// `s_alarm_timer`: when SYS_SETALARM's alarm is due; never, if `Int64.max`.
  var alarm = Int64.max
  /// `s_sig_mgr`.
  var signalManager = Endpoint.pm
  /// `s_notify_pending`: a bit for each structure whose owner has notified.
  var pendingNotifications: UInt32 = 0
  /// `s_int_pending`: interrupts that its hooks have caught, which travel in a notification from
  /// HARDWARE.
  var pendingInterrupts: UInt32 = 0
  /// `s_sig_pending`: signals to a system process, which travel in a notification from SYSTEM.
  var pendingSignals: UInt32 = 0
  /// `s_grant_table`, `s_grant_entries`.
  var grantTable = GrantTable()

  /// Whether the kernel call of an index is allowed, which need not exist.
  @inline(__always)
  func allowsKernelCall(_ index: Int32) -> Bool {
    kernelCallMask & (1 &<< UInt64(truncatingIfNeeded: index)) != 0
  }
}

extension PrivilegeTable {
  /// Every structure's id.
  static var allIDs: some Sequence<PrivilegeID> {
    (0..<PrivilegeID.count).lazy.map { PrivilegeID(rawValue: $0) }
  }

  /// A structure that nobody owns, above the boot processes' own.
  func firstFreeDynamicID() -> PrivilegeID? {
    Self.allIDs.first { $0.rawValue > PrivilegeID.user.rawValue && self[$0].owner == .none }
  }

  /// `set_sendto_bit` over a whole map: allows `id` to send to the structures in `map`.
  ///
  /// A bit is refused where nobody owns the structure, or for the process itself; and a bit allows
  /// the answer as well, unless the other side can only receive.
  func setIPCTo(_ map: UInt32, of id: PrivilegeID) {
    for other in Self.allIDs {
      guard map & other.bit != 0, other != id, self[other].owner != .none else {
        self[id].ipcTo &= ~other.bit
        self[other].ipcTo &= ~id.bit
        continue
      }
      self[id].ipcTo |= other.bit
      if !self[other].trapMask.subtracting(.task).isEmpty { self[other].ipcTo |= id.bit }
    }
  }
}
