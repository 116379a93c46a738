import FlightRecorder
import I386
import Machine
import MinixABI

extension Kernel {
  /// A page fault when VM waits for whatever comes: the process gets RTS_PAGEFAULT, and VM its message.
  ///
  /// - Returns: false if it is another case, and then nothing has changed.
  @inline(__always)
  func passPageFaultOn(_ entry: ProcessEntry) -> Bool {
    let vm = processes.entry(Endpoint.vm.slot)
    guard delivery == .message, paging.isEnabled, vm.process.endpoint == .vm,
      vm.process.isWaitingForAnyone,
      entry.process.watchdog.isFarFromLimit
    else { return false }
    _ = entry.process.watchdog.observe(entry.process.frame)
    entry.process.statistics.pageFaults &+= 1
    processes.block(entry, by: .pageFault)

    let message = Message(
      pageFaultAt: entry.process.frame.cr2, errorCode: entry.process.frame.errorCode)
    let call: IPCCall = entry.process.misc.contains(.replyPend) ? .sendrec : .send
    let status = IPCStatus(call: call, fromKernel: true)
    vm.process.take(message, from: entry.process.endpoint, status)
    entry.process.statistics.messages &+= 1
    counters.pageFaultMessages &+= 1
    recorder.storeMessage(message, from: entry.process.endpoint, to: .vm, status: status)
    processes.wake(vm, from: .receiving)
    return true
  }
}
