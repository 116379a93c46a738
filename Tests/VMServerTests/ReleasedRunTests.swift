import I386
import TestSupport
import Testing

@testable import VMServer

/// Mappings that are let go in one loop are let go as one by one.
@Suite struct ReleasedRunTests {
  private static let table = PhysicalAddress(0xF050_0000)
  private static let other = PhysicalAddress(0xF060_0000)
  private static let third = PhysicalAddress(0xF070_0000)

  /// Blocks that a table maps, some of which others map as well.
  private struct Bench: ~Copyable {
    var blocks = PhysicalBlocks(frameCount: 5000)
    var entries: [UInt32] = []

    init(_ seed: UInt64) {
      var generator = SeededGenerator(seed: seed)
      for index in 0..<UInt32(1024) {
        guard Int.random(in: 0..<8, using: &generator) > 0,
          let block = blocks.allocate(FrameDemand(zone: index % 3 == 0 ? .lower16M : .high))
        else {
          entries.append(0)
          continue
        }
        entries.append(block.rawValue | 5)
        blocks.toggle(ReleasedRunTests.table + index * 4, of: block)
        // Stretches of the same kind, and some of their own.
        let kind = index % 100 < 40 ? 1 : Int.random(in: 0..<4, using: &generator)
        if kind > 0 { share(block, ReleasedRunTests.other + index * 4) }
        if kind > 1 { share(block, ReleasedRunTests.third + (1023 - index) * 4) }
        if kind > 2 { blocks.markShared(block) }
      }
    }

    private mutating func share(_ block: PhysicalAddress, _ entry: PhysicalAddress) {
      blocks.retain(block)
      blocks.toggle(entry, of: block)
    }
  }

  @Test(arguments: ModelTests.seeds) func likeOneByOne(_ seed: UInt64) {
    print("released runs: FAULTLINE_SEED=\(seed)")
    var once = Bench(seed)
    var single = Bench(seed)
    var left: [PhysicalAddress] = []
    var (index, rounds) = (0, 0)
    let entries = once.entries
    while index < 1024 {
      var run = EntriesLeft()
      index = once.blocks.release(entries.span, index..<1024, of: Self.table, &run)
      left += (0..<run.count).map { run.first + $0 * 4 }
      rounds += 1
    }
    var expected: [PhysicalAddress] = []
    for (index, entry) in single.entries.enumerated() where entry != 0 {
      let block = PhysicalAddress(entry & ~0xFFF)
      single.blocks.toggle(Self.table + UInt32(index) * 4, of: block)
      let isOneLeft = single.blocks.references(to: block) == 2
      single.blocks.release(block)
      if isOneLeft { expected.append(single.blocks.onlyEntry(of: block)) }
    }
    #expect(left == expected)
    // Forty of each hundred are neighbours.
    #expect(rounds < left.count && rounds > 1)
    #expect(once.blocks.usedCount == single.blocks.usedCount)
    #expect(once.blocks.freeCount == single.blocks.freeCount)
    #expect(once.blocks.longestRun == single.blocks.longestRun)
    for entry in once.entries where entry != 0 {
      let block = PhysicalAddress(entry & ~0xFFF)
      #expect(once.blocks.isShared(block) == single.blocks.isShared(block))
    }
    // What comes next comes in the same order.
    for _ in 0..<5000 {
      let (one, another) = (once.blocks.allocate(), single.blocks.allocate())
      #expect(one == another)
      if one == nil { break }
    }
  }

  /// The end of a page table is the end of a run, and so is what comes from elsewhere.
  @Test func neighbours() {
    var left = EntriesLeft()
    let isFirst = left.append(0xF050_0FF8)
    let isNext = left.append(0xF050_0FFC)
    let isBeyond = left.append(0xF050_1000)
    let isBefore = left.append(0xF050_0FF4)
    #expect((isFirst, isNext, isBeyond, isBefore) == (true, true, false, false))
    #expect((left.first, left.count) == (PhysicalAddress(0xF050_0FF8), 2))
  }
}
