import I386
import MinixABI

/// References to blocks: an entry that maps one has a reference, and VM knows which entry is the last.
extension VMServer {
  /// Stores an entry for a block whose reference the caller has got for it.
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
    if isOneLeft { makeWritable(blocks.onlyEntry(of: block)) }
  }

  /// Lets a process write to a block that it has alone, by the rule of ABI 9.3.
  private mutating func makeWritable(_ address: PhysicalAddress) {
    let entry = PageTableEntry(rawValue: gate.loadEntry(at: address))
    guard !entry.isWritable else { return }
    let (slot, page) = tablePages.owner(ofEntry: address)
    guard let region = regions.region(containing: page, in: spaces[slot].regions),
      !region.flags.isDisjoint(with: [.writable, .shared, .direct])
    else { return }
    gate.storeEntry(
      entry.rawValue | PageEntryBits.writable, at: address, translating: page,
      in: spaces[slot].directory)
  }
}
