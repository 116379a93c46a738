import I386
import MinixABI

extension Kernel {
  /// SYS_VIRCOPY and SYS_PHYSCOPY: copies between address spaces, with VM's help where a page is
  /// absent or read-only.
  ///
  /// Source: minix `kernel/system/do_copy.c`; ABI 8.2 and 8.7.
  func virtualCopy(
    _ message: Message, _ caller: ProcessSlot, allowsPhysical: Bool
  ) -> CallOutcome {
    let source = CopyAddress(
      segment: SegmentSelector(rawValue: message[short: 8]), endpoint: message[endpoint: 12],
      address: message[word: 20])
    let destination = CopyAddress(
      segment: SegmentSelector(rawValue: message[short: 10]), endpoint: message[endpoint: 16],
      address: message[word: 24])
    for side in [source, destination] {
      if side.segment != .physical, target(side.endpoint, caller) == nil {
        return .reply(.einval)
      }
      if side.namesPhysical, !allowsPhysical { return .reply(.eperm) }
    }
    let byteCount = message[word: 28]
    guard byteCount != 0 else { return .reply(.edom) }
    switch (resolve(source, caller), resolve(destination, caller)) {
    case (.failure(let refusal), _), (.success, .failure(let refusal)):
      return .reply(refusal.code)
    case (.success(let from), .success(let to)):
      return outcome(of: copy(from: from, to: to, byteCount: byteCount), caller)
    }
  }

  /// What memory an address in a copy call names.
  ///
  /// A far segment is no process's here, and there is no BIOS: what its addresses hold is RAM like
  /// any other, and has an owner.
  func resolve(_ place: CopyAddress, _ caller: ProcessSlot) -> Result<CopySide, CopyRefusal> {
    switch place.segment.kind {
    case .physical: return .success(.physical(PhysicalAddress(place.address), for: caller))
    case .local:
      guard let slot = target(place.endpoint, caller) else {
        return .failure(CopyRefusal(code: .edeadsrcdst))
      }
      return .success(.process(slot, LinearAddress(place.address)))
    case .bios: return .failure(CopyRefusal(code: .efault))
    case .remote, .localVM, nil: return .failure(CopyRefusal(code: .einval))
    }
  }
}

/// One side of a copy as a request names it (`struct vir_addr`).
struct CopyAddress {
  var segment: SegmentSelector
  var endpoint: Endpoint
  var address: UInt32

  /// Whether MINIX's test for SYS_PHYSCOPY's privilege finds it physical.
  var namesPhysical: Bool { segment.rawValue & SegmentSelector.physical.rawValue != 0 }
}

/// A copy call's refusal.
struct CopyRefusal: Error {
  var code: ResultCode
}
