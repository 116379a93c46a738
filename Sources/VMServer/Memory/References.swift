import I386
import MinixABI

/// References to blocks: an entry that maps one has a reference, and VM knows which entry is the last.
extension VMServer {
  /// Stores an entry for a block whose reference the caller has got for it.
  @inline(__always)
  mutating func install(
    _ block: PhysicalAddress, isWritable: Bool, at entry: PhysicalAddress,
    translating page: LinearAddress, in directory: PhysicalAddress
  ) {
    blocks.toggle(entry, of: block)
    gate.storeEntry(
      PageTableEntry(frame: block, isWritable: isWritable).rawValue, at: entry,
      translating: page, in: directory)
  }

  /// Drops the reference of an entry that maps the block no more. Whoever has the block alone then
  /// may write to it at once, if his region allows it: the last sharer never faults to get what is
  /// his.
  ///
  /// Source: minix `servers/vm/region.c`, `pb_unreferenced`; ABI 9.5.
  mutating func dropReference(to block: PhysicalAddress, of entry: PhysicalAddress) {
    blocks.toggle(entry, of: block)
    let isOneLeft = blocks.references(to: block) == 2
    blocks.release(block)
    if isOneLeft { makeWritable(blocks.onlyEntry(of: block), 1) }
  }

  /// Drops the references of neighbouring entries, which are to be emptied.
  mutating func dropReferences(_ count: UInt32, of first: PhysicalAddress) {
    gate.loadEntries(count, at: first, into: &entriesAtHand)
    let entries = entriesAtHand
    var index = 0
    while index < Int(count) {
      var left = EntriesLeft()
      index = blocks.release(entries.span, index..<Int(count), of: first, &left)
      makeWritable(left.first, left.count)
    }
  }

  /// Lets a process write to blocks that it has alone, by the rule of ABI 9.3.
  ///
  /// - Parameters:
  ///   - first: the first one's entry.
  ///   - count: how many, whose entries are neighbours in one page table.
  private mutating func makeWritable(_ first: PhysicalAddress, _ count: UInt32) {
    guard count > 0 else { return }
    let (slot, page) = tablePages.owner(ofEntry: first)
    var index: UInt32 = 0
    while index < count {
      let start = page + index * AddressSpaceLayout.pageByteCount
      guard let region = regions.region(containing: start, in: spaces[slot].regions) else {
        index += 1
        continue
      }
      let end = min(count, (region.end.rawValue - page.rawValue) >> 12)
      if !region.flags.isDisjoint(with: [.writable, .shared, .direct]) {
        gate.changeEntries(
          end - index, at: first + index * 4, translating: start, in: spaces[slot].directory,
          keeping: .max, adding: PageEntryBits.writable)
      }
      index = end
    }
  }
}
