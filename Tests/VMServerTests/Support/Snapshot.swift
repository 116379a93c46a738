import I386
import MinixABI

@testable import VMServer

/// All that a refused call must leave as it was: regions, entries, counts, and what VM remembers.
struct Snapshot: Equatable {
  var regions: [[VirtualRegion]]
  var entries: [PhysicalAddress: UInt32]
  var references: [PhysicalAddress: UInt32]
  var calls: [CallSet]
  var hasDMA: [Bool]
  var dma: [DMATable.Entry]
  var noticeCount: Int
  var pagesUsed: UInt32
  var tablesUsed: UInt32
  var freeTables: UInt32
  var freePages: UInt32
  var longestRun: UInt32
}

extension VMBench {
  func snapshot() -> Snapshot {
    let entries = kernel.presentEntries
    let frames = Set(entries.values.map { PageTableEntry(rawValue: $0).frame })
      .filter { $0 < Self.arena && $0.rawValue >> 12 <= vm.blocks.capacity }
    return Snapshot(
      regions: vm.spaces.indices.map { slot in
        var regions: [VirtualRegion] = []
        vm.regions.forEach(in: vm.spaces[slot].regions) { regions.append($0) }
        return regions
      },
      entries: entries,
      references: Dictionary(uniqueKeysWithValues: frames.map { ($0, references($0)) }),
      calls: vm.spaces.indices.map { vm.spaces[$0].calls },
      hasDMA: vm.spaces.indices.map { vm.spaces[$0].hasDMA }, dma: vm.dma.entries,
      noticeCount: vm.exitNotices.count,
      pagesUsed: pagesUsed, tablesUsed: tablesUsed, freeTables: vm.tablePages.freeCount,
      freePages: vm.blocks.freeCount, longestRun: vm.blocks.longestRun)
  }
}
