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
  func receive(
    _ caller: ProcessSlot, from source: Endpoint, into buffer: LinearAddress
  ) -> ResultCode {
    if !processes[caller].isResident {
      guard AddressSpaceLayout.isUserRange(buffer.rawValue, byteCount: 36) else { return .efault }
      processes[caller].deliverAddress = buffer
    }
    var peer = ProcessSlot.none
    if source != .any {
      guard let slot = processes.slot(of: source), !processes[slot].rts.contains(.noEndpoint)
      else { return .edeadsrcdst }
      peer = slot
    }
    if !processes[caller].rts.contains(.sending) {
      if !processes[caller].misc.contains(.replyPend),
        privileges[processes[caller].privilege].pendingNotifications != 0,
        takeNotification(caller, from: source)
      {
        return .ok
      }
      if processes[caller].misc.contains(.asyncMessage) {
        switch takeAsyncMessage(caller, from: source) {
        case .delivered: return .ok
        case .nothing: break
        case .fault(let fault):
          if suspendReceive(caller, on: fault) {
            block(caller, receivingFrom: source)
            return .ok
          }
        }
      }
      let sender = firstSender(to: caller, from: peer)
      if sender != .none {
        takeQueuedMessage(caller, from: sender)
        return .ok
      }
    }
    if source != .any, closesCycle(.receive, caller: caller, peer: source) { return .elocked }
    block(caller, receivingFrom: source)
    return .ok
  }

  @inline(__always)
  private func block(_ caller: ProcessSlot, receivingFrom source: Endpoint) {
    processes[caller].getFrom = source
    processes.set(.receiving, on: caller)
  }

  /// Delivers the pending notification of the lowest privilege id that the receiver accepts.
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
  private func firstSender(to receiver: ProcessSlot, from peer: ProcessSlot) -> ProcessSlot {
    guard peer != .none else { return processes[receiver].callerQueueHead }
    return processes[peer].isSending(to: processes[receiver].endpoint) ? peer : .none
  }
}
