import Kernel
import MinixABI

/// A process's timers. The two of its own time run in the kernel, and only their intervals stand here.
struct ProcessTimers {
  /// The tick at which SIGALRM comes.
  var deadline: Int64?
  /// The ticks from one signal to the next; 0 for one signal alone.
  var intervals: InlineArray<3, Int32> = [0, 0, 0]
}

/// Who has an alarm, soonest first. Source: minix `servers/pm/alarm.c`.
struct AlarmList {
  private var entries: [(deadline: Int64, slot: ProcessSlot)] = []

  var soonest: Int64? { entries.last?.deadline }

  mutating func insert(_ slot: ProcessSlot, at deadline: Int64) {
    entries.insert((deadline, slot), at: index(of: deadline))
  }

  mutating func remove(_ slot: ProcessSlot, at deadline: Int64) {
    var index = index(of: deadline)
    while index < entries.count, entries[index].deadline == deadline {
      if entries[index].slot == slot {
        entries.remove(at: index)
        return
      }
      index += 1
    }
  }

  /// Takes out one whose time has come; of several at once, the first that was set.
  mutating func takeExpired(_ now: Int64) -> ProcessSlot? {
    guard let last = entries.last, last.deadline <= now else { return nil }
    return entries.removeLast().slot
  }

  /// The first place whose deadline is not later: the list is in falling order, so that the soonest
  /// leaves from the end.
  private func index(of deadline: Int64) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].deadline > deadline { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// ALARM, and ITIMER's real timer: one alarm of PM's for all of them.
extension ProcessManager {
  /// The present tick.
  private var now: Int64 { Int64(kernel.uptime) }

  /// ALARM.
  func setAlarm(_ request: Message, _ caller: ProcessSlot) {
    let left = Int64(ticksLeft(of: caller))
    let hertz = Int64(ticksPerSecond)
    let ticks = Int32(clamping: Int64(request[word: 8]) * hertz)
    setRealTimer(of: caller, ticks: ticks, interval: 0)
    answer(Int32((left + hertz - 1) / hertz), caller)
  }

  func ticksLeft(of slot: ProcessSlot) -> Int32 {
    roster[slot].timers.deadline.map { Int32(clamping: max($0 - now, 0)) } ?? 0
  }

  /// - Parameter ticks: 0 for no alarm any more.
  func setRealTimer(of slot: ProcessSlot, ticks: Int32, interval: Int32) {
    if let deadline = roster[slot].timers.deadline { alarms.remove(slot, at: deadline) }
    roster[slot].timers.deadline = ticks == 0 ? nil : now + Int64(ticks)
    roster[slot].timers.intervals[0] = interval
    if let deadline = roster[slot].timers.deadline { alarms.insert(slot, at: deadline) }
    setKernelAlarm()
  }

  func cancelAlarm(of slot: ProcessSlot) {
    guard roster[slot].timers.deadline != nil else { return }
    setRealTimer(of: slot, ticks: 0, interval: 0)
  }

  /// CLOCK's notification.
  func expireAlarms() {
    while let slot = alarms.takeExpired(now) {
      let interval = roster[slot].timers.intervals[0]
      roster[slot].timers.deadline = nil
      guard !roster[slot].isHeld else {
        release(slot)
        continue
      }
      if interval > 0 {
        let next = now + Int64(interval)
        roster[slot].timers.deadline = next
        alarms.insert(slot, at: next)
      }
      raise(.alarm, on: slot)
    }
    setKernelAlarm()
  }

  /// SYS_SETALARM for the soonest.
  private func setKernelAlarm() {
    callKernel(.setAlarm) {
      $0[int: 12] = 1
      $0[int: 20] = alarms.soonest.map { Int32(clamping: $0) } ?? 0
    }
  }
}
