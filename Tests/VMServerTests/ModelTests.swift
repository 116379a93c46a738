import Foundation
import I386
import TestSupport
import Testing

@testable import VMServer

/// The data structures against simple models that are plainly right.
@Suite struct ModelTests {
  static var seeds: [UInt64] {
    if let text = ProcessInfo.processInfo.environment["FAULTLINE_SEED"], let seed = UInt64(text) {
      return [seed]
    }
    return [1, 2, .random(in: 3 ... .max)]
  }

  private static func region(_ page: UInt32, _ count: UInt32) -> VirtualRegion {
    VirtualRegion(start: LinearAddress(page << 12), byteCount: count << 12, flags: .anonymous)
  }

  @Test(arguments: seeds) func regionTreesBehaveLikeSortedArrays(_ seed: UInt64) {
    print("region tree: FAULTLINE_SEED=\(seed)")
    var generator = SeededGenerator(seed: seed)
    var tree = RegionTree()
    var roots = [RegionTree.Root(), RegionTree.Root()]
    var models: [[VirtualRegion]] = [[], []]
    for step in 0..<3_000 {
      let which = Int.random(in: 0..<2, using: &generator)
      let page = UInt32.random(in: 1..<4000, using: &generator)
      let model = models[which]
      let address = LinearAddress(page << 12 | UInt32.random(in: 0..<4096, using: &generator))
      switch Int.random(in: 0..<10, using: &generator) {
      case 0..<4:
        let new = Self.region(page, UInt32.random(in: 1...12, using: &generator))
        let fits = !model.contains { $0.start < new.end && new.start < $0.end }
        let inserted = tree.insert(new, into: &roots[which])
        #expect(inserted == fits, "step \(step), seed \(seed)")
        if fits { models[which] = (model + [new]).sorted { $0.start < $1.start } }
      case 4..<6:
        // Half of the time something that is there.
        let start =
          Bool.random(using: &generator)
          ? model.randomElement(using: &generator)?.start ?? address : address
        let removed = tree.remove(startingAt: start, from: &roots[which])
        #expect(removed == model.first { $0.start == start }, "step \(step), seed \(seed)")
        models[which].removeAll { $0.start == start }
      case 6:
        let found = tree.region(containing: address, in: roots[which])
        #expect(found == model.first { $0.contains(address) }, "step \(step), seed \(seed)")
      case 7:
        let first = tree.firstRegion(from: address, in: roots[which])
        #expect(first == model.first { $0.start >= address }, "step \(step), seed \(seed)")
      default:
        let count = UInt32.random(in: 1...40, using: &generator) << 12
        let limit = LinearAddress(UInt32.random(in: page...4100, using: &generator) << 12)
        let gap = tree.firstGap(
          byteCount: count, from: address.pageStart, to: limit, in: roots[which])
        #expect(
          gap == Self.gap(count, address.pageStart, limit, model), "step \(step), seed \(seed)")
      }
      #expect(tree.count == models[0].count + models[1].count)
    }
    for which in 0..<2 {
      var all: [VirtualRegion] = []
      tree.forEach(in: roots[which]) { all.append($0) }
      #expect(all == models[which], "seed \(seed)")
      for region in models[which].shuffled(using: &generator) {
        let removed = tree.remove(startingAt: region.start, from: &roots[which])
        #expect(removed == region)
      }
      #expect(roots[which] == RegionTree.Root())
    }
    #expect(tree.count == 0)
  }

  /// Page by page: plainly right, and slow.
  private static func gap(
    _ count: UInt32, _ minimum: LinearAddress, _ limit: LinearAddress, _ model: [VirtualRegion]
  ) -> LinearAddress? {
    var start = minimum
    while start.rawValue + count <= limit.rawValue {
      let end = start + count
      if !model.contains(where: { $0.start < end && start < $0.end }) { return start }
      start = start + 4096
    }
    return nil
  }

  /// Up, down, towards the middle, and at random: an AVL tree is never higher than 1.45 log2(n + 2).
  @Test(arguments: ["up", "down", "inward", "random", "thinned"]) func treesStayLow(_ order: String)
  {
    var generator = SeededGenerator(seed: 7)
    var pages = (1...4096).map { UInt32($0) }
    if order == "down" { pages.reverse() }
    // 1, 4096, 2, 4095, …: each lands between the last two.
    if order == "inward" { pages = (0..<2048).flatMap { [pages[$0], pages[4095 - $0]] } }
    if order == "random" || order == "thinned" { pages.shuffle(using: &generator) }
    var tree = RegionTree()
    var root = RegionTree.Root()
    for (index, page) in pages.enumerated() {
      let inserted = tree.insert(Self.region(page * 2, 1), into: &root)
      #expect(inserted)
      if index % 64 == 0 {
        #expect(Double(tree.height(of: root)) <= 1.45 * log2(Double(tree.count + 2)))
      }
    }
    guard order == "thinned" else { return }
    for (index, page) in pages.prefix(4000).enumerated() {
      let removed = tree.remove(startingAt: LinearAddress(page * 2 << 12), from: &root)
      #expect(removed != nil)
      if index % 64 == 0 {
        #expect(Double(tree.height(of: root)) <= 1.45 * log2(Double(tree.count + 2)))
      }
    }
  }

  /// From 10 regions to 100,000, the widest gap anywhere: a search looks at no more nodes than lie
  /// beside a few ways down, and so does one that finds nothing.
  @Test(arguments: [10, 100, 1_000, 10_000, 100_000], seeds)
  func gapsAreFoundOnAWayDown(_ count: Int, _ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var tree = RegionTree()
    var root = RegionTree.Root()
    // Gaps of one page, and after some regions of two or three.
    var (page, pages): (UInt32, [UInt32]) = (1, [])
    for _ in 0..<count {
      pages.append(page)
      let isWide = Int.random(in: 0..<count, using: &generator) < 8
      page += isWide ? UInt32.random(in: 3...4, using: &generator) : 2
    }
    for page in pages.shuffled(using: &generator) {
      let inserted = tree.insert(Self.region(page, 1), into: &root)
      #expect(inserted)
    }
    let limit = 4 * Int(1.45 * log2(Double(count + 2))) + 4
    let end = LinearAddress(page << 12)
    for _ in 0..<200 {
      let start = UInt32.random(in: 0..<page, using: &generator)
      let wanted = UInt32.random(in: 1...4, using: &generator)
      var visited = 0
      _ = tree.firstGap(
        byteCount: wanted << 12, from: LinearAddress(start << 12), to: end, in: root,
        visited: &visited)
      #expect(visited <= limit, "\(wanted) pages from page \(start), seed \(seed)")
    }
    #expect(Double(tree.height(of: root)) <= 1.45 * log2(Double(count + 2)))
  }

  @Test(arguments: seeds) func physicalBlocks(_ seed: UInt64) {
    print("physical blocks: FAULTLINE_SEED=\(seed)")
    var generator = SeededGenerator(seed: seed)
    var blocks = PhysicalBlocks(frameCount: 33)
    var model: [PhysicalAddress: UInt32] = [:]
    var peak = 0
    for _ in 0..<5_000 {
      let some = model.keys.sorted().randomElement(using: &generator)
      switch (Int.random(in: 0..<5, using: &generator), some) {
      case (0..<2, _):
        let block = blocks.allocate()
        #expect((block == nil) == (model.count == 32), "seed \(seed)")
        guard let block else { continue }
        #expect(model[block] == nil && block.rawValue != 0 && block.rawValue < 33 << 12)
        model[block] = 1
      case (2, let block?):
        blocks.retain(block)
        model[block, default: 0] += 1
      case (_, let block?):
        blocks.release(block)
        model[block, default: 0] -= 1
        if model[block] == 0 { model[block] = nil }
      default: continue
      }
      peak = max(peak, model.count)
      #expect(blocks.usedCount == UInt32(model.count))
      #expect(blocks.peakCount == UInt32(peak))
      for (block, count) in model { #expect(blocks.references(to: block) == count) }
    }
  }

  /// What came back is handed out before what was never used; counts go beyond eight bits (13.16).
  @Test func blocksAreReusedFirst() throws {
    var blocks = PhysicalBlocks(frameCount: 1000)
    let allocated = (blocks.allocate(), blocks.allocate())
    let (first, second) = (try #require(allocated.0), try #require(allocated.1))
    blocks.release(first)
    let third = blocks.allocate()
    #expect(third == first)
    for _ in 0..<1000 { blocks.retain(second) }
    #expect(blocks.references(to: second) == 1001)
    for _ in 0..<1001 { blocks.release(second) }
    #expect(blocks.usedCount == 1)
    let fourth = blocks.allocate()
    #expect(fourth == second)
  }

  @Test(arguments: seeds) func tablePages(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var pages = TablePages(start: VMBench.arena, byteCount: 16 * 4096, slotCount: 4)
    var tables: Set<PhysicalAddress> = []
    var everTables: Set<PhysicalAddress> = []
    var directoryCount: UInt32 = 0
    for _ in 0..<2_000 {
      let table = tables.sorted().randomElement(using: &generator)
      switch (Int.random(in: 0..<4, using: &generator), table) {
      case (0, _):
        let index = UInt32.random(in: 0..<960, using: &generator)
        let slot = Int.random(in: 0..<4, using: &generator)
        guard let new = pages.allocateTable(for: pages.directory(ofSlot: slot), at: index) else {
          #expect(pages.freeCount == 0)
          continue
        }
        let owner = pages.owner(ofEntry: new + 0x1FC)
        #expect(owner.slot == slot)
        #expect(owner.page == LinearAddress(index << 22 | 0x7F000))
        let isNew = tables.insert(new).inserted
        #expect(isNew)
        everTables.insert(new)
      case (1, let table?):
        tables.remove(table)
        pages.freeTable(table)
      case (2, _):
        pages.takeDirectory()
        directoryCount += 1
      case (3, _) where directoryCount > 0:
        pages.returnDirectory()
        directoryCount -= 1
      default: continue
      }
      #expect(pages.usedCount == UInt32(tables.count) + directoryCount)
      #expect(pages.freeCount == 12 - UInt32(tables.count))
    }
    // CR3 may hold a directory that nobody uses: the two never change places.
    let directories = Set((0..<4).map { pages.directory(ofSlot: $0) })
    #expect(directories == Set((0..<4).map { VMBench.arena + $0 * 4096 }))
    #expect(everTables.isDisjoint(with: directories))
    #expect(everTables.count == 12)
    #expect(
      everTables.allSatisfy {
        $0 >= VMBench.arena && $0 < VMBench.arena + 16 * 4096 && $0.rawValue & 0xFFF == 0
      })
  }
}
