import MinixABI

extension Kernel {
  /// SYS_STIME: the time of day at which the system started.
  ///
  /// Source: minix `kernel/system/do_stime.c`; ABI 8.9.
  func setTime(_ message: Message) -> CallOutcome {
    bootTime = message.bootTime
    return .reply(.ok)
  }
}
