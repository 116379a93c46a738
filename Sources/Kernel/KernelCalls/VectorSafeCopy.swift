import I386
import MinixABI

extension Kernel {
  /// `SCPVEC_NR`: how many copies a vector may have.
  private static var maximumCopyCount: Int32 { 64 }
  /// `sizeof(struct vscp_vec)`.
  private static var copyElementByteCount: Int { 24 }

  /// SYS_VSAFECOPY: safe copies one after the other, up to the first that fails.
  ///
  /// A copy that must wait for VM suspends the whole call; then it begins again with the first.
  ///
  /// Source: minix `kernel/system/do_safecopy.c`, `do_vsafecopy`; ABI 7.4 and 8.7.
  /// Differs from MINIX: it did not check the count.
  func vectorSafeCopy(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    let count = message[int: 24]
    guard count >= 0, count <= Self.maximumCopyCount else { return .reply(.einval) }
    guard count > 0 else { return .reply(.edom) }
    let fetched = fetchBytes(
      of: caller, at: LinearAddress(message[word: 28]),
      byteCount: UInt32(Int(count) * Self.copyElementByteCount))
    let vector: KernelImage
    switch fetched {
    case .failure(let fault): return outcome(of: fault, caller)
    case .success(let bytes): vector = KernelImage(bytes: bytes)
    }
    for index in 0..<Int(count) {
      guard let request = element(vector, at: index * Self.copyElementByteCount) else {
        return .reply(.einval)
      }
      let done = safeCopy(request, caller)
      guard case .reply(.ok) = done else { return done }
    }
    return .reply(.ok)
  }

  /// An element of the vector: from@0 to@4 grant@8 offset@12 own address@16 bytes@20. Exactly one of
  /// the two processes is SELF.
  private func element(_ vector: KernelImage, at offset: Int) -> SafeCopy? {
    let from = vector[endpoint: offset]
    let to = vector[endpoint: offset + 4]
    guard (from == .itself) != (to == .itself) else { return nil }
    let isWriting = from == .itself
    return SafeCopy(
      granter: isWriting ? to : from,
      grant: GrantID(rawValue: Int32(bitPattern: vector[word: offset + 8])),
      offset: vector[word: offset + 12], address: vector[word: offset + 16],
      byteCount: vector[word: offset + 20], access: isWriting ? .write : .read)
  }
}
