import I386
import Machine
import MinixABI

extension Kernel {
  /// SYS_MEMSET: fills physical memory. Only RAM; the arena is VM's alone.
  ///
  /// Source: minix `kernel/system/do_memset.c`; ABI 8.7 and 17.
  func memset(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    let base = PhysicalAddress(message[word: 28])
    let byteCount = message[word: 20]
    guard memory.isRAM(base, byteCount: byteCount) else { return .reply(.efault) }
    memory.fill(base, byteCount: Int(byteCount), with: UInt8(truncatingIfNeeded: message[word: 24]))
    return .reply(.ok)
  }

  /// SYS_VIRCOPY and SYS_PHYSCOPY: copies between address spaces, with VM's help where a page is
  /// absent or read-only.
  ///
  /// Source: minix `kernel/system/do_copy.c`; ABI 8.2 and 8.7.
  func virtualCopy(
    _ message: Message, _ caller: ProcessSlot, allowsPhysical: Bool
  ) -> CallOutcome {
    let source = copySide(message[short: 8], message[endpoint: 12], message[word: 20], caller)
    let destination = copySide(
      message[short: 10], message[endpoint: 16], message[word: 24], caller)
    guard case .success(let from) = source else { return .reply(source.failureCode) }
    guard case .success(let to) = destination else { return .reply(destination.failureCode) }
    if !allowsPhysical {
      if case .physical = from { return .reply(.eperm) }
      if case .physical = to { return .reply(.eperm) }
    }
    let byteCount = message[word: 28]
    guard byteCount != 0 else { return .reply(.edom) }
    guard let from, let to else { return .reply(.einval) }
    switch copy(from: from, to: to, byteCount: byteCount) {
    case .success: return .reply(.ok)
    case .failure(.invalid): return .reply(.efault)
    case .failure(.memory(let fault, _)):
      return mayHelp(fault) ? .suspended(fault) : .reply(.efault)
    }
  }

  /// What a segment selector, an endpoint and an address name: LOCAL_SEG a process, PHYS_SEG memory,
  /// any other segment nothing.
  private func copySide(
    _ segment: Int16, _ endpoint: Endpoint, _ address: UInt32, _ caller: ProcessSlot
  ) -> Result<CopySide?, CopyRefusal> {
    if segment == 0x0400 { return .success(.physical(PhysicalAddress(address))) }
    guard let slot = target(endpoint, caller) else { return .failure(.code(.einval)) }
    let isLocal = UInt16(bitPattern: segment) & 0xFF00 == 0
    return .success(isLocal ? .process(slot, LinearAddress(address)) : nil)
  }
}

/// A copy call's refusal.
private enum CopyRefusal: Error {
  case code(ResultCode)
}

extension Result where Failure == CopyRefusal {
  fileprivate var failureCode: ResultCode {
    if case .failure(.code(let code)) = self { return code }
    return .ok
  }
}
