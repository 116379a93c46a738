import MinixABI

@testable import VMServer

/// Calls: ABI 9.11 to 9.15.
extension MemoryModel {
  private static var end: UInt32 { 0xF0000 }
  private static var stackTop: UInt32 { 0x80000 }
  private static var stackStart: UInt32 { 0x7C000 }

  /// - Returns: the first page, or an error.
  mutating func mmap(
    _ slot: Int, _ count: UInt32, hint: UInt32, isPreallocated: Bool
  ) -> Result<UInt32, ResultCode> {
    guard let space = spaces[slot] else { return .failure(.enxio) }
    var start = hint == 0 ? Self.stackTop : hint
    while start + count <= Self.end, !space.isFree(start, start + count) { start += 1 }
    guard start + count <= Self.end else { return .failure(.enomem) }
    let region = ModelRegion(start: start, end: start + count)
    let isPresent = isPreallocated || policy == .eager
    guard !isPresent || hasRoom(for: region, in: space) else { return .failure(.enomem) }
    spaces[slot]?.insert(region)
    if isPresent { _ = populate(slot, region) }
    return .success(start)
  }

  /// Whether all of a new region can be made present: what can't be leaves nothing behind.
  private func hasRoom(for region: ModelRegion, in space: ModelSpace) -> Bool {
    let tables = Set((region.start..<region.end).map { $0 >> 10 })
    return Int(region.end - region.start) <= blocksLeft
      && tables.subtracting(space.tables).count <= tablesLeft
  }

  mutating func populate(_ slot: Int, _ region: ModelRegion) -> Bool {
    for page in region.start..<region.end where spaces[slot]?.pages[page] == nil {
      guard mapFresh(slot, page) else { return false }
    }
    return true
  }

  mutating func munmap(_ slot: Int, _ start: UInt32, _ count: UInt32) -> ResultCode {
    guard
      let index = spaces[slot]?.regions.firstIndex(where: {
        $0.start == start && count > 0 && count <= $0.end - $0.start
      })
    else { return .efault }
    for page in start..<start + count { remove(slot, page) }
    spaces[slot]?.regions[index].start += count
    spaces[slot]?.regions.removeAll { $0.start == $0.end }
    return .ok
  }

  /// The stack pointer is at the stack's top.
  mutating func brk(_ slot: Int, _ address: UInt32) -> ResultCode {
    guard let space = spaces[slot] else { return .einval }
    let end = max(UInt32((UInt64(address) + 4095) >> 12), space.heapStart)
    guard address >> 12 >= space.dataStart, end + 1 <= Self.stackStart else { return .enomem }
    guard end > space.heapEnd else { return .ok }
    let growth = ModelRegion(start: space.heapEnd, end: end)
    guard space.isFree(growth.start, growth.end) else { return .enomem }
    guard policy != .eager || hasRoom(for: growth, in: space) else { return .enomem }
    spaces[slot]?.insert(growth)
    if policy == .eager { _ = populate(slot, growth) }
    spaces[slot]?.heapEnd = end
    if let heap = space.regions.first(where: {
      $0.end == growth.start && $0.isWritable && $0.start >= space.heapStart
    }) {
      spaces[slot]?.regions.removeAll { $0 == heap || $0 == growth }
      spaces[slot]?.insert(ModelRegion(start: heap.start, end: end))
    }
    return .ok
  }

  mutating func fork(
    _ parent: Int, _ child: Int, _ endpoint: Endpoint, messageAddress: UInt32
  ) -> ResultCode {
    guard var copy = spaces[parent] else { return .einval }
    let pages = copy.pages
    let tables = Set(pages.keys.map { $0 >> 10 })
    let clones = pages.values.count { $0.block.isGranted }
    guard tables.count <= tablesLeft, clones <= blocksLeft else { return .enomem }
    (copy.pages, copy.tables, copy.endpoint) = ([:], [], endpoint)
    spaces[child] = copy
    for (page, mapping) in pages {
      _ = makeTable(child, page)
      if mapping.block.isGranted {
        let block = ModelBlock()
        block.marker = mapping.block.marker
        set(child, page, ModelPage(block: block))
      } else {
        set(child, page, mapping)
      }
    }
    for slot in [child, parent] {
      _ = handleMemory(slot, messageAddress, 36, isWrite: true)
    }
    return .ok
  }

  /// Regions by pages, in ascending order.
  mutating func exec(_ slot: Int, _ regions: [ModelRegion]) -> ResultCode {
    if policy == .eager {
      let pages = regions.flatMap { Array($0.start..<$0.end) }
      guard pages.count <= blocksLeft, Set(pages.map { $0 >> 10 }).count <= tablesLeft else {
        return .enomem
      }
    }
    removeAll(slot)
    begin(slot, regions)
    return .ok
  }

  /// The memory of a program that begins.
  mutating func begin(_ slot: Int, _ regions: [ModelRegion]) {
    for region in regions {
      spaces[slot]?.insert(region)
      spaces[slot]?.dataStart = region.start
      spaces[slot]?.heapStart = region.end
      spaces[slot]?.heapEnd = region.end
      if policy == .eager { _ = populate(slot, region) }
    }
    spaces[slot]?.insert(ModelRegion(start: Self.stackStart, end: Self.stackTop))
  }

  mutating func exit(_ slot: Int) {
    removeAll(slot)
    spaces[slot] = nil
  }
}
