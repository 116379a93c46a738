internal import KVM

/// The guest of ``PagingProbe``. Guest-physical memory:
///
///     0x1000  page directory: 4 MiB pages, linear 0 and 0x0080_0000 → 0, nothing else
///     0x2000  code            0x2100  page-fault handler
///     0x3000  the cell that is written through one mapping and read through the other
///     0x4000  GDT: null, 08 code, 10 data
///     0x5000  IDT: vector 14 only
///     0x8000  top of the stack
struct ProbeGuest: ~Copyable {
  var vcpu: VCPU
  private let machine: VirtualMachine
  private let memory: MemoryMapping

  /// CR0.PG.
  static let pagingBit: UInt32 = 1 << 31

  /// The cell's content, reported when it was written and read through two mappings.
  static let firstReport = VCPU.Exit.output(port: 0x60, size: 4, value: 0x5AFE_600D)

  /// CR2, reported by the page-fault handler.
  static let secondReport = VCPU.Exit.output(port: 0x61, size: 4, value: 0x00C0_0123)

  /// What the probe runs.
  static let code: [UInt8] = [
    0xB8, 0x0D, 0x60, 0xFE, 0x5A,  // mov  $0x5AFE600D, %eax
    0xA3, 0x00, 0x30, 0x80, 0x00,  // mov  %eax, 0x00803000
    0xA1, 0x00, 0x30, 0x00, 0x00,  // mov  0x00003000, %eax
    0xE7, 0x60,  // out  %eax, $0x60
    0xA1, 0x23, 0x01, 0xC0, 0x00,  // mov  0x00C00123, %eax
    0xF4,  // hlt
  ]

  private static let handler: [UInt8] = [
    0x0F, 0x20, 0xD0,  // mov  %cr2, %eax
    0xE7, 0x61,  // out  %eax, $0x61
    0xF4,  // hlt
  ]

  /// Present, writable, 4 MiB, accessed and dirty, at guest-physical 0.
  private static let bigPage: UInt32 = 0xE3

  /// Makes the guest, ready to run its first instruction.
  init(on system: borrowing System, code: [UInt8]) throws(KVMError) {
    precondition(code.count <= 0x100, "\(code.count) bytes of code reach the handler")
    let memory = try MemoryMapping(byteCount: 0x1_0000)
    ProbeGuest.store(code, at: 0x2000, in: memory)
    ProbeGuest.store(ProbeGuest.handler, at: 0x2100, in: memory)
    ProbeGuest.store(ProbeGuest.bigPage.littleEndianBytes, at: 0x1000, in: memory)
    ProbeGuest.store(ProbeGuest.bigPage.littleEndianBytes, at: 0x1000 + 2 * 4, in: memory)
    // Flat, 4 GiB, 32-bit, accessed: execute and read at 08, read and write at 10.
    ProbeGuest.store((0x00CF_9B00_0000_FFFF as UInt64).littleEndianBytes, at: 0x4008, in: memory)
    ProbeGuest.store((0x00CF_9300_0000_FFFF as UInt64).littleEndianBytes, at: 0x4010, in: memory)
    // An interrupt gate to 08:2100.
    ProbeGuest.store(
      (0x0000_8E00_0008_2100 as UInt64).littleEndianBytes, at: 0x5000 + 14 * 8, in: memory)

    let machine = try system.makeVirtualMachine()
    try machine.reserveIntelPages(at: 0xFFFB_C000)
    try ProbeGuest.attach(memory, to: machine)
    let vcpu = try machine.makeVCPU()
    try vcpu.setCPUID(system.supportedCPUID())
    try vcpu.setSpecialRegisters(ProbeGuest.pagedState(from: vcpu.specialRegisters()))
    var registers = Registers()
    registers.eip = 0x2000
    registers.esp = 0x8000
    try vcpu.setRegisters(registers)

    self.vcpu = vcpu
    self.machine = machine
    self.memory = memory
  }

  /// 32-bit paging with flat ring-0 segments; the task register stays as at reset.
  private static func pagedState(from reset: SpecialRegisters) -> SpecialRegisters {
    var state = reset
    state.cr0 = pagingBit | 0x1_0033  // WP, NE, ET, MP, PE
    state.cr3 = 0x1000
    state.cr4 = 0x610  // OSXMMEXCPT, OSFXSR, PSE
    state.efer = 0
    state.cs = .flatCode(selector: 0x08, privilegeLevel: 0)
    let data = Segment.flatData(selector: 0x10, privilegeLevel: 0)
    (state.ss, state.ds, state.es, state.fs, state.gs) = (data, data, data, data, data)
    state.localTable = .unusable
    state.globalTable = DescriptorTable(base: 0x4000, limit: 0x17)
    state.interruptTable = DescriptorTable(base: 0x5000, limit: 0x7FF)
    return state
  }
}

extension FixedWidthInteger {
  /// The bytes as i386 stores them.
  fileprivate var littleEndianBytes: [UInt8] {
    (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) }
  }
}
