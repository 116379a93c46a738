import MinixABI

extension Kernel {
  /// `mini_notify`: delivers at once to a process that waits, else sets the sender's bit there. It
  /// never blocks, and repeated notifications collapse.
  ///
  /// Source: minix `kernel/proc.c`, `mini_notify`; ABI 3.9.
  func notify(from caller: ProcessSlot, to receiver: ProcessSlot) -> ResultCode {
    if willReceive(receiver, from: processes[caller].endpoint),
      !processes[receiver].misc.contains(.replyPend)
    {
      deliverNotification(from: caller, to: receiver)
      processes.unset(.receiving, on: receiver)
    } else {
      privileges[processes[receiver].privilege].pendingNotifications |=
        processes[caller].privilege.bit
    }
    return .ok
  }

  /// Builds the message at the moment of its delivery and delivers it.
  func deliverNotification(from sender: ProcessSlot, to receiver: ProcessSlot) {
    var message = Message(type: Notification.type(from: sender))
    let id = processes[receiver].privilege
    if sender == Endpoint.system.slot {
      message.notifyArgument = privileges[id].pendingSignals
      privileges[id].pendingSignals = 0
    } else if sender == Endpoint.kernel.slot {
      message.notifyArgument = privileges[id].pendingInterrupts
      privileges[id].pendingInterrupts = 0
    }
    message.notifyTimestamp = uptime
    deliver(message, from: sender, to: receiver, status: IPCStatus(call: .notify))
  }

  /// `send_sig`: a signal to a system process, as a bit that a notification from SYSTEM carries.
  func sendSystemSignal(_ signal: Signal, to endpoint: Endpoint) {
    guard let slot = processes.slot(of: endpoint) else { return }
    privileges[processes[slot].privilege].pendingSignals |= signal.bit
    _ = notify(from: Endpoint.system.slot, to: slot)
  }
}
