import I386
import MinixABI

extension Kernel {
  /// SYS_SETGRANT: the caller says where its grants are.
  ///
  /// Source: minix `kernel/system/do_setgrant.c`; ABI 8.7.
  func setGrant(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    guard !processes[caller].rts.contains(.noPriv) else { return .reply(.eperm) }
    privileges[processes[caller].privilege].grantTable = GrantTable(
      start: LinearAddress(message[word: 28]), entryCount: message[int: 12])
    return .reply(.ok)
  }
}
