import MinixABI

extension Kernel {
  /// SYS_SETALARM: a system process's synchronous alarm, which arrives as a notification from CLOCK.
  /// The reply tells how many ticks the former one had left.
  ///
  /// Source: minix `kernel/system/do_setalarm.c`; ABI 8.9.
  func setAlarm(_ message: inout Message, _ caller: ProcessSlot) -> CallOutcome {
    let id = processes[caller].privilege
    guard privileges[id].flags.contains(.systemProcess) else { return .reply(.eperm) }
    let now = Int64(uptime)
    let former = privileges[id].alarm
    let (isAbsolute, time) = (message.alarmIsAbsolute, Int64(message.alarmTime))
    message.alarmTime = former == .max ? 0 : Int32(clamping: max(0, former - now))
    if time == 0 {
      setAlarm(of: id, at: .max)
    } else {
      setAlarm(of: id, at: isAbsolute ? time : now + time)
    }
    return .reply(.ok)
  }
}
