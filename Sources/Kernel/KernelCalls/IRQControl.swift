import MinixABI

/// `irq_hook_t`: who wants to hear of an interrupt line, and how.
struct IRQHook: Equatable {
  var owner: Endpoint
  var line: Int32
  /// The bit in the notification's argument.
  var notifyID: Int32
  var policy: Int32
  /// Whether its owner has asked for the next interrupt, and it has not come yet.
  var isEnabled = false

  /// `IRQ_REENABLE`: the next interrupt may come before the owner has dealt with this one.
  var reenables: Bool { policy & 1 != 0 }

  /// `NR_IRQ_HOOKS`, `NR_IRQ_VECTORS`.
  static let capacity = 16
  static let lineCount: Int16 = 16
}

extension Kernel {
  /// SYS_IRQCTL: hooks for interrupts. There is no device yet that would interrupt; one that comes
  /// calls ``interrupt(_:)``.
  ///
  /// Source: minix `kernel/system/do_irqctl.c`; ABI 8.9.
  func irqControl(_ message: inout Message, _ caller: ProcessSlot) -> CallOutcome {
    switch IRQRequest(rawValue: message.irqRequest) {
    case .setPolicy: return setIRQPolicy(&message, caller)
    case .removePolicy:
      return withOwnHook(message, caller) { irqHooks[$0] = nil }
    case .enable:
      return withOwnHook(message, caller) { irqHooks[$0]?.isEnabled = true }
    case .disable:
      return withOwnHook(message, caller) { irqHooks[$0]?.isEnabled = false }
    case nil: return .reply(.einval)
    }
  }

  private func withOwnHook(
    _ message: Message, _ caller: ProcessSlot, _ change: (Int) -> Void
  ) -> CallOutcome {
    let index = Int(message.irqHookID) - 1
    guard irqHooks.indices.contains(index), let hook = irqHooks[index] else {
      return .reply(.einval)
    }
    guard hook.owner == processes[caller].endpoint else { return .reply(.eperm) }
    change(index)
    return .reply(.ok)
  }

  /// The caller's hook with the same bit is replaced; else a free one is taken.
  private func setIRQPolicy(_ message: inout Message, _ caller: ProcessSlot) -> CallOutcome {
    let line = message.irqLine
    guard line >= 0, line < IRQHook.lineCount else { return .reply(.einval) }
    let id = processes[caller].privilege
    if privileges[id].flags.contains(.checksIRQ),
      !resources[Int(id.rawValue)].irqs.contains(Int32(line))
    {
      return .reply(.eperm)
    }
    let notifyID = message.irqHookID
    guard notifyID >= 0, notifyID < 32 else { return .reply(.einval) }
    let owner = processes[caller].endpoint
    let own = irqHooks.firstIndex { $0?.owner == owner && $0?.notifyID == notifyID }
    guard let index = own ?? irqHooks.firstIndex(of: nil) else { return .reply(.enospc) }
    irqHooks[index] = IRQHook(
      owner: owner, line: Int32(line), notifyID: notifyID, policy: message.irqPolicy)
    message.irqHookID = Int32(index + 1)
    return .reply(.ok)
  }

  /// `generic_handler`: a device interrupts on a line. Each enabled hook's owner gets a notification
  /// from HARDWARE with the hook's bit; interrupts that come before it is received collect.
  ///
  /// Source: minix `kernel/system/do_irqctl.c`, `kernel/interrupt.c`; ABI 3.9 and 8.9.
  ///
  /// - Returns: whether anybody heard of it.
  @discardableResult
  public func interrupt(_ line: Int32) -> Bool {
    var isHeard = false
    for index in irqHooks.indices {
      guard let hook = irqHooks[index], hook.line == line, hook.isEnabled,
        let owner = processes.slot(of: hook.owner)
      else { continue }
      if !hook.reenables { irqHooks[index]?.isEnabled = false }
      privileges[processes[owner].privilege].pendingInterrupts |= 1 << UInt32(hook.notifyID)
      _ = notify(from: Endpoint.kernel.slot, to: owner)
      isHeard = true
    }
    return isHeard
  }

  /// Takes away a dying process's hooks.
  func releaseIRQHooks(of endpoint: Endpoint) {
    for index in irqHooks.indices where irqHooks[index]?.owner == endpoint {
      irqHooks[index] = nil
    }
  }
}
