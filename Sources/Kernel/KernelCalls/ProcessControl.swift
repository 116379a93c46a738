import MinixABI

extension Kernel {
  /// SYS_CLEAR: frees a slot. Whoever waits for the process gets EDEADSRCDST.
  ///
  /// Source: minix `kernel/system/do_clear.c`; ABI 8.4.
  func clear(_ message: Message) -> CallOutcome {
    guard let slot = processes.slot(of: message[endpoint: 8]) else { return .reply(.einval) }
    guard !slot.isKernelTask else { return .reply(.eperm) }
    releaseIRQHooks(of: processes[slot].endpoint)
    processes.set(.noEndpoint, on: slot)
    if processes[slot].rts.contains(.sending),
      let receiver = processes.slot(of: processes[slot].sendTo)
    {
      removeCaller(slot, from: receiver)
    }
    dropAsyncTable(of: slot)
    forgetMemoryRequest(of: slot)
    forgetPageFault(of: slot)
    clearReferences(to: slot)
    let endpoint = processes[slot].endpoint
    for other in processes.livingSlots where processes[other].scheduler == endpoint {
      takeOverScheduling(of: other)
    }
    releasePrivileges(of: slot)
    processes[slot].misc.remove(.fpuInitialized)
    processes.replace(with: .slotFree, on: slot)
    if endpoint == .vm { giveUpOnVM() }
    return .reply(.ok)
  }

  /// What a process has registered by SENDA and nobody has taken is lost with it.
  private func dropAsyncTable(of slot: ProcessSlot) {
    let id = processes[slot].privilege
    if privileges[id].owner == slot { privileges[id].asyncTable = AsyncTable() }
  }

  /// Gives back a process's own privilege structure; users share theirs, and it stays.
  ///
  /// Differs from MINIX: there a structure without SYS_PROC was lost with its process.
  func releasePrivileges(of slot: ProcessSlot) {
    let id = processes[slot].privilege
    guard id != .user, privileges[id].owner == slot else { return }
    forgetNotifications(from: slot)
    privileges.setIPCTo(0, of: id)
    privileges[id] = Privilege()
    resources[Int(id.rawValue)] = PrivilegeResources()
  }

  /// SYS_EXIT: a system process wants to die; its manager hears SIGABRT.
  /// Source: minix `kernel/system/do_exit.c`.
  func exit(_ caller: ProcessSlot) -> CallOutcome {
    raise(.abort, on: caller)
    return .noReply
  }

  /// SYS_SCHEDULE: a process's scheduler gives it a queue and a quantum, and lets it run.
  ///
  /// Source: minix `kernel/system/do_schedule.c`; ABI 8.4, 13.11 and 13.19.
  func schedule(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    let slot = message[endpoint: 8].slot
    guard processes.exists(slot), processes[slot].rts != .slotFree else { return .reply(.einval) }
    guard processes[slot].scheduler == processes[caller].endpoint else { return .reply(.eperm) }
    let priority = message[int: 12]
    guard priority >= 0, priority < Int32(ReadyQueues.count) else { return .reply(.einval) }
    // MINIX asserts that whoever runs has ticks left (ABI 13.19).
    guard message[int: 16] > 0 else { return .reply(.einval) }
    let wasRunnable = processes[slot].rts.isEmpty
    if wasRunnable { processes.dequeue(slot) }
    processes[slot].priority = Int8(priority)
    processes[slot].ticksLeft = Int8(clamping: message[int: 16])
    if wasRunnable { processes.enqueue(slot) }
    processes.unset(.noQuantum, on: slot)
    return .reply(.ok)
  }

  /// SYS_SCHEDCTL: the caller becomes a process's scheduler.
  /// Source: minix `kernel/system/do_schedctl.c`.
  func scheduleControl(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    guard privileges[processes[caller].privilege].flags.contains(.systemProcess) else {
      return .reply(.eperm)
    }
    guard let slot = processes.slot(of: message[endpoint: 8]) else { return .reply(.einval) }
    processes[slot].scheduler = processes[caller].endpoint
    return .reply(.ok)
  }

  /// Whether a process has made an IPC call whose message has not been taken: its registers are the
  /// call's until then. A call that waits for VM to be made again counts, too.
  private func isInTheMiddleOfSending(_ slot: ProcessSlot) -> Bool {
    processes[slot].rts.contains(.sending) || processes[slot].misc.contains(.syscallDefer)
      || processes[slot].isRepeatingIPCCall
  }

  /// SYS_RUNCTL: stops a process, or lets it go on.
  /// Source: minix `kernel/system/do_runctl.c`; ABI 8.4.
  func runControl(_ message: Message) -> CallOutcome {
    guard let slot = processes.slot(of: message[endpoint: 8]) else { return .reply(.einval) }
    guard !slot.isKernelTask else { return .reply(.eperm) }
    let delays = message[int: 16] & 1 != 0
    switch message[int: 12] {
    case 0:
      if delays {
        if isInTheMiddleOfSending(slot) { processes[slot].misc.insert(.signalDelay) }
        if processes[slot].misc.contains(.signalDelay) { return .reply(.ebusy) }
      }
      processes.set(.procStop, on: slot)
    case 1: processes.unset(.procStop, on: slot)
    default: return .reply(.einval)
    }
    return .reply(.ok)
  }
}
