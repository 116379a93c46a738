import I386
import MinixABI

/// A privilege structure as GET_PRIV and GET_PRIVTAB hand it out (`struct priv`).
///
/// Source: minix `kernel/priv.h`; ABI 15.3.
struct PrivilegeImage {
  /// The structure's size.
  static var byteCount: Int { 476 }

  private(set) var image = KernelImage(byteCount: PrivilegeImage.byteCount)

  init(_ privilege: Privilege, id: PrivilegeID) {
    // `NONE` for a structure that nobody owns.
    image[int: 0] =
      privilege.owner == .none ? Endpoint.none.rawValue : privilege.owner.rawValue  // s_proc_nr
    image[short: 4] = UInt16(bitPattern: Int16(id.rawValue))  // s_id
    image[short: 6] = privilege.flags.rawValue  // s_flags
    image[short: 16] = privilege.trapMask.rawValue  // s_trap_mask
    image[word: 18] = privilege.ipcTo  // s_ipc_to
    image[word: 22] = UInt32(truncatingIfNeeded: privilege.kernelCallMask)  // s_k_call_mask
    image[word: 26] = UInt32(truncatingIfNeeded: privilege.kernelCallMask >> 32)
    image[endpoint: 32] = privilege.signalManager  // s_sig_mgr
    image[word: 36] = privilege.pendingNotifications  // s_notify_pending
    image[word: 44] = privilege.pendingSignals  // s_sig_pending
    image[word: 468] = privilege.grantTable.start.rawValue  // s_grant_table
    image[int: 472] = privilege.grantTable.entryCount  // s_grant_entries
  }
}
