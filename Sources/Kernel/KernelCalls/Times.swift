import MinixABI

extension Kernel {
  /// SYS_TIMES: how long a process has run, and the system. Nobody's times are no error: the reply
  /// then has the system's alone.
  ///
  /// Source: minix `kernel/system/do_times.c`; ABI 8.9.
  func times(_ message: inout Message, _ caller: ProcessSlot) -> CallOutcome {
    if let slot = target(message[endpoint: 8], caller) {
      message.userTime = processes[slot].userTicks
      message.systemTime = processes[slot].systemTicks
    }
    message.bootTime = bootTime
    message.bootTicks = uptime
    return .reply(.ok)
  }
}
