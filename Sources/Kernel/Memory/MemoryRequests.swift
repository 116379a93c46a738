import I386
import Machine
import MinixABI

/// Memory requests: the kernel needs memory that is absent or read-only, asks VM for it, and takes
/// up the suspended operation when VM has answered.
///
/// Source: minix `kernel/system.c`, `vm_suspend`; ABI 7, read by 13.2, 13.8, 13.9 and 13.12.
extension Kernel {
  /// Suspends a trap whose message could not be fetched, if VM may be able to help.
  ///
  /// - Returns: false where it can't: the address is no user's, or the process is VM.
  func suspendTrap(of slot: ProcessSlot, on fault: MemoryFault) -> Bool {
    guard mayHelp(fault) else { return false }
    suspend(slot, on: fault, kind: .trap)
    return true
  }

  /// Whether the range is one that VM can know: a user range of a process that VM serves.
  func mayHelp(_ fault: MemoryFault) -> Bool {
    AddressSpaceLayout.isUserRange(fault.start.rawValue, byteCount: fault.byteCount)
      && processes[fault.process].endpoint != .vm && !processes[fault.process].isResident
      && !fault.process.isKernelTask && processes.slot(of: .vm) != nil
  }

  /// `vm_suspend`: blocks the requestor, puts it at the front of the list, and wakes VM if the list
  /// was empty.
  func suspend(_ slot: ProcessSlot, on fault: MemoryFault, kind: MemoryRequest.Kind) {
    let former = processes[slot].request
    processes[slot].request.type = .check
    processes[slot].request.isReply = false
    processes[slot].request.target = processes[fault.process].endpoint
    processes[slot].request.start = fault.start
    processes[slot].request.byteCount = fault.byteCount
    processes[slot].request.isWrite = fault.isWrite
    processes[slot].request.refusal = fault.refusal
    processes[slot].request.repeats =
      processes[slot].request.isLike(former) ? former.repeats &+ 1 : 0
    enlist(slot, kind: kind)
  }

  /// Blocks a requestor whose request is filled in.
  func enlist(_ slot: ProcessSlot, kind: MemoryRequest.Kind) {
    processes.set(.vmRequest, on: slot)
    processes[slot].request.kind = kind
    processes[slot].request.next = memoryRequests
    let wasEmpty = memoryRequests == .none
    memoryRequests = slot
    if wasEmpty { sendSystemSignal(delivery.signals.memory, to: .vm) }
  }

  /// Takes up what was suspended, now that VM has answered. With a negative answer the call fails:
  /// ENOMEM if VM said so, else what the call answers for memory that isn't there.
  func resumeAfterMemoryRequest(_ slot: ProcessSlot) {
    let request = processes[slot].request
    processes[slot].request.kind = .none
    takeUp(slot, request)
    // It has come further.
    if !processes[slot].rts.contains(.vmRequest) { processes[slot].request.settle() }
  }

  private func takeUp(_ slot: ProcessSlot, _ request: MemoryRequest) {
    let failed = request.isRefused
    let error: ResultCode = request.result == .enomem ? .enomem : request.refusal
    switch request.kind {
    case .none, .deliverMessage, .receive: return
    case .kernelCall where request.type != .check: finishMapping(slot, request)
    case .kernelCall where request.isReply:
      if !failed { storeReply(request.savedMessage, of: slot) }
    case .kernelCall:
      if failed {
        refuseKernelCall(slot, request.savedMessage, error)
      } else {
        var message = request.savedMessage
        let outcome = dispatch(&message, from: slot)
        finishKernelCall(slot, message, outcome)
      }
    case .trap:
      switch (processes[slot].frame.vector == UInt32(TrapVector.kernelCall), failed) {
      case (true, false): makeKernelCall(slot)
      case (true, true): failToFetchRequest(of: slot)
      case (false, false): makeIPCCall(slot)
      case (false, true): setResult(error, of: slot)
      }
      raiseSendDelay(on: slot)
    }
  }

  /// The same where it can nearly always be done.
  ///
  /// - Returns: false if this is another case, and then nothing has changed.
  @inline(__always)
  func delivers(to receiver: ProcessEntry) -> Bool {
    guard
      tables.put(
        receiver.process.deliverMessage, at: receiver.process.deliverAddress,
        in: receiver.process.directory)
    else { return false }
    receiver.process.endDelivery()
    return true
  }

  /// Copies the message that a process has received to its memory, before it runs.
  func deliverToMemory(_ slot: ProcessSlot) {
    if delivers(to: processes.entry(slot)) { return }
    let fault = storeMessage(
      processes[slot].deliverMessage, of: slot, at: processes[slot].deliverAddress)
    guard let fault else { return processes[slot].endDelivery() }
    let wasRefused =
      processes[slot].request.kind == .deliverMessage && processes[slot].request.isRefused
    guard !wasRefused, mayHelp(fault) else {
      // Nobody can take the message there: it is dropped, and the process hears of it.
      processes[slot].endDelivery()
      return raise(.segmentation, on: slot)
    }
    suspend(slot, on: fault, kind: .deliverMessage)
  }

  /// A process dies: its own request, and others' that are about it.
  func forgetMemoryRequest(of slot: ProcessSlot) {
    if unlistMemoryRequest(of: slot) { releaseTarget(of: processes[slot].request) }
    forgetMappings(of: slot)
  }

  /// Takes a requestor out of the list of requests.
  ///
  /// - Returns: whether it was there.
  @discardableResult
  func unlistMemoryRequest(of slot: ProcessSlot) -> Bool {
    var previous = ProcessSlot.none
    var candidate = memoryRequests
    while candidate != .none, candidate != slot {
      previous = candidate
      candidate = processes[candidate].request.next
    }
    guard candidate == slot else { return false }
    let next = processes[slot].request.next
    if previous == .none {
      memoryRequests = next
    } else {
      processes[previous].request.next = next
    }
    return true
  }
}

extension Process {
  /// Nothing is left to be delivered.
  @inline(__always)
  fileprivate mutating func endDelivery() {
    request.kind = .none
    request.settle()
    misc.remove(.deliverMessage)
  }
}
