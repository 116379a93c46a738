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
    while let (next, address) = presentEntry(from: page, to: start + byteCount, in: directory) {
      gate.storeEntry(0, at: address, translating: next, in: directory)
      page = next + 4096
    }
  }

  /// Drops the blocks of a range whose entries are to be emptied.
  mutating func dropPages(from start: LinearAddress, byteCount: UInt32, of slot: Int) {
    let directory = spaces[slot].directory
    var page = start
    while let (next, address) = presentEntry(from: page, to: start + byteCount, in: directory) {
      dropReference(to: PageTableEntry(rawValue: gate.loadEntry(at: address)).frame, of: address)
      page = next + 4096
    }
  }

  /// The first page of a range that is present, and where its entry stands.
  func presentEntry(
    from start: LinearAddress, to end: LinearAddress, in directory: PhysicalAddress
  ) -> (page: LinearAddress, address: PhysicalAddress)? {
    var page = start
    while page < end {
      guard var address = entryAddress(of: page, in: directory) else {
        // Nothing in this page table's whole reach.
        page = LinearAddress((page.directoryIndex + 1) << 22)
        continue
      }
      repeat {
        let entry = PageTableEntry(rawValue: gate.loadEntry(at: address))
        if entry.isPresent { return (page, address) }
        page = page + 4096
        address = address + 4
      } while page.tableIndex != 0 && page < end
    }
    return nil
  }

  /// Gives back a process's page tables.
  mutating func freeTables(of slot: Int) {
    let directory = spaces[slot].directory
    for index in 0..<AddressSpaceLayout.userEnd >> 22 {
      let entry = PageDirectoryEntry(rawValue: gate.loadEntry(at: directory + index * 4))
      guard entry.isPresent else { continue }
      gate.clearTable(entry.table)
      tablePages.freeTable(entry.table)
    }
    gate.clearDirectory(directory)
  }

  /// Gives back a process's directory, which is empty.
  mutating func returnDirectory(of slot: Int) {
    tablePages.returnDirectory()
    spaces[slot].directory = PhysicalAddress(0)
  }
}
