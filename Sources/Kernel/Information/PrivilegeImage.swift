import I386
import MinixABI

/// A privilege structure as GET_PRIV and GET_PRIVTAB hand it out (`struct priv`).
///
/// Source: minix `kernel/priv.h`; ABI 15.3.
struct PrivilegeImage {
  /// The structure's size.
  static var byteCount: Int { 476 }

  private(set) var image = KernelImage(byteCount: PrivilegeImage.byteCount)

  init(_ privilege: Privilege, _ resources: PrivilegeResources, id: PrivilegeID) {
    // `NONE` for a structure that nobody owns.
    image[int: 0] =
      privilege.owner == .none ? Endpoint.none.rawValue : privilege.owner.rawValue  // s_proc_nr
    image[short: 4] = UInt16(bitPattern: Int16(id.rawValue))  // s_id
    image[short: 6] = privilege.flags.rawValue  // s_flags
    image[word: 8] = privilege.asyncTable.start.rawValue  // s_asyntab
    image[word: 12] = privilege.asyncTable.count  // s_asynsize
    image[short: 16] = privilege.trapMask.rawValue  // s_trap_mask
    image[word: 18] = privilege.ipcTo  // s_ipc_to
    image[word: 22] = UInt32(truncatingIfNeeded: privilege.kernelCallMask)  // s_k_call_mask
    image[word: 26] = UInt32(truncatingIfNeeded: privilege.kernelCallMask >> 32)
    image[endpoint: 32] = privilege.signalManager  // s_sig_mgr
    image[word: 36] = privilege.pendingNotifications  // s_notify_pending
    image[word: 40] = privilege.pendingInterrupts  // s_int_pending
    image[word: 44] = privilege.pendingSignals  // s_sig_pending
    storeAlarm(privilege.alarm)
    store(resources.ioRanges, at: 104)  // s_nr_io_range, s_io_tab
    store(resources.memoryRanges, at: 364)  // s_nr_mem_range, s_mem_tab
    image[word: 448] = UInt32(resources.irqs.count)  // s_nr_irq
    for (index, irq) in resources.irqs.enumerated() { image[int: 452 + 4 * index] = irq }
    image[word: 468] = privilege.grantTable.start.rawValue  // s_grant_table
    image[int: 472] = privilege.grantTable.entryCount  // s_grant_entries
  }

  /// `s_alarm_timer`@48: next@48, when@52, function@56, argument@60. One that never comes has
  /// `TMR_NEVER`, the greatest time.
  private mutating func storeAlarm(_ alarm: Int64) {
    image[int: 52] = Int32(clamping: alarm)
  }

  /// How many ranges there are, then base and limit of each.
  private mutating func store(_ ranges: [ResourceRange], at offset: Int) {
    image[word: offset] = UInt32(ranges.count)
    for (index, range) in ranges.enumerated() {
      image[word: offset + 4 + 8 * index] = range.base
      image[word: offset + 8 + 8 * index] = range.limit
    }
  }
}
