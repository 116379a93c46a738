import I386
import Machine
import MinixABI

extension Kernel {
  /// `pagefault`: takes ring 3's page fault, and sees to it that VM hears of it.
  ///
  /// The process stays unrunnable by RTS_PAGEFAULT until VM calls VMCTL_CLEAR_PAGEFAULT, whatever
  /// else happens to it.
  ///
  /// Source: minix `kernel/arch/i386/exception.c`, `pagefault`; ABI 5.3.
  @inline(__always)
  func pageFault(_ entry: ProcessEntry) {
    let slot = entry.process.slot
    entry.process.statistics.pageFaults &+= 1
    guard !entry.process.hasFaultedInVain(), entry.process.endpoint != .vm, paging.isEnabled else {
      return endRun(afterFaultOf: slot)
    }
    processes.set(.pageFault, on: entry)
    switch delivery {
    case .message: sendPageFault(entry)
    case .signal: listPageFault(slot)
    }
  }

  /// A fault that nobody can resolve, as VM's own; or that VM has resolved too often.
  @inline(never)
  private func endRun(afterFaultOf slot: ProcessSlot) {
    let (name, frame) = (processes[slot].name.text, processes[slot].frame)
    failure =
      if processes[slot].watchdog.isAtLimit {
        .noProgress(
          process: name, frameDump: frame.dump, repeats: processes[slot].watchdog.repeats)
      } else if processes[slot].endpoint == .vm {
        .pageFaultInVM(address: frame.cr2, eip: frame.eip)
      } else {
        .pageFaultBeforePaging(process: name, address: frame.cr2, eip: frame.eip)
      }
  }

  /// The new delivery: the kernel sends `VM_PAGEFAULT` *on behalf of* the faulting process, which is
  /// queued at VM like any sender.
  @inline(__always)
  private func sendPageFault(_ entry: ProcessEntry) {
    let message = Message(
      pageFaultAt: entry.process.frame.cr2, errorCode: entry.process.frame.errorCode)
    if let vm = processes.entry(of: .vm) {
      let sent = send(entry, to: vm, from: .kernel(message), isBlocking: true)
      if case .result(.ok) = sent { return }
    }
    failPageFault(entry.process.slot)
  }

  /// VM is gone, or waits in a cycle that would end at this process: nobody can resolve the fault.
  private func failPageFault(_ slot: ProcessSlot) {
    processes.unset(.pageFault, on: slot)
    raise(.segmentation, on: slot)
  }

  /// The old delivery: the process goes to the front of the kernel's list, and VM gets SIGKPF.
  private func listPageFault(_ slot: ProcessSlot) {
    guard let signal = delivery.signals.pageFault, processes.slot(of: .vm) != nil else {
      processes.unset(.pageFault, on: slot)
      return raise(.segmentation, on: slot)
    }
    processes[slot].nextPageFault = pageFaults
    pageFaults = slot
    sendSystemSignal(signal, to: .vm)
  }

  /// VMCTL_GET_PAGEFAULT, the old delivery's: the fault that came last, or ESRCH when there is none.
  ///
  /// Source: ABI 5.4.
  func getPageFault(_ message: inout Message) -> CallOutcome {
    guard delivery == .signal else { return .reply(.einval) }
    let slot = pageFaults
    guard slot != .none else { return .reply(.esrch) }
    pageFaults = processes[slot].nextPageFault
    processes[slot].nextPageFault = .none
    message[endpoint: 8] = processes[slot].endpoint
    message[word: 12] = processes[slot].frame.cr2
    message[word: 16] = processes[slot].frame.errorCode
    return .reply(.ok)
  }

  /// Takes a dying process out of the list of faults, which MINIX's old kernel forgot to do.
  func forgetPageFault(of slot: ProcessSlot) {
    var previous = ProcessSlot.none
    var candidate = pageFaults
    while candidate != .none, candidate != slot {
      previous = candidate
      candidate = processes[candidate].nextPageFault
    }
    guard candidate == slot else { return }
    if previous == .none {
      pageFaults = processes[slot].nextPageFault
    } else {
      processes[previous].nextPageFault = processes[slot].nextPageFault
    }
  }
}

extension Process {
  /// Whether the fault in its registers has come too often in a row.
  @inline(__always)
  fileprivate mutating func hasFaultedInVain() -> Bool { watchdog.observe(frame) }
}
