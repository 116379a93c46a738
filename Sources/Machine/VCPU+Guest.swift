import I386
import KVM
import Stub

extension VCPU {
  /// A vCPU that stands before the stub's first instruction, in protected mode with paging on: no
  /// boot code is needed.
  ///
  /// The task register keeps its reset state; the stub loads it, because some nested hosts abort
  /// on a busy TSS from outside.
  static func guest(
    in machine: borrowing VirtualMachine, of system: borrowing System
  ) throws(KVMError) -> VCPU {
    let vcpu = try machine.makeVCPU()
    try vcpu.setCPUID(system.supportedCPUID())
    try vcpu.setSpecialRegisters(guestRegisters(from: vcpu.specialRegisters()))
    try vcpu.requirePaging()
    var registers = Registers()
    registers.eip = stub_start_address()
    registers.esp = UInt32(STUB_FRAME)
    try vcpu.setRegisters(registers)
    return vcpu
  }

  private static func guestRegisters(from reset: SpecialRegisters) -> SpecialRegisters {
    var special = reset
    special.cs = .flatCode(selector: UInt16(STUB_KERNEL_CODE), privilegeLevel: 0)
    special.ss = .flatData(selector: UInt16(STUB_KERNEL_DATA), privilegeLevel: 0)
    let user = Segment.flatData(selector: UInt16(STUB_USER_DATA), privilegeLevel: 3)
    special.ds = user
    special.es = user
    special.fs = user
    special.gs = user
    special.localTable = .unusable
    special.globalTable = DescriptorTable(
      base: UInt32(STUB_GDT), limit: UInt16(STUB_GDT_ENTRIES * 8 - 1))
    special.interruptTable = DescriptorTable(
      base: UInt32(STUB_IDT), limit: UInt16(STUB_IDT_ENTRIES * 8 - 1))
    special.cr0 = ControlBits.cr0
    special.cr3 = UInt32(STUB_BOOT_DIRECTORY)
    special.cr4 = ControlBits.cr4
    special.efer = 0
    return special
  }

  /// KVM_SET_SREGS can succeed and mean nothing: kvm_pvm drops CR0.PG without a word.
  private borrowing func requirePaging() throws(KVMError) {
    let seen = try specialRegisters()
    guard seen.cr0 & ControlBits.paging != 0 else {
      throw KVMError(request: .setSpecialRegisters, cause: .pagingDropped)
    }
  }
}

/// The control registers of our guests. Source: SDM 3A, "Control Registers".
enum ControlBits {
  /// PG, bit 31.
  static var paging: UInt32 { 0x8000_0000 }
  /// PG, WP, NE, ET, MP, PE. TS stays clear: FPU state is switched, never trapped for.
  static var cr0: UInt32 { 0x8001_0033 }
  /// PSE, OSFXSR, OSXMMEXCPT; not PGE, or a CR3 load would keep global entries.
  static var cr4: UInt32 { 0x0000_0610 }
}
