import I386
import Machine
import MinixABI

extension Kernel {
  /// SYS_MEMSET: fills physical memory with the pattern's low byte. Only RAM; the arena is VM's alone,
  /// and the stub is nobody's.
  ///
  /// Source: minix `kernel/system/do_memset.c`; ABI 8.7 and 17.
  func memset(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    let base = PhysicalAddress(message[word: 28])
    let byteCount = message[word: 20]
    let byte = UInt8(truncatingIfNeeded: message[word: 24])
    if memory.fillRAM(base, byteCount: byteCount, with: byte) { return .reply(.ok) }
    guard isMemory(base, byteCount: byteCount, for: caller) else { return .reply(.efault) }
    tables.willOverwrite(base, byteCount: byteCount)
    memory.fill(base, byteCount: Int(byteCount), with: byte)
    return .reply(.ok)
  }
}
