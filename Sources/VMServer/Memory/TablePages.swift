import I386

/// The pages of the arena: a directory for each process slot, and page tables behind them.
///
/// `directory(ofSlot:)` is always the same page, so that whoever knows where the first one is finds
/// them all (VMCTL_I386_PAGEDIRS). Besides, a directory must never become a page table: CR3 may still
/// hold one that nobody uses any more, and the stub's entries in it must stay what they are.
struct TablePages {
  /// Slot 0's directory.
  let firstDirectory: PhysicalAddress
  private var untouched: PhysicalAddress
  private let end: PhysicalAddress
  private var freeTables: [PhysicalAddress] = []
  /// For each page of the arena, whose page table it is and where in the directory: slot × 1,024 +
  /// index. An entry's address leads to the page that it translates by this.
  private var owners: [UInt32]
  /// Directories and page tables in use now.
  private(set) var usedCount: UInt32 = 0
  /// The most that were in use at once.
  private(set) var peakCount: UInt32 = 0

  /// - Parameters:
  ///   - start: the arena's first page.
  ///   - byteCount: the arena's size, room for the directories at least; a precondition.
  ///   - slotCount: process slots.
  init(start: PhysicalAddress, byteCount: UInt32, slotCount: Int) {
    precondition(byteCount >> 12 >= slotCount, "an arena of \(byteCount) bytes")
    firstDirectory = start
    untouched = start + UInt32(slotCount) << 12
    end = start + byteCount
    owners = Array(repeating: 0, count: Int(byteCount >> 12))
  }

  /// A slot's page directory.
  func directory(ofSlot slot: Int) -> PhysicalAddress { firstDirectory + UInt32(slot) << 12 }

  /// A slot's directory is in use from now on.
  mutating func takeDirectory() { count(1) }

  /// It has been emptied and is no longer in use.
  mutating func returnDirectory() { usedCount -= 1 }

  /// Whose page directory it is.
  func slot(of directory: PhysicalAddress) -> Int { pageIndex(of: directory) }

  /// Page tables that can still be had.
  var freeCount: UInt32 {
    UInt32(freeTables.count) + (end.rawValue - untouched.rawValue) >> 12
  }

  /// An empty page table, or nil when the arena is used up.
  ///
  /// - Parameters:
  ///   - directory: the directory that will refer to it.
  ///   - index: its place there.
  mutating func allocateTable(
    for directory: PhysicalAddress, at index: UInt32
  ) -> PhysicalAddress? {
    guard let table = freeTables.popLast() ?? untouchedTable() else { return nil }
    owners[pageIndex(of: table)] = UInt32(slot(of: directory)) << 10 | index
    count(1)
    return table
  }

  /// A page table that an entry refers to, if it does, has got another directory.
  mutating func giveTable(
    _ entry: PageDirectoryEntry, to directory: PhysicalAddress, at index: UInt32
  ) {
    guard entry.isPresent else { return }
    owners[pageIndex(of: entry.table)] = UInt32(slot(of: directory)) << 10 | index
  }

  /// Whose an entry of a page table is, and the page that it translates.
  ///
  /// - Parameter entry: its address, in a table that is in use; a precondition.
  func owner(ofEntry entry: PhysicalAddress) -> (slot: Int, page: LinearAddress) {
    let owner = owners[pageIndex(of: entry)]
    return (
      Int(owner >> 10), LinearAddress(owner << 22 | (entry.rawValue & 0xFFF) << 10)
    )
  }

  private func pageIndex(of address: PhysicalAddress) -> Int {
    Int((address.rawValue &- firstDirectory.rawValue) >> 12)
  }

  /// Takes back a page table that has been emptied.
  mutating func freeTable(_ table: PhysicalAddress) {
    freeTables.append(table)
    usedCount -= 1
  }

  /// A page table for VM itself, for good; it is not counted.
  mutating func untouchedTable() -> PhysicalAddress? {
    guard untouched < end else { return nil }
    defer { untouched = untouched + 4096 }
    return untouched
  }

  private mutating func count(_ pages: UInt32) {
    usedCount += pages
    if usedCount > peakCount { peakCount = usedCount }
  }
}
