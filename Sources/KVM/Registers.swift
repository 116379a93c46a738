internal import CKVM

/// The general registers, instruction pointer and flags of a vCPU in 32-bit or 16-bit mode. The upper
/// halves, which such a guest can't see, are zero.
public struct Registers: Equatable, Sendable {
  /// EAX.
  public var eax: UInt32 = 0
  /// EBX.
  public var ebx: UInt32 = 0
  /// ECX.
  public var ecx: UInt32 = 0
  /// EDX.
  public var edx: UInt32 = 0
  /// ESI.
  public var esi: UInt32 = 0
  /// EDI.
  public var edi: UInt32 = 0
  /// ESP.
  public var esp: UInt32 = 0
  /// EBP.
  public var ebp: UInt32 = 0
  /// EIP.
  public var eip: UInt32 = 0
  /// EFLAGS; bit 1 is always set.
  public var eflags: UInt32 = 2

  /// All zeros, but for EFLAGS bit 1.
  public init() {}

  init(_ raw: kvm_regs) {
    eax = UInt32(truncatingIfNeeded: raw.rax)
    ebx = UInt32(truncatingIfNeeded: raw.rbx)
    ecx = UInt32(truncatingIfNeeded: raw.rcx)
    edx = UInt32(truncatingIfNeeded: raw.rdx)
    esi = UInt32(truncatingIfNeeded: raw.rsi)
    edi = UInt32(truncatingIfNeeded: raw.rdi)
    esp = UInt32(truncatingIfNeeded: raw.rsp)
    ebp = UInt32(truncatingIfNeeded: raw.rbp)
    eip = UInt32(truncatingIfNeeded: raw.rip)
    eflags = UInt32(truncatingIfNeeded: raw.rflags)
  }

  var rawValue: kvm_regs {
    var raw = kvm_regs()
    raw.rax = UInt64(eax)
    raw.rbx = UInt64(ebx)
    raw.rcx = UInt64(ecx)
    raw.rdx = UInt64(edx)
    raw.rsi = UInt64(esi)
    raw.rdi = UInt64(edi)
    raw.rsp = UInt64(esp)
    raw.rbp = UInt64(ebp)
    raw.rip = UInt64(eip)
    raw.rflags = UInt64(eflags)
    return raw
  }
}

extension Registers: CustomStringConvertible {
  /// Two lines, as debuggers print them.
  public var description: String {
    let general = [
      ("eax", eax), ("ebx", ebx), ("ecx", ecx), ("edx", edx), ("esi", esi), ("edi", edi),
      ("ebp", ebp), ("esp", esp),
    ]
    let first = general.map { "\($0.0)=\(Hexadecimal.of($0.1))" }.joined(separator: " ")
    return "\(first)\neip=\(Hexadecimal.of(eip)) eflags=\(Hexadecimal.of(eflags))"
  }
}

extension VCPU {
  /// KVM_GET_REGS. A system call: not for the path of a fault.
  public borrowing func registers() throws(KVMError) -> Registers {
    let result = ckvm_get_regs(descriptor.rawValue)
    try KVMError.check(result.error, .getRegisters)
    return Registers(result.value)
  }

  /// KVM_SET_REGS.
  public borrowing func setRegisters(_ registers: Registers) throws(KVMError) {
    try KVMError.check(
      ckvm_set_regs(descriptor.rawValue, registers.rawValue), .setRegisters)
  }
}
