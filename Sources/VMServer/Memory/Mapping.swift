import I386
import MinixABI

/// How VM reads and writes page tables. Source: minix `servers/vm/arch/i386/pagetable.c`.
extension VMServer {
  /// Where a page's entry stands, if its page table exists.
  @inline(__always)
  func entryAddress(
    of page: LinearAddress, in directory: PhysicalAddress
  ) -> PhysicalAddress? {
    let entry = PageDirectoryEntry(
      rawValue: gate.loadEntry(at: directory + page.directoryIndex * 4))
    guard entry.isPresent else { return nil }
    return entry.table + page.tableIndex * 4
  }

  /// Maps a block of its own at a page as its region allows, with a new page table if need be.
  ///
  /// - Returns: false if there is no page left for the table.
  mutating func map(
    _ frame: PhysicalAddress, at page: LinearAddress, in directory: PhysicalAddress,
    of region: VirtualRegion
  ) -> Bool {
    guard let entryAddress = entryAddress(making: page, in: directory) else { return false }
    install(
      frame, isWritable: region.flags.contains(.writable), at: entryAddress, translating: page,
      in: directory)
    return true
  }

  /// Where a page's entry stands, with a new page table if need be.
  ///
  /// - Returns: nil if there is no page left for the table.
  mutating func entryAddress(
    making page: LinearAddress, in directory: PhysicalAddress
  ) -> PhysicalAddress? {
    if let address = entryAddress(of: page, in: directory) { return address }
    guard let table = tablePages.allocateTable(for: directory, at: page.directoryIndex) else {
      return nil
    }
    let span = LinearAddress(page.directoryIndex << 22)
    gate.storeEntry(
      PageDirectoryEntry(table: table).rawValue, at: directory + page.directoryIndex * 4,
      translating: span, in: directory)
    return table + page.tableIndex * 4
  }

  /// Unmaps the pages of a range and drops their blocks. Page tables stay.
  mutating func unmap(_ start: LinearAddress, byteCount: UInt32, of slot: Int, owned: Bool) {
    // One after the other: neighbouring entries make one edit, the last sharers' as well.
    if owned { dropPages(from: start, byteCount: byteCount, of: slot) }
    let directory = spaces[slot].directory
    var page = start
    while let run = presentEntries(from: page, to: start + byteCount, in: directory) {
      gate.changeEntries(
        run.count, at: run.address, translating: run.page, in: directory, keeping: 0, adding: 0)
      page = run.page + run.count * AddressSpaceLayout.pageByteCount
    }
  }

  /// Drops the blocks of a range whose entries are to be emptied.
  mutating func dropPages(from start: LinearAddress, byteCount: UInt32, of slot: Int) {
    let directory = spaces[slot].directory
    var page = start
    while let run = presentEntries(from: page, to: start + byteCount, in: directory) {
      dropReferences(run.count, of: run.address)
      page = run.page + run.count * AddressSpaceLayout.pageByteCount
    }
  }

  /// The first page of a range that is present, and where its entry stands.
  func presentEntry(
    from start: LinearAddress, to end: LinearAddress, in directory: PhysicalAddress
  ) -> (page: LinearAddress, address: PhysicalAddress)? {
    guard let run = presentEntries(from: start, to: end, in: directory) else { return nil }
    return (run.page, run.address)
  }

  /// From the first page of a range that is present to the last of those that the same page table
  /// translates, and where the first one's entry stands. There can be others between them.
  func presentEntries(
    from start: LinearAddress, to end: LinearAddress, in directory: PhysicalAddress
  ) -> (page: LinearAddress, address: PhysicalAddress, count: UInt32)? {
    var page = start
    while page < end {
      let tables = LinearAddress(end.rawValue - 1).directoryIndex - page.directoryIndex + 1
      let skipped = gate.leadingAbsentCount(tables, at: directory + page.directoryIndex * 4)
      guard skipped < tables else { return nil }
      // Nothing in the whole reach of the page tables that are not there.
      if skipped > 0 { page = LinearAddress((page.directoryIndex + skipped) << 22) }
      guard let address = entryAddress(of: page, in: directory) else { return nil }
      let pages = min((end.rawValue - page.rawValue) >> 12, 1024 - page.tableIndex)
      let first = gate.leadingAbsentCount(pages, at: address)
      if first < pages {
        let last = gate.trailingAbsentCount(pages, at: address)
        return (page + first << 12, address + first * 4, pages - first - last)
      }
      page = LinearAddress((page.directoryIndex + 1) << 22)
    }
    return nil
  }

  /// Gives back a process's page tables.
  mutating func freeTables(of slot: Int) {
    let directory = spaces[slot].directory
    let end = AddressSpaceLayout.userEnd >> 22
    var index = gate.leadingAbsentCount(end, at: directory)
    while index < end {
      let entry = PageDirectoryEntry(rawValue: gate.loadEntry(at: directory + index * 4))
      gate.clearTable(entry.table)
      tablePages.freeTable(entry.table)
      index += 1
      index += gate.leadingAbsentCount(end - index, at: directory + index * 4)
    }
    gate.clearDirectory(directory)
  }

  /// Gives back a process's directory, which is empty.
  mutating func returnDirectory(of slot: Int) {
    tablePages.returnDirectory()
    spaces[slot].directory = PhysicalAddress(0)
  }
}
