import Kernel
import MinixABI

/// The calls about signals. Source: POSIX sheet 2.1 and 2.4.
extension ProcessManager {
  /// SIGACTION: the old action goes out before the new one comes in.
  func setAction(_ request: Message, _ caller: ProcessSlot) {
    let signal = Signal(rawValue: request[int: 12])
    guard signal.rawValue > 0, signal.rawValue < Signal.count else {
      return answer(.einval, caller)
    }
    guard signal != .kill else { return answer(.ok, caller) }
    let endpoint = roster[caller].endpoint
    let old = roster[caller].signals.action(for: signal)
    let image = WordImage(words: [old.handler, old.mask, old.flags])
    copyOut(image.bytes, to: endpoint, unlessNull: request[word: 24]) { [self] result in
      let new = request[word: 20]
      guard result == .ok, new != 0 else { return answer(result, caller) }
      copyIn(SignalAction.byteCount, from: endpoint, at: new) { [self] bytes in
        switch bytes {
        case .failure(let error): answer(error, caller)
        case .success(let bytes):
          let image = WordImage(bytes)
          let mask = image[4] & ~SignalSets.unblockable
          roster[caller].signals.set(
            SignalAction(handler: image[0], mask: mask, flags: image[8]), for: signal)
          roster[caller].signals.trampoline = request[word: 28]
          answer(.ok, caller)
        }
      }
    }
  }

  /// SIGPROCMASK: what it unblocks is delivered before it returns.
  func changeMask(_ request: Message, _ caller: ProcessSlot) {
    let old = roster[caller].signals.mask
    let set = request[word: 20]
    guard let change = SignalMaskChange(rawValue: request[int: 8]) else {
      return answer(ResultCode.einval.rawValue, caller) { $0[word: 20] = old }
    }
    switch change {
    case .block: roster[caller].signals.mask = (old | set) & ~SignalSets.unblockable
    case .unblock: roster[caller].signals.mask = old & ~set
    case .set: roster[caller].signals.mask = set & ~SignalSets.unblockable
    case .inquire: break
    }
    deliverPending(caller)
    later { [self] in answer(0, caller) { $0[word: 20] = old } }
  }

  func suspend(_ request: Message, _ caller: ProcessSlot) {
    roster[caller].wait = .signalWithMask(saved: roster[caller].signals.mask)
    roster[caller].signals.mask = request[word: 20] & ~SignalSets.unblockable
    deliverPending(caller)
  }

  func pause(_ caller: ProcessSlot) {
    roster[caller].wait = .signal
  }

  func answerPending(_ caller: ProcessSlot) {
    answer(0, caller) { $0[word: 20] = roster[caller].signals.pending }
  }

  /// PROCSTAT: the caller's pending signals, which are not pending afterwards.
  func takePending(_ request: Message, _ caller: ProcessSlot) {
    guard request[endpoint: 8] == .itself else { return answer(.enosys, caller) }
    answerPending(caller)
    roster[caller].signals.pending = 0
  }

  /// SIGRETURN: a handler is done. The answer goes where the registers, now restored, don't look.
  func returnFromHandler(_ request: Message, _ caller: ProcessSlot) {
    roster[caller].signals.mask = request[word: 20] & ~SignalSets.unblockable
    callKernel(.signalReturn) {
      $0[endpoint: 8] = roster[caller].endpoint
      $0[int: 16] = request[int: 12]
      $0[word: 28] = request[word: 28]
    } then: { [self] reply in
      deliverPending(caller)
      later { [self] in answer(reply.type, caller) }
    }
  }

  /// KILL.
  func kill(_ request: Message, _ caller: ProcessSlot) {
    let (pid, number) = (request[int: 8], request[int: 12])
    guard number >= 0, number < Signal.count else { return answer(.einval, caller) }
    let signal = Signal(rawValue: number)
    guard pid != 1 || signal != .kill else { return answer(.einval, caller) }
    let targets = targets(of: pid, signal, caller)
    let permitted = targets.filter { maySend(signal, to: $0, caller) }
    guard !permitted.isEmpty else { return answer(targets.isEmpty ? .esrch : .eperm, caller) }
    if number != 0 {
      for target in permitted { raise(signal, on: target) }
    }
    // Whoever signals himself has run his handler before he goes on.
    later { [self] in answer(.ok, caller) }
  }

  private func targets(of pid: Int32, _ signal: Signal, _ caller: ProcessSlot) -> [ProcessSlot] {
    let group = roster[caller].identity.processGroup
    switch pid {
    case 1...: return roster.slot(ofPID: pid).map { [$0] } ?? []
    case 0: return roster.occupied.filter { roster[$0].identity.processGroup == group }
    case -1:
      return roster.occupied.filter {
        roster[$0].pid > 1 && (signal != .kill || roster[$0].kind == .user)
      }
    default:
      return roster.occupied.filter {
        Int64(roster[$0].identity.processGroup) == -Int64(pid)
      }
    }
  }

  private func maySend(_ signal: Signal, to target: ProcessSlot, _ caller: ProcessSlot) -> Bool {
    if roster[target].kind != .user, signal.rawValue != 0, SignalSets.lethal & signal.bit != 0 {
      return false
    }
    return roster[caller].identity.maySignal(roster[target].identity)
  }
}
