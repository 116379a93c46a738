internal import KVM

extension HostMachine {
  /// Unsafe because the memory must outlive the machine and its vCPU: one ``HostMachine`` owns them all.
  static func attach(
    _ memory: borrowing MemoryMapping, to machine: borrowing VirtualMachine, slot: UInt32,
    at address: UInt64, part: Int, _ options: VirtualMachine.SlotOptions = []
  ) throws(KVMError) {
    unsafe try machine.setMemory(
      slot: slot, at: address, to: memory, offset: part * partByteCount, byteCount: partByteCount,
      options: options)
  }

  /// The window's pages that were written since the last call, a bit each. Unsafe because KVM writes as
  /// many bits as the slot has pages: the window always has as many.
  func writtenPages() throws(KVMError) -> UInt64 {
    unsafe try machine.dirtyPages(slot: 1, byteCount: Self.partByteCount)[0]
  }
}
