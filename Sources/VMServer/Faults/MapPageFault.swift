import I386
import MinixABI

extension VMServer {
  /// `map_pf`: makes one page of a region accessible.
  ///
  /// The page tables are VM's books: a page that a region holds is present there.
  ///
  /// Source: minix `servers/vm/region.c`; ABI 9.7 and 9.8.
  @inline(__always)
  mutating func mapPageFault(
    _ slot: Int, _ region: VirtualRegion, _ page: LinearAddress, isWrite: Bool
  ) -> FaultOutcome {
    let entryAddress = entryAddress(of: page, in: spaces[slot].directory)
    guard let entryAddress, gate.loadEntry(at: entryAddress) & PageEntryBits.present != 0 else {
      return mapFreshPages(slot, region, page, at: entryAddress)
    }
    return mapPresentPage(slot, region, page, at: entryAddress, isWrite: isWrite)
  }

  /// A page that is there, but not for this access.
  private mutating func mapPresentPage(
    _ slot: Int, _ region: VirtualRegion, _ page: LinearAddress, at entryAddress: PhysicalAddress,
    isWrite: Bool
  ) -> FaultOutcome {
    let directory = spaces[slot].directory
    let entry = PageTableEntry(rawValue: gate.loadEntry(at: entryAddress))
    guard isWrite, !entry.isWritable else {
      // The books allow the access: whatever the CPU remembers is older than they are.
      gate.vmControl(.flushTLB, .itself)
      return .protection
    }
    guard blocks.references(to: entry.frame) > 1 else {
      let writable = entry.rawValue | PageEntryBits.writable
      gate.storeEntry(writable, at: entryAddress, translating: page, in: directory)
      return .protection
    }
    // What a grant has let it map for reading stays so.
    if blocks.isShared(entry.frame) { return .segv }
    if region.flags.contains(.contiguous) { return copyRun(slot, region) }
    guard let copy = freshBlock(for: region) else { return .outOfMemory }
    gate.copyPage(from: entry.frame, to: copy)
    install(copy, isWritable: true, at: entryAddress, translating: page, in: directory)
    dropReference(to: entry.frame, of: entryAddress)
    return .copyOnWrite
  }

  /// A zeroed page where there was none; false if memory is used up. The frame comes before a page
  /// table, so that a refusal leaves nothing.
  ///
  /// - Parameter known: where the page's entry stands, if that has been found out.
  @inline(__always)
  mutating func mapFreshPage(
    _ slot: Int, _ region: VirtualRegion, _ page: LinearAddress, at known: PhysicalAddress? = nil
  ) -> Bool {
    guard let frame = freshBlock(for: region) else { return false }
    let directory = spaces[slot].directory
    guard let entryAddress = known ?? entryAddress(making: page, in: directory) else {
      blocks.release(frame)
      return false
    }
    install(
      frame, isWritable: region.flags.contains(.writable), at: entryAddress, translating: page,
      in: directory)
    gate.zeroPage(frame)
    return true
  }
}
