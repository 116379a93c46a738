import Kernel
import MinixABI

/// What becomes of a signal. Source: POSIX sheet 2.4.
extension ProcessManager {
  /// A signal, when it is its turn.
  ///
  /// - Parameter isFromKernel: whether the kernel has raised it; exceptions can't be put off.
  func raise(_ signal: Signal, on slot: ProcessSlot, isFromKernel: Bool = false) {
    guard roster[slot].isLiving, roster[slot].kind != .resident else { return }
    let endpoint = roster[slot].endpoint
    later { [self] in
      guard roster.slot(of: endpoint) != nil, roster[slot].isLiving else { return }
      decide(signal, on: slot, isFromKernel)
    }
  }

  private func decide(_ signal: Signal, on slot: ProcessSlot, _ isFromKernel: Bool) {
    let signals = roster[slot].signals
    let isException = isFromKernel && SignalSets.exceptions & signal.bit != 0
    if signals.ignored & signal.bit != 0 {
      if isException { end(slot, .signal(signal)) }
      return
    }
    if signals.mask & signal.bit != 0 {
      if isException { return end(slot, .signal(signal)) }
      roster[slot].signals.pending |= signal.bit
      return
    }
    if signals.caught & signal.bit != 0 { return runHandler(of: signal, in: slot) }
    guard SignalSets.ignoredByDefault & signal.bit == 0 else { return }
    // A server gets such a signal as a message, and ours take none.
    if !isFromKernel, roster[slot].kind == .server, signal != .kill { return }
    end(slot, .signal(signal))
  }

  /// Stops the process and lets it run its handler next. One that is sending is left to make its call
  /// first: the kernel says when it has done so.
  private func runHandler(of signal: Signal, in slot: ProcessSlot) {
    let endpoint = roster[slot].endpoint
    if !roster[slot].signals.isDelayed {
      let stopped = callKernel(.runControl) {
        $0[endpoint: 8] = endpoint
        $0[int: 16] = 1
      }
      roster[slot].signals.isDelayed = stopped.type == ResultCode.ebusy.rawValue
    }
    guard !roster[slot].signals.isDelayed else {
      roster[slot].signals.pending |= signal.bit
      return
    }
    callVM(.pushSignal) {
      $0[endpoint: 8] = endpoint
    } then: { [self] reply in
      guard reply.type == 0 else { return end(slot, .signal(signal)) }
      pushFrame(of: signal, below: reply[word: 20], in: slot)
    }
  }

  /// SYS_SIGSEND. A stack that can't take the frame is the process's end.
  ///
  /// The frame goes below a multiple of 16, as compilers of today want it.
  private func pushFrame(of signal: Signal, below stackPointer: UInt32, in slot: ProcessSlot) {
    let signals = roster[slot].signals
    var mask = signals.mask
    if case .signalWithMask(let saved) = roster[slot].wait { mask = saved }
    let place = memory.store([
      UInt32(signal.rawValue), mask, signals.action(for: signal).handler, signals.trampoline,
      stackPointer & ~15,
    ])
    callKernel(.signalSend) {
      $0[endpoint: 8] = roster[slot].endpoint
      $0[word: 28] = place
    } then: { [self] reply in
      guard reply.type == 0 else { return end(slot, .signal(signal)) }
      handlerBegins(signal, in: slot)
    }
  }

  private func handlerBegins(_ signal: Signal, in slot: ProcessSlot) {
    let action = roster[slot].signals.action(for: signal)
    roster[slot].signals.mask |= action.mask | signal.bit
    if action.flags & SignalAction.noDefer != 0 { roster[slot].signals.mask &= ~signal.bit }
    roster[slot].signals.mask &= ~SignalSets.unblockable
    if action.flags & SignalAction.resetHandler != 0 {
      roster[slot].signals.set(
        SignalAction(mask: action.mask, flags: action.flags), for: signal)
    }
    if roster[slot].wait != .none {
      roster[slot].wait = .none
      answer(.eintr, slot)
    }
    callKernel(.runControl) {
      $0[endpoint: 8] = roster[slot].endpoint
      $0[int: 12] = 1
    }
  }

  /// Looks at the pending signals again, because the mask has changed or the process has made its call.
  func deliverPending(_ slot: ProcessSlot) {
    for number in 1..<Signal.count {
      let signal = Signal(rawValue: number)
      guard roster[slot].signals.deliverable & signal.bit != 0 else { continue }
      let endpoint = roster[slot].endpoint
      later { [self] in
        guard roster.slot(of: endpoint) != nil, roster[slot].isLiving,
          roster[slot].signals.deliverable & signal.bit != 0
        else { return }
        roster[slot].signals.pending &= ~signal.bit
        decide(signal, on: slot, false)
      }
    }
  }
}

// MARK: - The kernel's signals

extension ProcessManager {
  /// SIGKSIG: fetches every process's signals, one process after the other. It can't run on before its
  /// signals have been dealt with.
  func fetchSignals() {
    let found = callKernel(.getKernelSignal)
    let victim = found[endpoint: 8]
    guard victim != .none else { return }
    if let slot = roster.slot(of: victim) {
      for number in 1...Signal.sendDelay.rawValue where found[word: 20] >> UInt32(number) & 1 != 0 {
        take(Signal(rawValue: number), on: slot)
      }
    }
    later { [self] in
      callKernel(.endKernelSignal) { $0[endpoint: 8] = victim }
      fetchSignals()
    }
  }

  private func take(_ signal: Signal, on slot: ProcessSlot) {
    if signal == .sendDelay {
      roster[slot].signals.isDelayed = false
      return deliverPending(slot)
    }
    if signal == .virtualAlarm || signal == .profile { restartTimer(signal, of: slot) }
    guard SignalSets.forGroup & signal.bit != 0 else {
      return raise(signal, on: slot, isFromKernel: true)
    }
    let group = roster[slot].identity.processGroup
    for member in Array(roster.occupied)
    where member == slot || group != 0 && roster[member].identity.processGroup == group {
      raise(signal, on: member, isFromKernel: true)
    }
  }
}
