import Machine
import MinixABI

/// IPC calls of a process whose tracer wants to see them: each stops the process twice, before it
/// and after it.
///
/// Source: minix `kernel/proc.c`, `do_ipc` and `switch_to_user`; ABI 3.4, 4.4.
extension Kernel {
  /// Postpones a traced call when it is made, and notes that it is under way when it is taken up.
  ///
  /// - Returns: whether it is postponed: the tracer hears SIGTRAP first.
  func postponesTracedCall(_ caller: ProcessSlot) -> Bool {
    let misc = processes[caller].misc
    if misc.contains(.syscallDefer) {
      processes[caller].misc.remove(.syscallDefer)
      processes[caller].misc.insert(.syscallActive)
      return false
    }
    // A call that had to wait for memory is made again: it is the same one.
    guard misc.contains(.syscallTrace), !misc.contains(.syscallActive) else { return false }
    processes[caller].misc.remove(.syscallTrace)
    processes[caller].misc.insert(.syscallDefer)
    let frame = processes[caller].frame
    processes[caller].deferredCall = DeferredCall(eax: frame.eax, ebx: frame.ebx, ecx: frame.ecx)
    raise(.trap, on: caller)
    return true
  }

  /// What the scheduler loop does for a traced process that is about to go on.
  ///
  /// - Returns: whether it can.
  func settleTracedCall(_ slot: ProcessSlot) -> Bool {
    let misc = processes[slot].misc
    if misc.contains(.syscallDefer) {
      makeDeferredCall(slot)
      return false
    }
    guard misc.contains(.syscallActive) else { return true }
    processes[slot].misc.remove(.syscallActive)
    guard misc.contains(.syscallTrace) else { return true }
    processes[slot].misc.remove(.syscallTrace)
    raise(.trap, on: slot)
    return false
  }

  /// Makes the call with the registers that it was made with, whatever the tracer has changed.
  private func makeDeferredCall(_ slot: ProcessSlot) {
    let call = processes[slot].deferredCall
    processes[slot].frame.eax = call.eax
    processes[slot].frame.ebx = call.ebx
    processes[slot].frame.ecx = call.ecx
    makeIPCCall(slot)
    raiseSendDelay(on: slot)
  }
}

/// `p_defer`: the registers of a postponed call.
struct DeferredCall: BitwiseCopyable {
  var eax: UInt32 = 0
  var ebx: UInt32 = 0
  var ecx: UInt32 = 0
}
