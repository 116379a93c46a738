import MinixABI

/// What a process has said about signals, and which wait for it.
struct SignalState {
  /// Its actions by signal; none before the first SIGACTION.
  private var actions: [SignalAction] = []
  /// The signals with a handler, and those that are ignored.
  private(set) var caught: UInt32 = 0
  private(set) var ignored: UInt32 = 0
  /// The blocked signals, with all 32 bits as they were set.
  var mask: UInt32 = 0
  var pending: UInt32 = 0
  /// Where handlers return to, one for all of them.
  var trampoline: UInt32 = 0
  /// Whether PM wanted to stop the process while it was sending: SIGSNDELAY comes when it has done.
  var isDelayed = false

  func action(for signal: Signal) -> SignalAction {
    actions.isEmpty ? SignalAction() : actions[Int(signal.rawValue)]
  }

  mutating func set(_ action: SignalAction, for signal: Signal) {
    if actions.isEmpty {
      actions = Array(repeating: SignalAction(), count: Int(Signal.count))
    }
    actions[Int(signal.rawValue)] = action
    (caught, ignored) = (caught & ~signal.bit, ignored & ~signal.bit)
    switch action.handler {
    case SignalAction.defaultHandler: break
    case SignalAction.ignoringHandler:
      ignored |= signal.bit
      pending &= ~signal.bit
    default: caught |= signal.bit
    }
  }

  /// EXEC: nobody's handlers are left; what is ignored stays so.
  mutating func forgetHandlers() {
    for number in 1..<Signal.count {
      let signal = Signal(rawValue: number)
      guard caught & signal.bit != 0 else { continue }
      set(SignalAction(), for: signal)
    }
    for index in actions.indices { actions[index].mask = 0 }
  }

  /// The pending signals that nothing keeps back.
  var deliverable: UInt32 { pending & ~mask }
}
