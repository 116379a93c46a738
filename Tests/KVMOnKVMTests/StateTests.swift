import KVM
import Testing

/// What is set in a vCPU is what it has.
@Suite struct StateTests {
  @Test func registersComeBack() throws {
    let guest = try RealModeGuest(code: [0xF4])
    var registers = Registers()
    registers.eax = 0x0102_0304
    registers.ebx = 0x1112_1314
    registers.ecx = 0x2122_2324
    registers.edx = 0x3132_3334
    registers.esi = 0x4142_4344
    registers.edi = 0x5152_5354
    registers.esp = 0x6162_6364
    registers.ebp = 0x7172_7374
    registers.eip = 0x100
    registers.eflags = 0x202
    try guest.vcpu.setRegisters(registers)
    #expect(try guest.vcpu.registers() == registers)
  }

  @Test func specialRegistersComeBack() throws {
    let guest = try RealModeGuest(code: [0xF4])
    var special = try guest.vcpu.specialRegisters()
    special.cr0 |= 1
    special.cr4 |= 0x610
    special.cs = .flatCode(selector: 0x08, privilegeLevel: 0)
    special.ss = .flatData(selector: 0x10, privilegeLevel: 0)
    special.ds = .flatData(selector: 0x23, privilegeLevel: 3)
    special.globalTable = DescriptorTable(base: 0x1000, limit: 0x2F)
    special.interruptTable = DescriptorTable(base: 0x2000, limit: 0x7FF)
    try guest.vcpu.setSpecialRegisters(special)
    let read = try guest.vcpu.specialRegisters()
    #expect(read.cr0 == special.cr0)
    #expect(read.cr4 == special.cr4)
    #expect(read.cs == special.cs)
    #expect(read.ss == special.ss)
    #expect(read.ds == special.ds)
    #expect(read.globalTable == special.globalTable)
    #expect(read.interruptTable == special.interruptTable)
  }

  @Test func floatingPointStateComesBack() throws {
    let guest = try RealModeGuest(code: [0xF4])
    var state = try guest.vcpu.floatingPointState()
    state.controlWord = 0x27F
    try guest.vcpu.setFloatingPointState(state)
    #expect(try guest.vcpu.floatingPointState().controlWord == 0x27F)
  }

  @Test func unpagedTranslationIsTheIdentity() throws {
    let guest = try RealModeGuest(code: [0xF4])
    #expect(try guest.vcpu.translate(0x3456)?.physicalAddress == 0x3456)
  }

  @Test func clearedEventsAreGone() throws {
    // sti; nop; jmp back to the nop
    let guest = try RealModeGuest(code: [0xFB, 0x90, 0xEB, 0xFD])
    try guest.vcpu.interrupt(vector: 0x20)
    #expect(try guest.vcpu.pendingEvents().interrupt == 0x20)
    try guest.vcpu.clearPendingEvents()
    #expect(try guest.vcpu.pendingEvents().interrupt == nil)
    try guest.vcpu.interrupt(vector: 0x21)
  }

  @Test func cpuidCanBeGivenAndIsSeen() throws {
    // xor %eax, %eax; cpuid; mov %ebx, %eax; out %eax, $0x60
    let guest = try RealModeGuest(
      code: [0x66, 0x31, 0xC0, 0x0F, 0xA2, 0x66, 0x89, 0xD8, 0x66, 0xE7, 0x60])
    var entries = try System().supportedCPUID()
    #expect(entries.count > 1)
    for index in entries.indices where entries[index].function == 0 {
      entries[index].ebx = 0x1234_5678
    }
    try guest.vcpu.setCPUID(entries)
    #expect(try guest.vcpu.run() == .output(port: 0x60, size: 4, value: 0x1234_5678))
  }
}
