import MinixABI

extension Kernel {
  /// The clock's handler, for as many ticks as have passed while the current process ran.
  ///
  /// Source: minix `kernel/clock.c`; ABI 4.3.
  func passTime(ticks: UInt32) {
    uptime &+= ticks
    updateClockPage()
    load.record(readyCount: readyCount, uptime: uptime)
    let flags = privileges[processes[current].privilege].flags
    processes[current].userTicks &+= ticks
    if !flags.contains(.billable) { processes[billed].systemTicks &+= ticks }
    passVirtualTime(ticks, isBillable: flags.contains(.billable))
    if Int64(uptime) >= nextTimeout { expireTimers() }
    guard flags.contains(.preemptible) else {
      if processes[current].ticksLeft <= 0 {
        processes[current].ticksLeft = processes[current].quantum
      }
      return
    }
    let left = Int64(processes[current].ticksLeft) - Int64(ticks)
    processes[current].ticksLeft = Int8(max(left, 0))
  }

  /// Lets the time pass in which nobody could run: it is IDLE's.
  public func passIdleTime(ticks: UInt32) {
    passTime(ticks: ticks)
  }

  /// Whether a process may not run on before it has got a new quantum.
  func hasUsedUpQuantum(_ slot: ProcessSlot) -> Bool {
    processes[slot].ticksLeft <= 0
      && privileges[processes[slot].privilege].flags.contains(.preemptible)
  }

  /// `proc_no_time`, for a process that is about to run: the kernel reloads the quanta of its own,
  /// others' schedulers get a message that the kernel sends on the process's behalf.
  func quantumIsUsedUp(_ slot: ProcessSlot) {
    processes.set(.noQuantum, on: slot)
    guard !isKernelScheduled(slot) else { return }
    let message = Message(type: SchedulingMessage.noQuantum)
    let sent = send(slot, to: processes[slot].scheduler, from: .kernel(message), isBlocking: true)
    if case .result(.ok) = sent { return }
    // The scheduler is gone, or waits in a cycle that ends here.
    takeOverScheduling(of: slot)
  }

  /// Whether the kernel itself gives a process its quanta: it has no scheduler, or is its own, and
  /// could not run to give itself another.
  func isKernelScheduled(_ slot: ProcessSlot) -> Bool {
    let scheduler = processes[slot].scheduler
    return scheduler == .none || scheduler == processes[slot].endpoint
  }

  /// The kernel schedules a process from now on.
  func takeOverScheduling(of slot: ProcessSlot) {
    processes[slot].scheduler = .none
    processes[slot].ticksLeft = processes[slot].quantum
    processes.unset(.noQuantum, on: slot)
  }
}
