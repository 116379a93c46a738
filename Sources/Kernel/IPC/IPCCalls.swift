import I386
import Machine
import MinixABI

extension Kernel {
  /// `do_ipc` for a process whose registers hold the call: ECX the number, EAX the peer, EBX the
  /// message. The result goes to EAX; a call that must wait for VM is made again later.
  ///
  /// Source: minix `kernel/proc.c`; ABI 3.1 and 3.4.
  func makeIPCCall(_ caller: ProcessSlot) {
    let entry = processes.entry(caller)
    if !entry.process.misc.isDisjoint(with: [.syscallTrace, .syscallDefer]),
      postponesTracedCall(caller)
    {
      return
    }
    guard let call = IPCCall(rawValue: entry.process.frame.ecx) else {
      return setResult(.ebadcall, of: caller)
    }
    makeIPCCall(call, entry)
  }

  /// The same, when the call is known and nobody traces it.
  @inline(__always)
  func makeIPCCall(_ call: IPCCall, _ caller: ProcessEntry) {
    let buffer = LinearAddress(caller.process.frame.ebx)
    var peer = ProcessSlot.none
    if let refusal = refusal(of: call, by: caller, &peer) {
      if call == .receive { caller.process.frame.ebx = 0 }
      return setResult(refusal, of: caller)
    }
    let outcome: IPCOutcome =
      switch call {
      case .send: send(caller, to: peer, from: buffer, isBlocking: true)
      case .sendnb: send(caller, to: peer, from: buffer, isBlocking: false)
      case .receive: receiveCall(caller, from: peer, into: buffer)
      case .sendrec: sendReceive(caller, with: peer, buffer: buffer)
      case .notify: .result(notify(from: caller.process.slot, to: peer))
      case .senda:
        sendAsynchronously(caller.process.slot, table: buffer, count: caller.process.frame.eax)
      }
    if case .result(let code) = outcome { setResult(code, of: caller) }
  }

  /// The tests that every call passes, in MINIX's order.
  ///
  /// - Parameter peer: becomes the slot of the process that EAX names, which lives; it stays none for
  ///   anyone.
  @inline(__always)
  private func refusal(
    of call: IPCCall, by caller: ProcessEntry, _ peer: inout ProcessSlot
  ) -> ResultCode? {
    let (word, id) = (caller.process.frame.eax, caller.process.privilege)
    if call == .senda {
      if word > AsyncMessageLayout.maximumCount { return .edom }
      return privileges[id].flags.contains(.systemProcess) ? nil : .eperm
    }
    let endpoint = Endpoint(rawValue: Int32(bitPattern: word))
    if endpoint == .any {
      if call != .receive { return .einval }
    } else {
      guard let slot = processes.slot(of: endpoint) else { return .edeadsrcdst }
      peer = slot
      let mayReach = privileges[id].ipcTo & processes[slot].privilege.bit != 0
      if call != .receive, !mayReach { return .ecalldenied }
    }
    guard privileges[id].trapMask.allows(call) else { return .etrapdenied }
    if call != .sendrec, call != .receive, peer.isKernelTask { return .etrapdenied }
    return nil
  }

  /// SEND and SENDNB, and SENDREC's first half.
  private func send(
    _ caller: ProcessEntry, to peer: ProcessSlot, from buffer: LinearAddress, isBlocking: Bool
  ) -> IPCOutcome {
    send(caller, to: processes.entry(peer), from: .process(buffer), isBlocking: isBlocking)
  }

  /// RECEIVE: forgets an unfinished SENDREC and clears the status before anything else.
  @inline(__always)
  private func receiveCall(
    _ caller: ProcessEntry, from peer: ProcessSlot, into buffer: LinearAddress
  ) -> IPCOutcome {
    caller.process.misc.remove(.replyPend)
    caller.process.frame.ebx = 0
    return .result(receive(caller, from: peer, into: buffer))
  }

  /// SENDREC: the send half, then, unless it failed, the receive half on the same buffer and peer.
  @inline(__always)
  private func sendReceive(
    _ caller: ProcessEntry, with peer: ProcessSlot, buffer: LinearAddress
  ) -> IPCOutcome {
    caller.process.misc.insert(.replyPend)
    let sent = send(caller, to: peer, from: buffer, isBlocking: true)
    guard case .result(.ok) = sent else { return sent }
    return .result(receive(caller.process.slot, from: peer, into: buffer))
  }

  @inline(__always)
  private func setResult(_ result: ResultCode, of entry: ProcessEntry) {
    entry.process.frame.eax = UInt32(bitPattern: result.rawValue)
  }

  @inline(__always)
  func setResult(_ result: ResultCode, of slot: ProcessSlot) {
    processes[slot].frame.eax = UInt32(bitPattern: result.rawValue)
  }
}

/// What became of an IPC call.
enum IPCOutcome {
  /// EAX gets this; a caller that blocks has OK there until somebody unblocks it abnormally.
  case result(ResultCode)
  /// The message lies in memory that VM must make accessible; the whole trap is made again.
  case suspended
}

/// Where a message to be sent lies.
enum MessageSource {
  /// In the sending process: at an address of ring 3, or where a resident server left it.
  case process(LinearAddress)
  /// In the kernel, which sends on the process's behalf.
  case kernel(Message)
}
