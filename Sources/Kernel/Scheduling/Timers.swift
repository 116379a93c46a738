import MinixABI

/// The kernel's timers: one alarm in each privilege structure, of which there are 32 however many
/// processes there are. The clock compares one number a tick; the alarms are looked at only when the
/// next one is due.
///
/// Source: minix `kernel/clock.c`, `kernel/system/do_setalarm.c`; ABI 8.9.
extension Kernel {
  /// The tick at which the next timer expires, if there is one: when everybody waits, the run waits
  /// for it.
  public var nextTimerTick: UInt32? {
    let next = earliestTimeout
    return next == .max ? nil : UInt32(clamping: next)
  }

  /// Sets or, with `Int64.max`, cancels an alarm.
  func setAlarm(of id: PrivilegeID, at tick: Int64) {
    privileges[id].alarm = tick
    nextTimeout = earliestTimeout
  }

  /// `prepare_shutdown`: a second is left.
  func prepareShutdown(_ how: ShutdownKind) {
    shutdown = Shutdown(tick: Int64(uptime) + Int64(ticksPerSecond), how: how)
    nextTimeout = earliestTimeout
  }

  /// `cause_alarm` for all whose time has come: a notification from CLOCK.
  func expireTimers() {
    let now = Int64(uptime)
    for id in PrivilegeTable.allIDs where privileges[id].alarm <= now {
      privileges[id].alarm = .max
      let owner = privileges[id].owner
      guard owner != .none else { continue }
      _ = notify(from: Endpoint.clock.slot, to: owner)
    }
    if let shutdown, shutdown.tick <= now { ended = shutdown.how }
    nextTimeout = earliestTimeout
  }

  private var earliestTimeout: Int64 {
    var earliest = shutdown?.tick ?? .max
    for id in PrivilegeTable.allIDs { earliest = min(earliest, privileges[id].alarm) }
    return earliest
  }
}

/// The two timers of a process that count its own time: they stand still while it waits.
extension Kernel {
  /// Counts down the current process's timers, and the profile timer of who is billed for it.
  func passVirtualTime(_ ticks: UInt32, isBillable: Bool) {
    if processes[current].misc.contains(.virtualTimer) {
      processes[current].virtualTicksLeft = left(processes[current].virtualTicksLeft, ticks)
    }
    countProfileTimer(of: current, ticks)
    if !isBillable { countProfileTimer(of: billed, ticks) }
    checkTimers(of: current)
    if billed != current { checkTimers(of: billed) }
  }

  private func countProfileTimer(of slot: ProcessSlot, _ ticks: UInt32) {
    guard processes[slot].misc.contains(.profileTimer) else { return }
    processes[slot].profileTicksLeft = left(processes[slot].profileTicksLeft, ticks)
  }

  private func left(_ before: Int32, _ ticks: UInt32) -> Int32 {
    Int32(clamping: Int64(before) - Int64(ticks))
  }

  /// `vtimer_check`: a timer that has run down is disarmed and becomes a signal.
  private func checkTimers(of slot: ProcessSlot) {
    if processes[slot].misc.contains(.virtualTimer), processes[slot].virtualTicksLeft <= 0 {
      processes[slot].misc.remove(.virtualTimer)
      processes[slot].virtualTicksLeft = 0
      raise(.virtualAlarm, on: slot)
    }
    if processes[slot].misc.contains(.profileTimer), processes[slot].profileTicksLeft <= 0 {
      processes[slot].misc.remove(.profileTimer)
      processes[slot].profileTicksLeft = 0
      raise(.profile, on: slot)
    }
  }
}
