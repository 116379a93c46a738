internal import CKVM

/// GDTR or IDTR.
public struct DescriptorTable: Equatable, Sendable {
  /// The table's linear address.
  public var base: UInt32
  /// The table's size in bytes, less 1.
  public var limit: UInt16

  /// Describes a table.
  public init(base: UInt32, limit: UInt16) {
    self.base = base
    self.limit = limit
  }

  init(_ raw: kvm_dtable) {
    self.init(base: UInt32(truncatingIfNeeded: raw.base), limit: raw.limit)
  }

  var rawValue: kvm_dtable {
    kvm_dtable(base: UInt64(base), limit: limit, padding: (0, 0, 0))
  }
}

/// Segment, table and control registers (`struct kvm_sregs`).
///
/// Read them from a fresh vCPU and change what is to be different: the reset state of the rest,
/// the task register above all, is best left as KVM made it.
public struct SpecialRegisters: Equatable, Sendable {
  /// CS.
  public var cs: Segment
  /// DS.
  public var ds: Segment
  /// ES.
  public var es: Segment
  /// FS.
  public var fs: Segment
  /// GS.
  public var gs: Segment
  /// SS.
  public var ss: Segment
  /// TR.
  public var taskRegister: Segment
  /// LDTR.
  public var localTable: Segment
  /// GDTR.
  public var globalTable: DescriptorTable
  /// IDTR.
  public var interruptTable: DescriptorTable
  /// CR0.
  public var cr0: UInt32
  /// CR2.
  public var cr2: UInt32
  /// CR3.
  public var cr3: UInt32
  /// CR4.
  public var cr4: UInt32
  /// CR8.
  public var cr8: UInt64
  /// IA32_EFER.
  public var efer: UInt64
  /// IA32_APIC_BASE.
  public var apicBase: UInt64

  init(_ raw: kvm_sregs) {
    cs = Segment(raw.cs)
    ds = Segment(raw.ds)
    es = Segment(raw.es)
    fs = Segment(raw.fs)
    gs = Segment(raw.gs)
    ss = Segment(raw.ss)
    taskRegister = Segment(raw.tr)
    localTable = Segment(raw.ldt)
    globalTable = DescriptorTable(raw.gdt)
    interruptTable = DescriptorTable(raw.idt)
    cr0 = UInt32(truncatingIfNeeded: raw.cr0)
    cr2 = UInt32(truncatingIfNeeded: raw.cr2)
    cr3 = UInt32(truncatingIfNeeded: raw.cr3)
    cr4 = UInt32(truncatingIfNeeded: raw.cr4)
    cr8 = raw.cr8
    efer = raw.efer
    apicBase = raw.apic_base
  }

  /// KVM's form; its bitmap of pending interrupts stays empty, which means "no change".
  var rawValue: kvm_sregs {
    var raw = kvm_sregs()
    raw.cs = cs.rawValue
    raw.ds = ds.rawValue
    raw.es = es.rawValue
    raw.fs = fs.rawValue
    raw.gs = gs.rawValue
    raw.ss = ss.rawValue
    raw.tr = taskRegister.rawValue
    raw.ldt = localTable.rawValue
    raw.gdt = globalTable.rawValue
    raw.idt = interruptTable.rawValue
    raw.cr0 = UInt64(cr0)
    raw.cr2 = UInt64(cr2)
    raw.cr3 = UInt64(cr3)
    raw.cr4 = UInt64(cr4)
    raw.cr8 = cr8
    raw.efer = efer
    raw.apic_base = apicBase
    return raw
  }
}

extension VCPU {
  /// KVM_GET_SREGS.
  public borrowing func specialRegisters() throws(KVMError) -> SpecialRegisters {
    let result = ckvm_get_sregs(descriptor.rawValue)
    try KVMError.check(result.error, .getSpecialRegisters)
    return SpecialRegisters(result.value)
  }

  /// KVM_SET_SREGS. Success is not proof: kvm_pvm drops CR0.PG in silence, so read back what matters.
  public borrowing func setSpecialRegisters(_ registers: SpecialRegisters) throws(KVMError) {
    try KVMError.check(
      ckvm_set_sregs(descriptor.rawValue, registers.rawValue), .setSpecialRegisters)
  }
}
