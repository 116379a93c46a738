import MinixABI

extension Kernel {
  /// SYS_KILL: raises a signal on a process. Source: minix `kernel/system/do_kill.c`.
  func kill(_ message: Message) -> CallOutcome {
    guard let slot = processes.slot(of: message[endpoint: 8]) else { return .reply(.einval) }
    let signal = message[int: 12]
    guard signal > 0, signal < Signal.count else { return .reply(.einval) }
    guard !slot.isKernelTask else { return .reply(.eperm) }
    guard !isEndOfSystem(Signal(rawValue: signal), on: slot) else { return .reply(.einval) }
    raise(Signal(rawValue: signal), on: slot)
    return .reply(.ok)
  }

  /// SYS_GETKSIG: the first process with new signals that the caller manages; NONE when there is none.
  /// Source: minix `kernel/system/do_getksig.c`.
  func getKernelSignal(_ message: inout Message, _ caller: ProcessSlot) -> CallOutcome {
    let manager = processes[caller].endpoint
    for slot in processes.livingSlots where processes[slot].rts.contains(.signaled) {
      guard signalManager(of: slot) == manager else { continue }
      message[endpoint: 8] = processes[slot].endpoint
      message[word: 20] = processes[slot].pendingSignals
      processes[slot].pendingSignals = 0
      processes.unset(.signaled, on: slot)
      return .reply(.ok)
    }
    message[endpoint: 8] = .none
    return .reply(.ok)
  }

  /// SYS_ENDKSIG: the manager has done with the process's signals; unless new ones have come, it may
  /// run. Source: minix `kernel/system/do_endksig.c`.
  func endKernelSignal(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    guard let slot = processes.slot(of: message[endpoint: 8]) else { return .reply(.einval) }
    guard signalManager(of: slot) == processes[caller].endpoint else { return .reply(.eperm) }
    guard processes[slot].rts.contains(.sigPending) else { return .reply(.einval) }
    if !processes[slot].rts.contains(.signaled) { processes.unset(.sigPending, on: slot) }
    return .reply(.ok)
  }
}
