import FlightRecorder
import I386
import Machine
import MinixABI

extension Kernel {
  /// SYS_EXEC: a process begins anew at an instruction, with a stack and a name. Its registers stay
  /// otherwise as they are; nobody answers the request with which it asked for this.
  ///
  /// Source: minix `kernel/system/do_exec.c`; ABI 8.4.
  func exec(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    switch fetchBytes(of: caller, at: LinearAddress(message.execNameAddress), byteCount: 7) {
    case .success(let bytes): return .reply(exec(message, name: ProcessName(bytes: bytes)))
    case .failure(let fault):
      // Whoever is wrong about the process need not be asked for its name.
      guard execTarget(message) != nil else { return .reply(.einval) }
      let outcome = outcome(of: fault, caller)
      if case .suspended = outcome { return outcome }
      return .reply(execUnnamed(message))
    }
  }

  /// The same when the name can't be read: no reason to refuse.
  func execUnnamed(_ message: Message) -> ResultCode {
    exec(message, name: ProcessName("<unset>"))
  }

  private func execTarget(_ message: Message) -> ProcessSlot? {
    guard let slot = processes.slot(of: message.processEndpoint), !slot.isKernelTask,
      !processes[slot].isResident
    else { return nil }
    return slot
  }

  private func exec(_ message: Message, name: ProcessName) -> ResultCode {
    guard let slot = execTarget(message) else { return .einval }
    processes[slot].misc.subtract([.deliverMessage, .fpuInitialized])
    processes[slot].name = name
    recordProcess(slot, .exec)
    processes[slot].frame.eip = message.execEntry
    processes[slot].frame.esp = message.execStackPointer
    processes.unset(.receiving, on: slot)
    return .ok
  }
}
