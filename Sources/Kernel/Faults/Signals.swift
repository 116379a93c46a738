import FlightRecorder
import MinixABI

extension Kernel {
  /// `cause_sig`: raises a signal on a process by way of its signal manager.
  ///
  /// The process stays unrunnable (RTS_SIGNALED | RTS_SIG_PENDING) until the manager has fetched the
  /// signal with SYS_GETKSIG and ended its work with SYS_ENDKSIG.
  ///
  /// Source: minix `kernel/system.c`, `cause_sig`; ABI 8.6.
  func raise(_ signal: Signal, on slot: ProcessSlot) {
    if Self.lethal & signal.bit != 0 { entrustToPM(slot) }
    guard !isEndOfSystem(signal, on: slot) else {
      failure = .serverDied(process: processes[slot].name.text, signal: signal)
      processes.set(.procStop, on: slot)
      return
    }
    let manager = signalManager(of: slot)
    if processes[slot].endpoint == manager {
      privileges[processes[slot].privilege].pendingSignals |= signal.bit
      return sendSystemSignal(delivery.signals.signalForManager, to: manager)
    }
    guard processes[slot].pendingSignals & signal.bit == 0 else { return }
    processes[slot].pendingSignals |= signal.bit
    counters.count(.signals, Int(signal.rawValue & 31))
    recorder.recordSignal(signal, on: processes[slot].endpoint)
    if Self.lethal & signal.bit != 0 { recordFatalTrap(of: slot, signal) }
    guard !processes[slot].rts.contains(.signaled) else { return }
    processes.set([.signaled, .sigPending], on: slot)
    sendSystemSignal(delivery.signals.processSignal, to: manager)
  }

  /// SIGSNDELAY, for a manager who wanted to stop a process in the middle of a call (RC_DELAY): as
  /// soon as it has been made and the message is taken.
  func raiseSendDelay(on slot: ProcessSlot) {
    guard processes[slot].misc.contains(.signalDelay), !processes[slot].rts.contains(.sending),
      !processes[slot].isRepeatingIPCCall
    else { return }
    processes[slot].misc.remove(.signalDelay)
    raise(.sendDelay, on: slot)
  }

  /// A service that manages its own signals cannot see itself die. MINIX panics; here the system goes
  /// on without it, as long as it is none of the boot image (ABI 13.19).
  private func entrustToPM(_ slot: ProcessSlot) {
    guard processes[slot].endpoint.generation > 0,
      signalManager(of: slot) == processes[slot].endpoint
    else { return }
    privileges[processes[slot].privilege].signalManager = .pm
  }

  /// Whether the system can't go on after a signal: VM cannot be asked to resolve its own end, and a
  /// process that manages its own signals cannot see itself die. MINIX panics.
  func isEndOfSystem(_ signal: Signal, on slot: ProcessSlot) -> Bool {
    let endpoint = processes[slot].endpoint
    return Self.lethal & signal.bit != 0 && endpoint.generation == 0
      && (endpoint == .vm || endpoint == signalManager(of: slot))
  }

  /// Who manages a process's signals; SELF stands for the process itself.
  func signalManager(of slot: ProcessSlot) -> Endpoint {
    let manager = privileges[processes[slot].privilege].signalManager
    return manager == .itself ? processes[slot].endpoint : manager
  }

  /// Signals that a process cannot survive managing itself.
  private static var lethal: UInt32 {
    Signal.illegal.bit | Signal.bus.bit | Signal.floatingPoint.bit | Signal.segmentation.bit
      | Signal.emulator.bit | Signal.abort.bit
  }
}
