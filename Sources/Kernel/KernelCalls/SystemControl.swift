import I386
import Machine
import MinixABI

extension Kernel {
  /// `DIAG_BUFSIZE`… the longest text of one call.
  private static var maximumTextByteCount: UInt32 { 2000 }
  /// How many frames of a stack are followed.
  private static var maximumFrameCount: Int { 50 }

  /// SYS_SYSCTL: prints a text of the caller's, or where a process is.
  ///
  /// Source: minix `kernel/system/do_sysctl.c`; ABI 8.9.
  func systemControl(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    switch message[int: 8] {
    case 1:  // SYSCTL_CODE_DIAG
      let byteCount = message[word: 12]
      guard byteCount >= 1, byteCount <= Self.maximumTextByteCount else { return .reply(.einval) }
      let text = fetchBytes(
        of: caller, at: LinearAddress(message[word: 20]), byteCount: byteCount)
      switch text {
      case .failure(let fault): return outcome(of: fault, caller)
      case .success(let bytes): print(bytes)
      }
    case 2:  // SYSCTL_CODE_STACKTRACE
      guard let slot = processes.slot(of: message[endpoint: 12]) else { return .reply(.einval) }
      print(stackTrace(of: slot) + "\n")
    default: return .reply(.einval)
    }
    return .reply(.ok)
  }

  /// `proc_stacktrace`: name, endpoint, EIP, and the return addresses as far as EBP leads upwards.
  func stackTrace(of slot: ProcessSlot) -> String {
    let process = processes[slot]
    var line = "\(process.name.text) \(process.endpoint.rawValue) \(hexadecimal(process.frame.eip))"
    if process.isResident || slot.isKernelTask { return line }
    var frame = LinearAddress(process.frame.ebp)
    for _ in 0..<Self.maximumFrameCount where frame.rawValue != 0 {
      guard case .success(let bytes) = fetchBytes(of: slot, at: frame, byteCount: 8) else {
        return line + " (no frame at \(frame))"
      }
      let words = KernelImage(bytes: bytes)
      line += " \(hexadecimal(words[word: 4]))"
      let next = LinearAddress(words[word: 0])
      if next.rawValue != 0, next <= frame { return line + " (frame \(next)?)" }
      frame = next
    }
    return line
  }
}
