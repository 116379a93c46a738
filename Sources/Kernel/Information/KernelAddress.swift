import MinixABI

/// Where the kernel's tables would lie in the kernel's memory, for the pointers in what SYS_GETINFO
/// hands out.
///
/// Nobody can follow them: this kernel has no memory in the guest. But whoever has fetched the process
/// table finds the process that a pointer means by the difference to the table's address, as MINIX's
/// `is` server does.
enum KernelAddress {
  /// Where the kernel's code would begin; 1 MiB of it.
  static var code: UInt32 { 0x0010_0000 }
  static var codeByteCount: UInt32 { 0x0010_0000 }
  /// Where its data would begin, up to where its limit is before paging is on.
  static var data: UInt32 { 0x0020_0000 }
  static var dataByteCount: UInt32 { 0x18E0_0000 }
  /// `params_buffer`.
  static var bootParameters: UInt32 { 0x0020_0000 }
  /// `priv`.
  static var privileges: UInt32 { 0x0021_0000 }
  /// `proc`; the last of the tables, because its size is an option.
  static var processes: UInt32 { 0x0040_0000 }

  /// A privilege structure's address.
  static func of(_ id: PrivilegeID) -> UInt32 {
    privileges &+ UInt32(id.rawValue) &* UInt32(PrivilegeImage.byteCount)
  }

  /// A process-table entry's address, or 0 for none.
  static func of(_ slot: ProcessSlot, _ delivery: FaultDelivery) -> UInt32 {
    guard slot != .none else { return 0 }
    return processes &+ UInt32(bitPattern: slot.rawValue &+ Endpoint.taskCount)
      &* UInt32(delivery.processByteCount)
  }
}
