import I386
import MinixABI
import TestSupport

@testable import VMServer

/// Random operations on VM and on the model of it, which must agree after each.
final class MemoryModelRun {
  /// VM and the model disagree.
  struct Mismatch: Error { var what: String }

  /// Those below are the boot image's.
  static var slots: Range<Int> { 11..<75 }
  private static var directoryCount: Int { 80 }

  let kernel: PageKernel
  var vm: VMServer<PageKernel>
  var model: MemoryModel
  var generator: SeededGenerator
  /// What has happened, by name and result.
  private(set) var tally: [String: Int] = [:]
  private(set) var lastSteps: [String] = []
  private(set) var stepCount = 0
  private var nextMarker: UInt32 = 1
  private var generations: [Int: Int32] = [:]
  private var owners: [UInt32: ModelBlock] = [:]

  init(seed: UInt64, policy: FaultPolicy, blocks: Int = 450, tables: Int = 110) {
    generator = SeededGenerator(seed: seed)
    kernel = PageKernel(frameCount: blocks + 1, arenaPageCount: Self.directoryCount + tables)
    vm = VMServer(
      gate: kernel, frameCount: UInt32(blocks + 1), arenaStart: PageKernel.arena,
      arenaByteCount: UInt32(Self.directoryCount + tables) * 4096,
      processCapacity: Self.directoryCount, policy: policy)
    model = MemoryModel(policy: policy, blockCapacity: blocks, tableCapacity: tables)
  }

  /// One operation, and a look at every address space that it has touched.
  func step() throws {
    stepCount += 1
    model.touched = []
    try operate()
    for block in model.retired {
      if let frame = block.frame, owners[frame] === block { owners[frame] = nil }
    }
    model.retired = []
    let slots = stepCount % 1000 == 0 ? Set(model.spaces.keys) : model.touched
    for slot in slots.sorted() { try compare(slot) }
    try compareTotals()
  }

  func fail(_ what: String) -> Mismatch { Mismatch(what: what) }

  func expect(_ condition: Bool, _ what: @autoclosure () -> String) throws {
    guard condition else { throw fail(what()) }
  }

  func note(_ name: String, _ result: String, _ details: String) {
    tally["\(name) \(result)", default: 0] += 1
    lastSteps.append("\(stepCount): \(name) \(details): \(result)")
    if lastSteps.count > 30 { lastSteps.removeFirst() }
  }

  func newEndpoint(_ slot: Int) -> Endpoint {
    generations[slot, default: 0] += 1
    return Endpoint(
      generation: generations[slot] ?? 1, slot: ProcessSlot(rawValue: Int32(slot)))
  }

  /// Every process ends: no page and no table may be left.
  func endAll() throws {
    for slot in model.spaces.keys.sorted() { try exit(slot) }
    try compareTotals()
    try expect(model.blockCount == 0 && model.tableCount == 0, "the model has something left")
  }

  /// What a process finds when it looks at a page, and then writes there.
  func use(_ slot: Int, _ page: UInt32, isWrite: Bool) throws {
    guard let block = model.spaces[slot]?.pages[page]?.block,
      let frame = entry(slot, page).map({ Int($0.frame.rawValue >> 12) })
    else { throw fail("no page \(page)") }
    try expect(kernel.contents[frame] == block.marker, "page \(page) of \(slot): contents")
    guard isWrite else { return }
    nextMarker += 1
    kernel.contents[frame] = nextMarker
    block.marker = nextMarker
  }

  func entry(_ slot: Int, _ page: UInt32) -> PageTableEntry? {
    guard
      let address = vm.entryAddress(
        of: LinearAddress(page << 12), in: vm.tablePages.directory(ofSlot: slot))
    else { return nil }
    let entry = PageTableEntry(rawValue: kernel.loadEntry(at: address))
    return entry.isPresent ? entry : nil
  }
}

// MARK: - Comparison

extension MemoryModelRun {
  private func compareTotals() throws {
    try expect(
      vm.physicalPagesUsed == UInt32(model.blockCount),
      "\(vm.physicalPagesUsed) pages in use, \(model.blockCount) blocks")
    let tables = model.tableCount + model.spaces.count
    try expect(
      vm.tablePagesUsed == UInt32(tables), "\(vm.tablePagesUsed) table pages, not \(tables)")
  }

  private func compare(_ slot: Int) throws {
    guard let space = model.spaces[slot] else { return }
    try expect(vm.slot(of: space.endpoint) == slot, "endpoint of slot \(slot)")
    var regions: [ModelRegion] = []
    vm.regions.forEach(in: vm.spaces[slot].regions) { region in
      regions.append(
        ModelRegion(
          start: region.start.rawValue >> 12, end: region.end.rawValue >> 12,
          isWritable: region.flags.contains(.writable)))
    }
    try expect(regions == space.regions, "regions of \(slot): \(regions), not \(space.regions)")
    try compareTables(slot, space)
    for (page, mapping) in space.pages { try compare(slot, page, mapping) }
  }

  /// Exactly the model's page tables, with exactly as many pages in them.
  private func compareTables(_ slot: Int, _ space: ModelSpace) throws {
    let directory = vm.tablePages.directory(ofSlot: slot)
    try expect(
      kernel.presentCount(of: directory) == space.tables.count,
      "\(kernel.presentCount(of: directory)) tables of \(slot), not \(space.tables.count)")
    var pageCount = 0
    for index in space.tables {
      let entry = PageDirectoryEntry(rawValue: kernel.loadEntry(at: directory + index * 4))
      try expect(entry.isPresent, "table \(index) of \(slot)")
      pageCount += kernel.presentCount(of: entry.table)
    }
    try expect(
      pageCount == space.pages.count, "\(pageCount) pages of \(slot), not \(space.pages.count)")
  }

  private func compare(_ slot: Int, _ page: UInt32, _ mapping: ModelPage) throws {
    let name = "page \(page) of \(slot)"
    guard let entry = entry(slot, page) else { throw fail("\(name) is absent") }
    let isWritable = model.isWritable(slot, page)
    try expect(entry.isWritable == isWritable, "\(name): writable is \(entry.isWritable)")
    let block = mapping.block
    let references = vm.blocks.references(to: entry.frame)
    try expect(
      references == UInt32(block.sharers.count),
      "\(name): \(references) references, \(block.sharers.count) sharers")
    try expect(vm.blocks.isShared(entry.frame) == block.isGranted, "\(name): granted")
    let frame = entry.frame.rawValue >> 12
    if let known = block.frame {
      try expect(known == frame, "\(name) has moved")
    } else {
      block.frame = frame
      try expect(owners[frame] == nil, "\(name): its frame is another's")
      owners[frame] = block
    }
    try expect(owners[frame] === block, "\(name): its frame is another's")
    try expect(kernel.contents[Int(frame)] == block.marker, "\(name): contents")
  }
}
