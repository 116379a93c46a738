import I386
import MinixABI

extension Process {
  @inline(__always)
  fileprivate func isSending(to receiver: Endpoint) -> Bool {
    rts.contains(.sending) && sendTo == receiver
  }
}

extension Kernel {
  /// `mini_receive`: takes a message that waits, or blocks until one comes.
  ///
  /// What waits is taken in this order: notifications, asynchronous messages, then queued senders,
  /// first come first served.
  /// Page-fault messages are ordinary queued senders.
  ///
  /// Source: minix `kernel/proc.c`, `mini_receive`; ABI 3.7.
  ///
  /// - Parameters:
  ///   - receiver: who calls.
  ///   - peer: whom it wants to hear, a living process; none for anyone.
  ///   - buffer: where a message is to go.
  @inline(__always)
  func receive(
    _ receiver: ProcessEntry, from peer: ProcessSlot, into buffer: LinearAddress
  ) -> ResultCode {
    let caller = receiver.process.slot
    if !receiver.process.isResident {
      guard AddressSpaceLayout.isUserRange(buffer.rawValue, byteCount: 36) else { return .efault }
      receiver.process.deliverAddress = buffer
    }
    var source = Endpoint.any
    if peer != .none {
      if processes[peer].rts.contains(.noEndpoint) { return .edeadsrcdst }
      source = processes[peer].endpoint
    }
    if !receiver.process.rts.contains(.sending) {
      if !receiver.process.misc.contains(.replyPend),
        privileges[receiver.process.privilege].pendingNotifications != 0,
        takeNotification(caller, from: source)
      {
        return .ok
      }
      if receiver.process.misc.contains(.asyncMessage) {
        switch takeAsyncMessage(caller, from: source) {
        case .delivered: return .ok
        case .nothing: break
        case .fault(let fault):
          if suspendReceive(caller, on: fault) {
            block(receiver, receivingFrom: source)
            return .ok
          }
        }
      }
      let sender = firstSender(to: receiver, from: peer)
      if sender != .none {
        takeQueuedMessage(caller, from: sender)
        return .ok
      }
    }
    if peer != .none, closesCycle(.receive, caller: caller, peer: source) { return .elocked }
    block(receiver, receivingFrom: source)
    return .ok
  }

  /// The same for an endpoint, or anyone.
  func receive(
    _ caller: ProcessSlot, from source: Endpoint, into buffer: LinearAddress
  ) -> ResultCode {
    var peer = ProcessSlot.none
    if source != .any {
      guard let slot = processes.slot(of: source) else { return .edeadsrcdst }
      peer = slot
    }
    return receive(caller, from: peer, into: buffer)
  }

  func receive(
    _ caller: ProcessSlot, from peer: ProcessSlot, into buffer: LinearAddress
  ) -> ResultCode {
    receive(processes.entry(caller), from: peer, into: buffer)
  }

  @inline(__always)
  private func block(_ receiver: ProcessEntry, receivingFrom source: Endpoint) {
    receiver.process.getFrom = source
    processes.set(.receiving, on: receiver)
  }

  /// Delivers the pending notification of the lowest privilege id that the receiver accepts.
  @inline(never)
  private func takeNotification(_ caller: ProcessSlot, from source: Endpoint) -> Bool {
    var pending = privileges[processes[caller].privilege].pendingNotifications
    while pending != 0 {
      let id = PrivilegeID(rawValue: Int8(pending.trailingZeroBitCount))
      pending &= ~id.bit
      let sender = privileges[id].owner
      guard sender != .none, source == .any || processes[sender].endpoint == source else {
        continue
      }
      privileges[processes[caller].privilege].pendingNotifications &= ~id.bit
      deliverNotification(from: sender, to: caller)
      return true
    }
    return false
  }

  /// Takes a queued sender's message and lets the sender go on.
  @inline(never)
  private func takeQueuedMessage(_ caller: ProcessSlot, from sender: ProcessSlot) {
    let fromKernel = processes[sender].misc.contains(.sendingFromKernel)
    let call: IPCCall = processes[sender].misc.contains(.replyPend) ? .sendrec : .send
    deliver(
      processes[sender].sendMessage, from: sender, to: caller,
      status: IPCStatus(call: call, fromKernel: fromKernel))
    endSending(sender, to: caller)
  }

  /// The first in a receiver's queue whose message it wants, or none. One that it names need not be
  /// searched for: its own flags say whether it waits here.
  ///
  /// - Parameter peer: the only one that it wants, or none for anyone.
  @inline(__always)
  private func firstSender(to receiver: ProcessEntry, from peer: ProcessSlot) -> ProcessSlot {
    guard peer != .none else { return receiver.process.callerQueueHead }
    return processes[peer].isSending(to: receiver.process.endpoint) ? peer : .none
  }
}
