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

  /// Where a page's entry stands, with a new page table if need be.
  ///
  /// - Returns: nil if there is no page left for the table.
  mutating func entryAddress(
    making page: LinearAddress, in directory: PhysicalAddress
  ) -> PhysicalAddress? {
    if let address = entryAddress(of: page, in: directory) { return address }
    guard let table = tablePages.allocateTable() else { return nil }
    let span = LinearAddress(page.directoryIndex << 22)
    gate.storeEntry(
      PageDirectoryEntry(table: table).rawValue, at: directory + page.directoryIndex * 4,
      translating: span, in: directory)
    return table + page.tableIndex * 4
  }

  /// Unmaps the pages of a range and drops their blocks. Page tables stay.
  mutating func unmap(_ start: LinearAddress, byteCount: UInt32, of slot: Int, owned: Bool) {
    let directory = spaces[slot].directory
    var page = start
    let end = start + byteCount
    while page < end {
      guard let entryAddress = entryAddress(of: page, in: directory) else {
        // Nothing in this page table's whole reach.
        let next = (page.directoryIndex + 1) << 22
        if next == 0 || next >= end.rawValue { return }
        page = LinearAddress(next)
        continue
      }
      let entry = PageTableEntry(rawValue: gate.loadEntry(at: entryAddress))
      if entry.isPresent {
        gate.storeEntry(0, at: entryAddress, translating: page, in: directory)
        if owned { blocks.release(entry.frame) }
      }
      page = page + 4096
    }
  }

  /// Gives back a process's page tables and its directory.
  mutating func freeTables(of slot: Int) {
    let directory = spaces[slot].directory
    for index in 0..<AddressSpaceLayout.userEnd >> 22 {
      let entry = PageDirectoryEntry(rawValue: gate.loadEntry(at: directory + index * 4))
      guard entry.isPresent else { continue }
      gate.clearTable(entry.table)
      tablePages.freeTable(entry.table)
    }
    gate.clearDirectory(directory)
    tablePages.returnDirectory()
    spaces[slot].directory = PhysicalAddress(0)
  }
}
