import MinixABI

extension Kernel {
  /// SYS_IOPENABLE: would open all I/O ports to a process. There is none behind any of them, and the
  /// machine never resumes ring 3 with an IOPL, so the answer is all there is.
  ///
  /// Source: minix `kernel/system/do_iopenable.c`; ABI 8.9.
  func ioEnable(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    target(message[endpoint: 12], caller) == nil ? .reply(.einval) : .reply(.ok)
  }
}
