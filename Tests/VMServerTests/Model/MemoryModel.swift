import MinixABI

@testable import VMServer

/// What VM's books say, said plainly: a dictionary of pages for each address space, and for each
/// block of memory a marker and the set of those who share it.
///
/// Pages are by number here.
struct MemoryModel {
  let policy: FaultPolicy
  let blockCapacity: Int
  let tableCapacity: Int
  var spaces: [Int: ModelSpace] = [:]
  private(set) var blockCount = 0
  private(set) var tableCount = 0
  /// Whose entries have changed since the last time, besides the one that was asked about.
  var touched: Set<Int> = []
  /// Blocks that nobody has any more since the last time.
  var retired: [ModelBlock] = []

  init(policy: FaultPolicy, blockCapacity: Int, tableCapacity: Int) {
    self.policy = policy
    self.blockCapacity = blockCapacity
    self.tableCapacity = tableCapacity
  }

  var blocksLeft: Int { blockCapacity - blockCount }
  var tablesLeft: Int { tableCapacity - tableCount }

  func region(_ slot: Int, _ page: UInt32) -> ModelRegion? {
    spaces[slot]?.regions.first { $0.start <= page && page < $0.end }
  }

  /// ABI 9.3; and what a grant has let one map for reading stays so.
  func isWritable(_ slot: Int, _ page: UInt32) -> Bool {
    guard let region = region(slot, page), region.isWritable,
      let mapping = spaces[slot]?.pages[page]
    else { return false }
    let isAlone = mapping.block.sharers.count == 1
    return isAlone || mapping.block.isGranted && !mapping.isReadOnlyGrant
  }

  /// Puts a page into a space.
  mutating func set(_ slot: Int, _ page: UInt32, _ mapping: ModelPage) {
    if mapping.block.sharers.isEmpty { blockCount += 1 }
    mapping.block.sharers.insert(ModelPlace(slot: slot, page: page))
    spaces[slot]?.pages[page] = mapping
  }

  /// A page is mapped no more, or another block in its place: ABI 9.5.
  mutating func drop(_ block: ModelBlock, _ slot: Int, _ page: UInt32) {
    block.sharers.remove(ModelPlace(slot: slot, page: page))
    if block.sharers.isEmpty {
      blockCount -= 1
      retired.append(block)
    } else if let last = block.sharers.first, block.sharers.count == 1 {
      block.isGranted = false
      spaces[last.slot]?.pages[last.page]?.isReadOnlyGrant = false
      touched.insert(last.slot)
    }
  }

  mutating func remove(_ slot: Int, _ page: UInt32) {
    guard let mapping = spaces[slot]?.pages.removeValue(forKey: page) else { return }
    drop(mapping.block, slot, page)
  }

  mutating func makeTable(_ slot: Int, _ page: UInt32) -> Bool {
    guard spaces[slot]?.tables.contains(page >> 10) == false else { return true }
    guard tablesLeft > 0 else { return false }
    spaces[slot]?.tables.insert(page >> 10)
    tableCount += 1
    return true
  }

  mutating func removeAll(_ slot: Int) {
    for page in (spaces[slot]?.pages ?? [:]).keys { remove(slot, page) }
    tableCount -= spaces[slot]?.tables.count ?? 0
    spaces[slot]?.tables = []
    spaces[slot]?.regions = []
  }

  /// A page of zeros where there is none.
  mutating func mapFresh(_ slot: Int, _ page: UInt32) -> Bool {
    guard blocksLeft > 0, makeTable(slot, page) else { return false }
    set(slot, page, ModelPage(block: ModelBlock()))
    return true
  }

  /// A page of its own in place of one that it shares.
  mutating func copy(_ slot: Int, _ page: UInt32) -> Bool {
    guard blocksLeft > 0, let old = spaces[slot]?.pages[page]?.block else { return false }
    let block = ModelBlock()
    block.marker = old.marker
    set(slot, page, ModelPage(block: block))
    drop(old, slot, page)
    return true
  }
}

/// A page of memory.
final class ModelBlock {
  var marker: UInt32 = 0
  var sharers: Set<ModelPlace> = []
  /// Shared by a grant: nobody copies it.
  var isGranted = false
  /// The frame that VM has chosen, once it has been seen.
  var frame: UInt32?
}

struct ModelPlace: Hashable {
  var slot: Int
  var page: UInt32
}

struct ModelPage {
  var block: ModelBlock
  var isReadOnlyGrant = false
}

struct ModelRegion: Equatable {
  var start: UInt32
  var end: UInt32
  var isWritable = true
}

struct ModelSpace {
  var endpoint: Endpoint
  /// By ascending address.
  var regions: [ModelRegion] = []
  var pages: [UInt32: ModelPage] = [:]
  var tables: Set<UInt32> = []
  /// The last region's start, its end, and the highest break.
  var dataStart: UInt32 = 1
  var heapStart: UInt32 = 1
  var heapEnd: UInt32 = 1

  mutating func insert(_ region: ModelRegion) {
    regions.append(region)
    regions.sort { $0.start < $1.start }
  }

  func isFree(_ start: UInt32, _ end: UInt32) -> Bool {
    !regions.contains { $0.start < end && start < $0.end }
  }
}
