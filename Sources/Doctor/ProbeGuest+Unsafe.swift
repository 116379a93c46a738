internal import KVM

extension ProbeGuest {
  /// Copies bytes to guest-physical memory.
  ///
  /// Unsafe because of the raw address; the range is checked.
  static func store(_ bytes: [UInt8], at address: Int, in memory: borrowing MemoryMapping) {
    precondition(
      address >= 0 && bytes.count <= memory.byteCount - address,
      "\(bytes.count) bytes at \(address) of \(memory.byteCount)")
    unsafe bytes.withUnsafeBytes { source in
      guard let from = source.baseAddress else { return }
      unsafe (memory.baseAddress + address).copyMemory(from: from, byteCount: source.count)
    }
  }

  /// Puts the memory at guest-physical 0.
  ///
  /// Unsafe because the memory must outlive the machine and its vCPU: one ``ProbeGuest`` owns all
  /// three, and only its vCPU runs.
  static func attach(
    _ memory: borrowing MemoryMapping, to machine: borrowing VirtualMachine
  ) throws(KVMError) {
    unsafe try machine.setMemory(slot: 0, at: 0, to: memory)
  }
}
