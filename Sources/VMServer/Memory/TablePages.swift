import I386

/// The pages of the arena: directories and page tables.
///
/// The two never change places: CR3 may still hold a directory that nobody uses any more, and the
/// stub's entries in it must stay what they are.
struct TablePages {
  private var untouched: PhysicalAddress
  private let end: PhysicalAddress
  private var freeTables: [PhysicalAddress] = []
  private var freeDirectories: [PhysicalAddress] = []
  /// Pages in use now.
  private(set) var usedCount: UInt32 = 0
  /// The most that were in use at once.
  private(set) var peakCount: UInt32 = 0

  init(start: PhysicalAddress, byteCount: UInt32) {
    untouched = start
    end = start + byteCount
  }

  /// An empty page table, or nil when the arena is used up.
  mutating func allocateTable() -> PhysicalAddress? {
    allocate(from: freeTables.popLast())
  }

  /// A directory whose user half is empty, or nil when the arena is used up.
  mutating func allocateDirectory() -> PhysicalAddress? {
    allocate(from: freeDirectories.popLast())
  }

  /// Takes back a page table that has been emptied.
  mutating func freeTable(_ table: PhysicalAddress) {
    freeTables.append(table)
    usedCount -= 1
  }

  /// Takes back a directory whose user half has been emptied.
  mutating func freeDirectory(_ directory: PhysicalAddress) {
    freeDirectories.append(directory)
    usedCount -= 1
  }

  private mutating func allocate(from recycled: PhysicalAddress?) -> PhysicalAddress? {
    let page: PhysicalAddress
    if let recycled {
      page = recycled
    } else {
      guard untouched < end else { return nil }
      page = untouched
      untouched = untouched + 4096
    }
    usedCount += 1
    if usedCount > peakCount { peakCount = usedCount }
    return page
  }
}
