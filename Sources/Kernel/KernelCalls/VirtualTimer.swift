import MinixABI

extension Kernel {
  /// SYS_VTIMER: reads and perhaps sets one of the two timers that count a process's own time. They
  /// expire as SIGVTALRM and SIGPROF.
  ///
  /// Source: minix `kernel/system/do_vtimer.c`; ABI 8.9.
  func virtualTimer(_ message: inout Message, _ caller: ProcessSlot) -> CallOutcome {
    guard privileges[processes[caller].privilege].flags.contains(.systemProcess) else {
      return .reply(.eperm)
    }
    guard let timer = VirtualTimer(rawValue: message.virtualTimerWhich) else {
      return .reply(.einval)
    }
    // A kernel task can't be signalled; IDLE's timer would run down all the same.
    guard let slot = target(message.virtualTimerEndpoint, caller), !slot.isKernelTask else {
      return .reply(.einval)
    }
    let (flag, field): (MiscFlags, WritableKeyPath<Process, Int32>) =
      timer == .virtual ? (.virtualTimer, \.virtualTicksLeft) : (.profileTimer, \.profileTicksLeft)
    let old = processes[slot].misc.contains(flag) ? max(0, processes[slot][keyPath: field]) : 0
    let value = message.virtualTimerValue
    message.virtualTimerValue = old
    guard message.virtualTimerIsSet else { return .reply(.ok) }
    if value > 0 {
      processes[slot][keyPath: field] = value
      processes[slot].misc.insert(flag)
    } else {
      processes[slot][keyPath: field] = 0
      processes[slot].misc.remove(flag)
    }
    return .reply(.ok)
  }
}
