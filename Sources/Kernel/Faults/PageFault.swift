import I386
import Machine
import MinixABI

extension Kernel {
  /// `pagefault`: ring 3's page fault becomes a message to VM.
  ///
  /// The kernel sends `VM_PAGEFAULT` *on behalf of* the faulting process: it is queued at VM like
  /// any sender, and stays unrunnable by RTS_PAGEFAULT until VM calls VMCTL_CLEAR_PAGEFAULT.
  ///
  /// Source: minix `kernel/arch/i386/exception.c`, `pagefault`; ABI 5.3.
  func pageFault(_ slot: ProcessSlot, _ frame: TrapFrame) {
    statistics[slot].pageFaults &+= 1
    if processes[slot].watchdog.observe(frame) {
      failure = .noProgress(
        process: processes[slot].name.text, frameDump: frame.dump,
        repeats: processes[slot].watchdog.repeats)
      return
    }
    guard processes[slot].endpoint != .vm else {
      failure = .pageFaultInVM(address: frame.cr2, eip: frame.eip)
      return
    }
    processes.set(.pageFault, on: slot)
    let message = Message(pageFaultAt: frame.cr2, errorCode: frame.errorCode)
    let sent = send(slot, to: .vm, from: .kernel(message), isBlocking: true)
    if case .result(.ok) = sent { return }
    // VM is gone, or waits in a cycle that would end at this process: nobody can resolve the fault.
    processes.unset(.pageFault, on: slot)
    raise(.segmentation, on: slot)
  }
}
