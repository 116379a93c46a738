import FlightRecorder
import I386
import Machine
import MinixABI

/// SEND, SENDREC and RECEIVE of ring 3 where nobody but the two has to do with it.
extension Kernel {
  /// - Returns: false if it is another case, and then nothing has changed.
  @_transparent
  func callsAtOnce(_ caller: ProcessEntry) -> Bool {
    let hindrances: MiscFlags = [.syscallTrace, .syscallDefer, .asyncMessage]
    guard caller.process.misc.isDisjoint(with: hindrances) else { return false }
    switch caller.process.frame.ecx {
    case IPCCall.sendrec.rawValue: return sendsAtOnce(caller, .sendrec)
    case IPCCall.send.rawValue: return sendsAtOnce(caller, .send)
    case IPCCall.receive.rawValue: return receivesAtOnce(caller)
    default: return false
    }
  }

  /// A message to somebody who waits for it, and for nothing else; SENDREC then waits for the answer.
  @_transparent
  private func sendsAtOnce(_ caller: ProcessEntry, _ call: IPCCall) -> Bool {
    let buffer = LinearAddress(caller.process.frame.ebx)
    let peer = Endpoint(rawValue: Int32(bitPattern: caller.process.frame.eax))
    guard let receiver = processes.entry(of: peer), receiver.process.rts == .receiving,
      receiver.process.getFrom == .any || receiver.process.getFrom == caller.process.endpoint,
      mayMake(call, caller, to: receiver)
    else { return false }
    guard let message = tables.fetchMessage(at: buffer, in: caller.process.directory) else {
      return false
    }
    caller.process.watchdog.reset()
    caller.process.frame.eax = UInt32(bitPattern: ResultCode.ok.rawValue)
    if call == .sendrec { caller.process.misc.insert(.replyPend) }

    let isReply = receiver.process.misc.contains(.replyPend)
    let status = IPCStatus(call: caller.process.misc.contains(.replyPend) ? .sendrec : .send)
    receiver.process.take(message, from: caller.process.endpoint, isReply ? nil : status)
    caller.process.statistics.messages &+= 1
    counters.countMessage(type: message.type, status: status, isReply: isReply)
    recorder.storeMessage(
      message, from: caller.process.endpoint, to: receiver.process.endpoint, status: status)
    processes.wake(receiver, from: .receiving)
    if call == .sendrec { wait(caller, for: receiver.process.endpoint, buffer) }
    return true
  }

  /// The tests that every call passes, of which a failed one has an answer of its own.
  @inline(__always)
  private func mayMake(_ call: IPCCall, _ caller: ProcessEntry, to receiver: ProcessEntry) -> Bool {
    let privilege = caller.process.privilege
    return privileges[privilege].trapMask.allows(call)
      && privileges[privilege].ipcTo & receiver.process.privilege.bit != 0
      && (call == .sendrec || !receiver.process.slot.isKernelTask)
  }

  /// RECEIVE when there is nothing to be had yet.
  @inline(__always)
  private func receivesAtOnce(_ caller: ProcessEntry) -> Bool {
    let buffer = LinearAddress(caller.process.frame.ebx)
    let source = Endpoint(rawValue: Int32(bitPattern: caller.process.frame.eax))
    guard AddressSpaceLayout.isUserRange(buffer.rawValue, byteCount: 36),
      privileges[caller.process.privilege].trapMask.allows(.receive),
      privileges[caller.process.privilege].pendingNotifications == 0
    else { return false }
    if source == .any {
      guard caller.process.callerQueueHead == .none else { return false }
    } else {
      // Whoever runs, or could, sends nothing and waits for nobody.
      guard let peer = processes.entry(of: source), peer.process.rts.isEmpty else { return false }
    }
    caller.process.watchdog.reset()
    caller.process.frame.eax = UInt32(bitPattern: ResultCode.ok.rawValue)
    caller.process.misc.remove(.replyPend)
    caller.process.frame.ebx = 0
    wait(caller, for: source, buffer)
    return true
  }

  @inline(__always)
  private func wait(_ caller: ProcessEntry, for source: Endpoint, _ buffer: LinearAddress) {
    caller.process.deliverAddress = buffer
    caller.process.getFrom = source
    processes.block(caller, by: .receiving)
  }
}
