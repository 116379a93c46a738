import MinixABI

extension Kernel {
  /// SYS_UPDATE: two system processes change places: each endpoint, slot and privilege id has the
  /// other's memory, registers and rights from then on. Who waits to send to an endpoint, and who has
  /// notified it, stays with the endpoint.
  ///
  /// MINIX looks at three flags; what else ties a process to its slot is EBUSY here (ABI 13.19).
  ///
  /// Source: minix `kernel/system/do_update.c`; ABI 8.4.
  func update(_ message: Message) -> CallOutcome {
    guard let source = processes.slot(of: message[endpoint: 8]),
      let destination = processes.slot(of: message[endpoint: 12])
    else { return .reply(.einval) }
    guard isSystemProcess(source), isSystemProcess(destination) else { return .reply(.eperm) }
    guard isUpdatable(source), isUpdatable(destination) else { return .reply(.ebusy) }
    guard source != destination else { return .reply(.ok) }
    swapPrivileges(processes[source].privilege, processes[destination].privilege)
    swapProcesses(source, destination)
    return .reply(.ok)
  }

  private func isSystemProcess(_ slot: ProcessSlot) -> Bool {
    let id = processes[slot].privilege
    return privileges[id].flags.contains(.systemProcess) && privileges[id].owner == slot
  }

  private func isUpdatable(_ slot: ProcessSlot) -> Bool {
    let rts = processes[slot].rts
    let isTied =
      !rts.isDisjoint(with: [.sending, .vmRequest, .vmRequestTarget, .pageFault])
      || processes[slot].misc.contains(.kernelCallResume) || processes[slot].isResident
      || slot.isKernelTask
    let isQuiet = rts.contains(.noPriv) || rts.contains(.sigPending) || rts.contains(.receiving)
    return isQuiet && !isTied
  }

  private func swapProcesses(_ a: ProcessSlot, _ b: ProcessSlot) {
    let (first, second) = (processes[a], processes[b])
    processes[a] = second
    keepPlace(of: first, in: a)
    processes[b] = first
    keepPlace(of: second, in: b)
    swapFPUImages(a, b)
  }

  private func keepPlace(of former: Process, in slot: ProcessSlot) {
    processes[slot].slot = former.slot
    processes[slot].endpoint = former.endpoint
    processes[slot].isOriginal = former.isOriginal
    processes[slot].founder = former.founder
    processes[slot].privilege = former.privilege
    processes[slot].callerQueueHead = former.callerQueueHead
    processes[slot].callerQueueTail = former.callerQueueTail
  }

  private func swapPrivileges(_ a: PrivilegeID, _ b: PrivilegeID) {
    let (first, second) = (privileges[a], privileges[b])
    privileges[a] = second
    keepPlace(of: first, in: a)
    privileges[b] = first
    keepPlace(of: second, in: b)
    resources.swapAt(Int(a.rawValue), Int(b.rawValue))
  }

  private func keepPlace(of former: Privilege, in id: PrivilegeID) {
    privileges[id].owner = former.owner
    privileges[id].pendingNotifications = former.pendingNotifications
    privileges[id].pendingInterrupts = former.pendingInterrupts
    privileges[id].pendingSignals = former.pendingSignals
  }
}
