public import KVM

/// Why a processor cannot go on. None of these can be caused by what an ordinary process does; a guest
/// in VM's place, which owns the page tables, can do some.
public enum ProcessorError: Error, Sendable {
  /// A request to KVM failed.
  case kvm(KVMError)
  /// The guest shut down: a triple fault. The frame is the last one the host handed in.
  case tripleFault(lastFrame: TrapFrame)
  /// The stub itself trapped.
  case stubFault(StubFault)
  /// KVM_RUN returned for a reason that our guest has no right to cause.
  case unexpectedExit(String, lastFrame: TrapFrame)
  /// The guest's ring 0 keeps the CPU with interrupts off.
  case stuckInRing0(kicks: UInt32, lastFrame: TrapFrame)
  /// A fault came again and again although it was resolved each time.
  case noProgress(TrapFrame, repeats: UInt32)
  /// A script of traps is at its end.
  case scriptEnded
}

extension ProcessorError {
  /// The exit code to end with, from sysexits: KVM's own reason, or 70.
  public var exitCode: Int32 {
    if case .kvm(let error) = self { return error.exitCode }
    return 70
  }
}

/// An exception with CPL 0: the words that the CPU and the stub pushed.
public struct StubFault: Sendable {
  /// What the stub trapped by.
  public var vector: UInt32
  public var errorCode: UInt32
  public var cr2: UInt32
  public var eip: UInt32
  public var cs: UInt32
  public var eflags: UInt32

  public init(
    vector: UInt32, errorCode: UInt32, cr2: UInt32, eip: UInt32, cs: UInt32, eflags: UInt32
  ) {
    self.vector = vector
    self.errorCode = errorCode
    self.cr2 = cr2
    self.eip = eip
    self.cs = cs
    self.eflags = eflags
  }
}

extension ProcessorError: CustomStringConvertible {
  /// One line, then the registers where there are some.
  public var description: String {
    switch self {
    case .kvm(let error): error.description
    case .tripleFault(let frame):
      "the guest shut down by a triple fault; it was last resumed with\n\(frame.dump)"
    case .stubFault(let fault):
      "the stub trapped in ring 0: vector \(fault.vector), error code \(fault.errorCode), "
        + "CR2 \(hex(fault.cr2)), EIP \(hex(fault.eip)), CS \(hex(fault.cs)), "
        + "EFLAGS \(hex(fault.eflags))"
    case .unexpectedExit(let reason, let frame):
      "KVM left the guest for an unexpected reason (\(reason)); it was last resumed with\n"
        + frame.dump
    case .stuckInRing0(let kicks, let frame):
      "the guest's ring 0 has not come back for \(kicks) clock ticks; it was last resumed with\n"
        + frame.dump
    case .noProgress(let frame, let repeats):
      "the same page fault came \(repeats) times although it was resolved each time\n\(frame.dump)"
    case .scriptEnded: "the script of traps is at its end"
    }
  }
}

extension TrapFrame {
  /// The registers in four lines.
  public var dump: String {
    """
    EAX=\(hex(eax)) EBX=\(hex(ebx)) ECX=\(hex(ecx)) EDX=\(hex(edx))
    ESI=\(hex(esi)) EDI=\(hex(edi)) EBP=\(hex(ebp)) ESP=\(hex(esp))
    EIP=\(hex(eip)) EFLAGS=\(hex(eflags)) CR2=\(hex(cr2)) vector=\(vector) error=\(hex(errorCode))
    CS=\(hex(cs)) SS=\(hex(ss)) DS=\(hex(ds)) ES=\(hex(es)) FS=\(hex(fs)) GS=\(hex(gs))
    """
  }
}

private func hex(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 8 - digits.count) + digits
}
