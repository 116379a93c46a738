import MinixABI

extension Kernel {
  /// SYS_STATECTL: what a system process may ask about its own state: that nobody waits for it any
  /// more.
  ///
  /// Source: minix `kernel/system/do_statectl.c`; ABI 8.4.
  func stateControl(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    guard message[int: 12] == StateControlRequest.clearIPCReferences else { return .reply(.einval) }
    clearReferences(to: caller)
    return .reply(.ok)
  }
}
