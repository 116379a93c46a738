import I386
import Machine
import MinixABI

extension Kernel {
  /// `do_ipc` for a process whose registers hold the call: ECX the number, EAX the peer, EBX the
  /// message. The result goes to EAX; a call that must wait for VM is made again later.
  ///
  /// Source: minix `kernel/proc.c`; ABI 3.1 and 3.4.
  func makeIPCCall(_ caller: ProcessSlot) {
    if !processes[caller].misc.isDisjoint(with: [.syscallTrace, .syscallDefer]),
      postponesTracedCall(caller)
    {
      return
    }
    let (number, word) = (processes[caller].frame.ecx, processes[caller].frame.eax)
    let buffer = LinearAddress(processes[caller].frame.ebx)
    let peer = Endpoint(rawValue: Int32(bitPattern: word))
    guard let call = IPCCall(rawValue: number) else {
      return setResult(.ebadcall, of: caller)
    }
    if let refusal = refusal(of: call, by: caller, to: peer) {
      if call == .receive { processes[caller].frame.ebx = 0 }
      return setResult(refusal, of: caller)
    }
    let outcome: IPCOutcome =
      switch call {
      case .send: send(caller, to: peer, from: .process(buffer), isBlocking: true)
      case .sendnb: send(caller, to: peer, from: .process(buffer), isBlocking: false)
      case .receive: receiveCall(caller, from: peer, into: buffer)
      case .sendrec: sendReceive(caller, with: peer, buffer: buffer)
      case .notify: .result(notify(from: caller, to: peer))
      case .senda: sendAsynchronously(caller, table: buffer, count: word)
      }
    if case .result(let code) = outcome { setResult(code, of: caller) }
  }

  /// The tests that every call passes, in MINIX's order.
  @inline(__always)
  private func refusal(
    of call: IPCCall, by caller: ProcessSlot, to peer: Endpoint
  ) -> ResultCode? {
    let id = processes[caller].privilege
    if call == .senda {
      if processes[caller].frame.eax > AsyncMessageLayout.maximumCount { return .edom }
      return privileges[id].flags.contains(.systemProcess) ? nil : .eperm
    }
    if peer == .any {
      if call != .receive { return .einval }
    } else {
      guard let destination = processes.slot(of: peer) else { return .edeadsrcdst }
      let mayReach = privileges[id].ipcTo & processes[destination].privilege.bit != 0
      if call != .receive, !mayReach { return .ecalldenied }
    }
    guard privileges[id].trapMask.allows(call) else { return .etrapdenied }
    if call != .sendrec, call != .receive, peer.slot.isKernelTask { return .etrapdenied }
    return nil
  }

  /// RECEIVE: forgets an unfinished SENDREC and clears the status before anything else.
  @inline(__always)
  private func receiveCall(
    _ caller: ProcessSlot, from source: Endpoint, into buffer: LinearAddress
  ) -> IPCOutcome {
    processes[caller].misc.remove(.replyPend)
    processes[caller].frame.ebx = 0
    return .result(receive(caller, from: source, into: buffer))
  }

  /// SENDREC: the send half, then, unless it failed, the receive half on the same buffer and peer.
  @inline(__always)
  private func sendReceive(
    _ caller: ProcessSlot, with peer: Endpoint, buffer: LinearAddress
  ) -> IPCOutcome {
    processes[caller].misc.insert(.replyPend)
    let sent = send(caller, to: peer, from: .process(buffer), isBlocking: true)
    guard case .result(.ok) = sent else { return sent }
    return .result(receive(caller, from: peer, into: buffer))
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
