import I386
import MinixABI

/// How VM copies between its own memory and a caller's. A page that is missing there is made present
/// first: nobody could do that while VM is in a kernel call of its own.
///
/// Source: minix `servers/vm/utility.c`; ABI 9.16.
extension VMServer {
  /// Copies from a process to the beginning of VM's own memory, where `placedWord` finds it.
  ///
  /// - Parameter byteCount: at most 64.
  /// - Returns: OK; EFAULT or ENOMEM.
  mutating func fetch(byteCount: UInt32, from caller: Endpoint, at address: UInt32) -> ResultCode {
    let prepared = prepare(caller, address, byteCount, isWrite: false)
    guard prepared == .ok else { return prepared }
    let own = gate.place(Array(repeating: 0, count: Int(byteCount + 3) / 4))
    return gate.virtualCopy(from: caller, address, to: .itself, own, byteCount: byteCount)
  }

  /// Copies words to a process.
  ///
  /// - Returns: OK; EFAULT or ENOMEM.
  mutating func deliver(_ words: [UInt32], to caller: Endpoint, at address: UInt32) -> ResultCode {
    let byteCount = UInt32(words.count) * 4
    guard byteCount > 0 else { return .ok }
    let prepared = prepare(caller, address, byteCount, isWrite: true)
    guard prepared == .ok else { return prepared }
    let own = gate.place(words)
    return gate.virtualCopy(from: .itself, own, to: caller, address, byteCount: byteCount)
  }

  /// `handle_memory` on a caller's buffer; a resident server's is always there, or never.
  ///
  /// - Parameter byteCount: at least 1, and not more than a page; a precondition.
  mutating func prepare(
    _ caller: Endpoint, _ address: UInt32, _ byteCount: UInt32, isWrite: Bool
  ) -> ResultCode {
    guard let slot = slot(of: caller) else { return .ok }
    // Both ends, before the first page is made: a buffer that is refused is left as it was.
    let last = LinearAddress(address &+ (byteCount - 1))
    guard let region = regions.region(containing: last, in: spaces[slot].regions),
      region.flags.contains(.writable) || !isWrite
    else { return .efault }
    return handleMemory(
      of: slot, at: LinearAddress(address), byteCount: byteCount, isWrite: isWrite)
  }
}

extension KernelGate {
  /// SYS_VIRCOPY between two processes' memory; SELF is VM's own.
  func virtualCopy(
    from source: Endpoint, _ sourceAddress: UInt32, to destination: Endpoint, _ address: UInt32,
    byteCount: UInt32
  ) -> ResultCode {
    var message = Message(type: KernelCallNumber.virtualCopy.messageType)
    message[short: 8] = SegmentSelector.data.rawValue
    message[short: 10] = SegmentSelector.data.rawValue
    message[endpoint: 12] = source
    message[endpoint: 16] = destination
    message[word: 20] = sourceAddress
    message[word: 24] = address
    message[word: 28] = byteCount
    return kernelCall(&message)
  }
}
