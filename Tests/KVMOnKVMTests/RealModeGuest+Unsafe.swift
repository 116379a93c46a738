import KVM

/// A guest in 16-bit real mode with one page of memory at 0 and its code at 0x100: what every KVM
/// can run, also one without paging.
@safe struct RealModeGuest: ~Copyable {
  var vcpu: VCPU
  let machine: VirtualMachine
  let memory: MemoryMapping

  /// Where the code begins; interrupt vectors lie below.
  static var codeAddress: Int { 0x100 }

  /// Makes a machine whose processor stands at the first byte of `code`.
  init(
    code: [UInt8], byteCount: Int = 0x1_0000, slotOptions: VirtualMachine.SlotOptions = []
  ) throws {
    let system = try System()
    try system.checkRequirements()
    let memory = try MemoryMapping(byteCount: byteCount)
    let machine = try system.makeVirtualMachine()
    try machine.reserveIntelPages(at: 0xFFFB_C000)
    unsafe try machine.setMemory(slot: 0, at: 0, to: memory, options: slotOptions)
    let vcpu = try machine.makeVCPU()

    var special = try vcpu.specialRegisters()
    special.cs.base = 0
    special.cs.selector = 0
    try vcpu.setSpecialRegisters(special)
    var registers = Registers()
    registers.eip = UInt32(RealModeGuest.codeAddress)
    registers.esp = 0x8000
    try vcpu.setRegisters(registers)

    self.vcpu = vcpu
    self.machine = machine
    self.memory = memory
    store(code, at: RealModeGuest.codeAddress)
  }

  /// Copies bytes into guest memory.
  func store(_ bytes: [UInt8], at address: Int) {
    precondition(address >= 0 && address + bytes.count <= memory.byteCount)
    unsafe bytes.withUnsafeBytes { source in
      guard let from = source.baseAddress else { return }
      unsafe (memory.baseAddress + address).copyMemory(from: from, byteCount: source.count)
    }
  }

  /// Reads one byte of guest memory.
  func byte(at address: Int) -> UInt8 {
    precondition(address >= 0 && address < memory.byteCount)
    return unsafe memory.baseAddress.load(fromByteOffset: address, as: UInt8.self)
  }

  /// Which of the first 64 pages were written, once more from now on.
  func dirtyPages() throws -> [UInt64] {
    unsafe try machine.dirtyPages(slot: 0, byteCount: memory.byteCount)
  }

  /// Shows the memory a second time; for slots that KVM should refuse.
  func addSlot(_ slot: UInt32, at address: UInt64) throws(KVMError) {
    unsafe try machine.setMemory(slot: slot, at: address, to: memory)
  }
}
