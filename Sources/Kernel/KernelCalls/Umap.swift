import I386
import MinixABI

extension Kernel {
  /// SYS_UMAP: where a range of a process lies.
  ///
  /// A local segment gives the linear address, which is the pointer itself; the same "by way of the
  /// page table" gives the physical one, and so does a grant. The range must be present and physically
  /// contiguous in either case.
  ///
  /// Source: minix `kernel/system/do_umap.c`; ABI 8.7 and 17.
  func umap(_ message: inout Message, _ caller: ProcessSlot) -> CallOutcome {
    let segment = SegmentSelector(rawValue: message[short: 8])
    let address = message[word: 20]
    let byteCount = message[word: 28]
    guard let slot = target(message[endpoint: 12], caller) else { return .reply(.einval) }
    let result: UInt32?
    switch segment.kind {
    case .local:
      result = contiguous(slot, LinearAddress(address), byteCount).map { _ in address }
    case .localVM where segment.index == SegmentSelector.grantIndex:
      let granted = verifyGrant(
        GrantID(rawValue: Int32(bitPattern: address)), of: processes[slot].endpoint, for: .any,
        access: [], offset: 0, byteCount: byteCount)
      switch granted {
      case .success(let range):
        result = contiguous(range.owner, range.start, byteCount)?.rawValue
      case .failure(.code): result = nil
      case .failure(.memory(let fault)): return outcome(of: fault, caller)
      }
    case .localVM where segment.index < SegmentSelector.grantIndex:
      result = contiguous(slot, LinearAddress(address), byteCount)?.rawValue
    case .localVM: result = nil
    case .bios: result = isBIOSRange(address, byteCount) ? address : nil
    case .remote, .physical, nil: return .reply(.einval)
    }
    guard let result, result != 0 else { return .reply(.efault) }
    message[word: 24] = result
    return .reply(.ok)
  }

  /// `vm_contiguous`: where a range of a process lies if its pages are present and follow one another
  /// in physical memory too. A resident server's memory has no physical address.
  private func contiguous(
    _ slot: ProcessSlot, _ start: LinearAddress, _ byteCount: UInt32
  ) -> PhysicalAddress? {
    guard byteCount > 0, !processes[slot].isResident,
      AddressSpaceLayout.isUserRange(start.rawValue, byteCount: byteCount),
      let first = translate(start, of: slot, isWrite: false)
    else { return nil }
    var offset = 4096 - start.pageOffset
    while offset < byteCount {
      guard translate(start + offset, of: slot, isWrite: false) == first + offset else {
        return nil
      }
      offset += 4096
    }
    return first
  }

  /// `umap_bios`: the BIOS's data, or what lies between 576 KiB and 1 MiB.
  private func isBIOSRange(_ address: UInt32, _ byteCount: UInt32) -> Bool {
    let end = UInt64(address) + UInt64(byteCount)
    return byteCount > 0 && (end <= 0x4FF || address >= 0x9_0000 && end <= 0x10_0000)
  }
}
