import FlightRecorder
public import I386
import Machine
public import MinixABI

/// What resident VM asks of the kernel for nearly every page fault: the same kernel calls as any, by their
/// own doors, where the request need not be looked at to know what it wants.
extension Kernel {
  /// VMCTL_CLEAR_PAGEFAULT by resident VM.
  @inline(__always)
  public func clearPageFault(of endpoint: Endpoint) {
    recorder.makeRoom()
    let vm = processes.entry(Endpoint.vm.slot)
    guard mayCallAtOnce(vm, .vmControl), let entry = processes.entry(of: endpoint),
      entry.process.rts == .pageFault
    else { return clearPageFaultTheLongWay(endpoint) }
    let parameter = VMControl.clearPageFault.rawValue
    recorder.storeKernelCall(
      KernelCallNumber.vmControl.messageType, UInt32(bitPattern: endpoint.rawValue),
      UInt32(bitPattern: parameter), by: .vm)
    vm.process.statistics.kernelCalls &+= 1
    counters.vmControls[Int(parameter)] &+= 1
    processes.wake(entry, from: .pageFault)
  }

  /// SYS_MEMSET of a page with zeros by resident VM.
  @inline(__always)
  public func zeroPage(_ frame: PhysicalAddress) {
    recorder.makeRoom()
    let vm = processes.entry(Endpoint.vm.slot)
    guard mayCallAtOnce(vm, .memset), memory.zeroPage(frame) else {
      return zeroPageTheLongWay(frame)
    }
    recorder.storeKernelCall(
      KernelCallNumber.memset.messageType, 0, 0, 0, AddressSpaceLayout.pageByteCount, 0,
      frame.rawValue, by: .vm)
    vm.process.statistics.kernelCalls &+= 1
    counters.kernelCalls[Int(KernelCallNumber.memset.rawValue)] &+= 1
  }

  @inline(__always)
  private func mayCallAtOnce(_ vm: ProcessEntry, _ call: KernelCallNumber) -> Bool {
    mayTakeShortWays && vm.process.isResident && vm.process.rts.isEmpty
      && vm.process.endpoint == .vm
      && privileges[vm.process.privilege].allowsKernelCall(call.rawValue)
  }

  @inline(never)
  private func clearPageFaultTheLongWay(_ endpoint: Endpoint) {
    var request = Message(.clearPageFault, who: endpoint)
    kernelCall(&request, from: .vm)
  }

  @inline(never)
  private func zeroPageTheLongWay(_ frame: PhysicalAddress) {
    var request = Message(
      zeroing: frame.rawValue, byteCount: AddressSpaceLayout.pageByteCount)
    kernelCall(&request, from: .vm)
  }

  /// RECEIVE from anyone by a resident server that has nothing to get yet.
  ///
  /// - Returns: false if it is another case, and then nothing has changed.
  @inline(__always)
  func waitsAtOnce(_ server: ProcessEntry) -> Bool {
    guard mayTakeShortWays, server.process.rts.isEmpty, server.process.callerQueueHead == .none,
      server.process.misc.isDisjoint(with: [.syscallTrace, .syscallDefer, .asyncMessage]),
      privileges[server.process.privilege].pendingNotifications == 0,
      privileges[server.process.privilege].trapMask.allows(.receive)
    else { return false }
    server.process.frame.ecx = IPCCall.receive.rawValue
    server.process.frame.eax = UInt32(bitPattern: ResultCode.ok.rawValue)
    server.process.frame.ebx = 0
    server.process.misc.remove(.replyPend)
    server.process.getFrom = .any
    processes.block(server, by: .receiving)
    return true
  }
}
