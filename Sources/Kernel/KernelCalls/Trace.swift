import I386
import Machine
import MinixABI

/// SYS_TRACE: what a debugger does to a process, by way of PM.
///
/// Source: minix `kernel/system/do_trace.c`; ABI 8.9.
extension Kernel {
  func trace(_ message: inout Message, _ caller: ProcessSlot) -> CallOutcome {
    let slot: ProcessSlot
    switch signalTarget(message.controlEndpoint) {
    case .failure(let refusal): return .reply(refusal.code)
    case .success(let found): slot = found
    }
    switch TraceRequest(rawValue: message.controlRequest) {
    case .stop: stopTraced(slot)
    case .getInstruction, .getData: return peek(&message, slot, caller, byteCount: 4)
    case .readByte: return peek(&message, slot, caller, byteCount: 1)
    case .getUser: return getUser(&message, slot)
    case .setInstruction, .setData: return poke(&message, slot, caller, byteCount: 4)
    case .writeByte: return poke(&message, slot, caller, byteCount: 1)
    case .setUser: return setRegister(&message, slot)
    case .resume: resumeTraced(&message, slot)
    case .step:
      processes[slot].frame.eflags |= Eflags.trap
      resumeTraced(&message, slot)
    case .syscall:
      processes[slot].misc.insert(.syscallTrace)
      resumeTraced(&message, slot)
    case .detach:
      processes[slot].misc.remove(.syscallActive)
      resumeTraced(&message, slot)
    case nil: return .reply(.einval)
    }
    return .reply(.ok)
  }

  private func stopTraced(_ slot: ProcessSlot) {
    processes.set(.pStop, on: slot)
    processes[slot].frame.eflags &= ~Eflags.trap
    processes[slot].misc.remove(.syscallTrace)
  }

  private func resumeTraced(_ message: inout Message, _ slot: ProcessSlot) {
    processes.unset(.pStop, on: slot)
    message.controlData = 0
  }

  /// Reads a word or a byte of the process's memory.
  private func peek(
    _ message: inout Message, _ slot: ProcessSlot, _ caller: ProcessSlot, byteCount: UInt32
  ) -> CallOutcome {
    let address = LinearAddress(message.controlAddress)
    switch fetchBytes(of: slot, at: address, byteCount: byteCount) {
    case .failure(let fault): return outcome(of: fault, caller)
    case .success(let bytes):
      message.controlData = bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
      return .reply(.ok)
    }
  }

  private func poke(
    _ message: inout Message, _ slot: ProcessSlot, _ caller: ProcessSlot, byteCount: UInt32
  ) -> CallOutcome {
    let data = message.controlData
    let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: data >> (8 * $0)) }
    switch storeBytes(bytes, of: slot, at: LinearAddress(message.controlAddress)) {
    case .failure(let fault): return outcome(of: fault, caller)
    case .success:
      message.controlData = 0
      return .reply(.ok)
    }
  }

  /// Reads a word of the process structure, and beyond it of the privilege structure.
  private func getUser(_ message: inout Message, _ slot: ProcessSlot) -> CallOutcome {
    let offset = Int(message.controlAddress)
    let id = processes[slot].privilege
    let structures = KernelImage.array(of: [
      ProcessImage(processes[slot], delivery).image,
      PrivilegeImage(privileges[id], resources[Int(id.rawValue)], id: id).image,
    ])
    guard offset & 3 == 0, offset <= structures.bytes.count - 4 else { return .reply(.efault) }
    message.controlData = structures[word: offset]
    return .reply(.ok)
  }

  /// Replaces a register that a process may choose; those that mean nothing take anything.
  private func setRegister(_ message: inout Message, _ slot: ProcessSlot) -> CallOutcome {
    let offset = message.controlAddress
    guard offset & 3 == 0, offset <= UInt32(TrapFrame.imageByteCount - 4) else {
      return .reply(.efault)
    }
    switch Int(offset) {
    case 0, 4, 48, 60: return .reply(.efault)
    case TrapFrame.flagsOffset: processes[slot].frame.setFlags(message.controlData)
    default: processes[slot].frame.setGeneral(message.controlData, at: Int(offset))
    }
    message.controlData = 0
    return .reply(.ok)
  }
}
