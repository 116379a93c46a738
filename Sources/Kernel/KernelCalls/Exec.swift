import I386
import Machine
import MinixABI

extension Kernel {
  /// SYS_EXEC: a process begins anew at an instruction, with a stack and a name. Its registers stay
  /// otherwise as they are; nobody answers the request with which it asked for this.
  ///
  /// Source: minix `kernel/system/do_exec.c`; ABI 8.4.
  func exec(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    guard let slot = processes.slot(of: message.processEndpoint), !slot.isKernelTask,
      !processes[slot].isResident
    else { return .reply(.einval) }
    let name: ProcessName
    switch fetchBytes(of: caller, at: LinearAddress(message.execNameAddress), byteCount: 7) {
    case .success(let bytes): name = ProcessName(bytes: bytes)
    case .failure(let fault):
      let outcome = outcome(of: fault, caller)
      if case .suspended = outcome { return outcome }
      name = ProcessName("<unset>")
    }
    processes[slot].misc.subtract([.deliverMessage, .fpuInitialized])
    processes[slot].name = name
    processes[slot].frame.eip = message.execEntry
    processes[slot].frame.esp = message.execStackPointer
    processes.unset(.receiving, on: slot)
    return .reply(.ok)
  }
}
