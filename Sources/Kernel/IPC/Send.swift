import FlightRecorder
import I386
import Machine
import MinixABI

extension Kernel {
  /// `mini_send` to whoever has an endpoint.
  func send(
    _ caller: ProcessSlot, to destination: Endpoint, from source: MessageSource, isBlocking: Bool
  ) -> IPCOutcome {
    guard let receiver = processes.entry(of: destination) else { return .result(.edeadsrcdst) }
    return send(processes.entry(caller), to: receiver, from: source, isBlocking: isBlocking)
  }

  /// `mini_send`: hands a message to a destination that waits for it, or queues the sender.
  ///
  /// Source: minix `kernel/proc.c`, `mini_send`; ABI 3.6.
  ///
  /// - Parameters:
  ///   - sender: for a kernel-made message the process that it speaks for.
  ///   - receiver: a living process.
  ///   - source: where the message lies.
  ///   - isBlocking: whether the sender waits if the destination does not.
  @inline(__always)
  func send(
    _ sender: ProcessEntry, to receiver: ProcessEntry, from source: MessageSource, isBlocking: Bool
  ) -> IPCOutcome {
    guard receiver.process.willReceive(from: sender.process.endpoint),
      !receiver.process.rts.contains(.noEndpoint)
    else { return waitToSend(sender, to: receiver, from: source, isBlocking: isBlocking) }
    var message = Message()
    if let failure = fetch(source, for: sender, into: &message) { return failure }
    let call: IPCCall =
      sender.process.misc.contains(.replyPend) ? .sendrec : isBlocking ? .send : .sendnb
    deliver(message, from: sender, to: receiver, status: status(call, source))
    processes.unset(.receiving, on: receiver)
    return .result(.ok)
  }

  /// The second half: nobody waits for the message.
  private func waitToSend(
    _ sender: ProcessEntry, to receiver: ProcessEntry, from source: MessageSource, isBlocking: Bool
  ) -> IPCOutcome {
    if receiver.process.rts.contains(.noEndpoint) { return .result(.edeadsrcdst) }
    guard isBlocking else { return .result(.enotready) }
    if closesCycle(.send, caller: sender.process.slot, peer: receiver.process.endpoint) {
      return .result(.elocked)
    }
    var message = Message()
    if let failure = fetch(source, for: sender, into: &message) { return failure }
    sender.process.sendMessage = message
    if case .kernel = source { sender.process.misc.insert(.sendingFromKernel) }
    sender.process.sendTo = receiver.process.endpoint
    processes.set(.sending, on: sender.process.slot)
    appendCaller(sender.process.slot, to: receiver.process.slot)
    return .result(.ok)
  }

  /// `WILLRECEIVE`.
  func willReceive(_ receiver: ProcessSlot, from sender: Endpoint) -> Bool {
    processes[receiver].willReceive(from: sender)
  }

  /// The door through which every message passes: counts it, records it, and leaves it to be copied
  /// when the receiver is next picked.
  func deliver(
    _ message: Message, from sender: ProcessSlot, to receiver: ProcessSlot, status: IPCStatus
  ) {
    deliver(
      message, from: processes.entry(sender), to: processes.entry(receiver), status: status)
  }

  /// The same, written out where it is called.
  @inline(__always)
  func deliver(
    _ message: Message, from sender: ProcessEntry, to receiver: ProcessEntry, status: IPCStatus
  ) {
    let isReply = receiver.process.accept(message, from: sender.process.endpoint, status)
    sender.process.statistics.messages &+= 1
    counters.countMessage(type: message.type, status: status, isReply: isReply)
    recorder.recordMessage(
      message, from: sender.process.endpoint, to: receiver.process.endpoint, status: status)
  }

  @inline(__always)
  private func status(_ call: IPCCall, _ source: MessageSource) -> IPCStatus {
    if case .kernel = source { return IPCStatus(call: call, fromKernel: true) }
    return IPCStatus(call: call)
  }

  /// - Returns: nil if the message is there now, else what becomes of the call.
  @inline(__always)
  private func fetch(
    _ source: MessageSource, for caller: ProcessEntry, into message: inout Message
  ) -> IPCOutcome? {
    let address: LinearAddress
    switch source {
    case .kernel(let made):
      message = made
      return nil
    case .process where caller.process.isResident:
      message = caller.process.sendMessage
      return nil
    case .process(let place): address = place
    }
    guard let fault = fetchMessage(of: caller.process.slot, at: address, into: &message) else {
      return nil
    }
    return suspendTrap(of: caller.process.slot, on: fault) ? .suspended : .result(.efault)
  }
}

extension Process {
  @inline(__always)
  fileprivate func willReceive(from sender: Endpoint) -> Bool {
    guard rts.contains(.receiving), !rts.contains(.sending) else { return false }
    return getFrom == .any || getFrom == sender
  }

  /// Takes a message, to be copied when the process is next picked.
  ///
  /// - Returns: whether it is the reply to the process's SENDREC, which has no status.
  @inline(__always)
  fileprivate mutating func accept(
    _ message: Message, from source: Endpoint, _ status: IPCStatus
  ) -> Bool {
    let isReply = misc.contains(.replyPend)
    take(message, from: source, isReply ? nil : status)
    return isReply
  }
}

// MARK: - The queue of senders

extension Kernel {
  /// Appends a blocked sender to a destination's queue (`p_caller_q`): first come, first served.
  func appendCaller(_ caller: ProcessSlot, to receiver: ProcessSlot) {
    processes[caller].queueLink = .none
    if processes[receiver].callerQueueHead == .none {
      processes[receiver].callerQueueHead = caller
    } else {
      let last = processes[receiver].callerQueueTail
      processes[last].queueLink = caller
      processes[caller].previousInQueue = last
    }
    processes[receiver].callerQueueTail = caller
  }

  /// A sender waits no longer, because its message was taken or because nobody will take it any
  /// more.
  func endSending(_ sender: ProcessSlot, to receiver: ProcessSlot) {
    removeCaller(sender, from: receiver)
    processes[sender].misc.remove(.sendingFromKernel)
    processes.unset(.sending, on: sender)
    raiseSendDelay(on: sender)
  }

  /// Takes a sender out of a destination's queue, wherever it stands in it, at the same cost.
  func removeCaller(_ caller: ProcessSlot, from receiver: ProcessSlot) {
    let (previous, next) = (processes[caller].previousInQueue, processes[caller].queueLink)
    guard previous != .none || processes[receiver].callerQueueHead == caller else { return }
    if previous == .none {
      processes[receiver].callerQueueHead = next
    } else {
      processes[previous].queueLink = next
    }
    if next == .none {
      processes[receiver].callerQueueTail = previous
    } else {
      processes[next].previousInQueue = previous
    }
    (processes[caller].previousInQueue, processes[caller].queueLink) = (.none, .none)
  }
}
