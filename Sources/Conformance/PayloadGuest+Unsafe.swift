internal import KVM

extension PayloadGuest {
  /// Copies bytes to guest-physical memory. Unsafe because of the raw address; the range is checked.
  static func store(_ bytes: ArraySlice<UInt8>, at address: Int, in memory: borrowing MemoryMapping)
  {
    precondition(
      address >= 0 && bytes.count <= memory.byteCount - address,
      "\(bytes.count) bytes at \(address) of \(memory.byteCount)")
    unsafe bytes.withUnsafeBytes { source in
      guard let from = source.baseAddress else { return }
      unsafe (memory.baseAddress + address).copyMemory(from: from, byteCount: source.count)
    }
  }

  /// A word of guest-physical memory; 0 where there is none.
  static func word(at address: UInt32, of memory: borrowing MemoryMapping) -> UInt32 {
    guard Int(address) <= memory.byteCount - 4 else { return 0 }
    return unsafe (memory.baseAddress + Int(address)).loadUnaligned(as: UInt32.self)
  }

  /// Puts the memory at guest-physical 0. Unsafe because it must outlive the machine and its vCPU:
  /// one ``PayloadGuest`` owns all three.
  static func attach(
    _ memory: borrowing MemoryMapping, to machine: borrowing VirtualMachine
  ) throws(KVMError) {
    unsafe try machine.setMemory(slot: 0, at: 0, to: memory)
  }
}
