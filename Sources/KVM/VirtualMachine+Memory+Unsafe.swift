internal import CKVM

extension VirtualMachine {
  /// What the guest may do with a memory slot, and what KVM notes about it.
  public struct SlotOptions: OptionSet, Sendable {
    /// The bits as the kernel or the shim takes them.
    public let rawValue: UInt32

    /// Takes KVM_MEM_ bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// KVM_MEM_LOG_DIRTY_PAGES: note written pages for ``VirtualMachine/dirtyPages(slot:byteCount:)``.
    public static var logsDirtyPages: SlotOptions { SlotOptions(rawValue: 1 << 0) }
    /// KVM_MEM_READONLY: a guest's write becomes a ``VCPU/Exit/memoryWrite(address:byteCount:value:)``.
    public static var readOnly: SlotOptions { SlotOptions(rawValue: 1 << 1) }
  }

  /// KVM_SET_USER_MEMORY_REGION: puts host memory into the guest-physical space, or changes the
  /// options of a slot that is there.
  ///
  /// Unsafe because KVM goes on using the host memory: `memory` must outlive this machine *and* its
  /// vCPUs, or the slot must be removed first. Keep them in one owner whose `deinit` sees to it.
  ///
  /// - Parameters:
  ///   - slot: the slot's number, from 0.
  ///   - address: guest-physical, a multiple of 4096.
  ///   - memory: the mapping.
  ///   - offset: where in the mapping the slot begins, in bytes, a multiple of 4096.
  ///   - byteCount: how much of it, a multiple of 4096; nil for all the rest.
  ///   - options: see ``SlotOptions``.
  /// - Throws: EINVAL for misaligned numbers, EEXIST where two slots overlap, ENOMEM.
  @unsafe public borrowing func setMemory(
    slot: UInt32, at address: UInt64, to memory: borrowing MemoryMapping, offset: Int = 0,
    byteCount: Int? = nil, options: SlotOptions = []
  ) throws(KVMError) {
    let count = byteCount ?? memory.byteCount - offset
    precondition(
      offset >= 0 && count >= 0 && count <= memory.byteCount - offset,
      "slot \(slot) wants \(count) bytes at \(offset) of a mapping of \(memory.byteCount)")
    let region = kvm_userspace_memory_region(
      slot: slot, flags: options.rawValue, guest_phys_addr: address, memory_size: UInt64(count),
      userspace_addr: unsafe UInt64(UInt(bitPattern: memory.baseAddress + offset)))
    try KVMError.check(
      ckvm_set_user_memory_region(descriptor.rawValue, region), .setUserMemoryRegion)
  }

  /// Deletes a slot; its host memory may go afterwards.
  public borrowing func removeMemory(slot: UInt32) throws(KVMError) {
    let region = kvm_userspace_memory_region(
      slot: slot, flags: 0, guest_phys_addr: 0, memory_size: 0, userspace_addr: 0)
    try KVMError.check(
      ckvm_set_user_memory_region(descriptor.rawValue, region), .setUserMemoryRegion)
  }

  /// KVM_GET_DIRTY_LOG: which pages of a slot with ``SlotOptions/logsDirtyPages`` were written since
  /// the last call; bit n of word n / 64 is page n. A page that was only read may be among them:
  /// KVM notes a page when it becomes writable.
  ///
  /// - Parameters:
  ///   - slot: the slot's number.
  ///   - byteCount: the slot's size in bytes; too small a number would let KVM write past the bitmap,
  ///     so it must be the very number that the slot was set with.
  @unsafe public borrowing func dirtyPages(
    slot: UInt32, byteCount: Int
  ) throws(KVMError) -> [UInt64] {
    let pageCount = (byteCount + 4095) / 4096
    var bitmap = [UInt64](repeating: 0, count: (pageCount + 63) / 64)
    try KVMError.check(unsafe ckvm_get_dirty_log(descriptor.rawValue, slot, &bitmap), .getDirtyLog)
    return bitmap
  }
}
