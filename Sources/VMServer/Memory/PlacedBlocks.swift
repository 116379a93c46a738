import I386
import MinixABI

/// Blocks for regions that say where in physical memory they must lie (`VR_PHYS64K`, `VR_LOWER16MB`,
/// `VR_LOWER1MB`, `VR_CONTIG`), and regions that are allocated as a whole.
///
/// Source: minix `servers/vm/region.c`; ABI 9.3, 9.8 and 9.19.
extension VMServer {
  /// A block for one page of a region, or nil when there is none where the region wants it. A
  /// contiguous region is allocated as a whole or not at all.
  @inline(__always)
  mutating func freshBlock(for region: VirtualRegion) -> PhysicalAddress? {
    let demanding: VirtualRegion.Flags = [.aligned64K, .lower16M, .lower1M, .contiguous]
    return region.flags.isDisjoint(with: demanding) ? blocks.allocate() : placedBlock(for: region)
  }

  private mutating func placedBlock(for region: VirtualRegion) -> PhysicalAddress? {
    guard !region.flags.contains(.contiguous) || region.byteCount == 4096 else { return nil }
    return blocks.allocate(region.flags.frameDemand)
  }

  /// Allocates every page of a region that has none, zeroed (`MF_PREALLOC`).
  ///
  /// - Returns: false, and nothing has changed, if there is not enough memory where the region wants
  ///   it, or no page left for a page table.
  mutating func populate(_ region: VirtualRegion, of slot: Int) -> Bool {
    guard hasTables(for: region, in: spaces[slot].directory) else { return false }
    let (pageCount, demand) = (region.byteCount >> 12, region.flags.frameDemand)
    if region.flags.contains(.contiguous) {
      guard let run = blocks.allocateRun(frameCount: pageCount, demand) else { return false }
      gate.zeroPages(run, byteCount: region.byteCount)
      for page in 0..<pageCount { place(run + page << 12, page, of: region, slot) }
      return true
    }
    guard blocks.canAllocate(frameCount: pageCount, demand, isRun: false) else { return false }
    for page in 0..<pageCount {
      guard let frame = blocks.allocate(demand) else { return false }
      gate.zeroPage(frame)
      place(frame, page, of: region, slot)
    }
    return true
  }

  /// Whether all page tables that a region needs are there or can be had.
  func hasTables(for region: VirtualRegion, in directory: PhysicalAddress) -> Bool {
    var missing: UInt32 = 0
    for index in region.start.directoryIndex...(region.end.rawValue - 1) >> 22 {
      let entry = PageDirectoryEntry(rawValue: gate.loadEntry(at: directory + index * 4))
      if !entry.isPresent { missing += 1 }
    }
    return missing <= tablePages.freeCount
  }

  /// Copy on write of a contiguous region: the whole of it moves to a run of its own, since the block
  /// is what is copied, and here it is the region. What a grant has let others map stays.
  ///
  /// Source: ABI 9.8.
  mutating func copyRun(_ slot: Int, _ region: VirtualRegion) -> FaultOutcome {
    let pageCount = region.byteCount >> 12
    guard let run = blocks.allocateRun(frameCount: pageCount, region.flags.frameDemand) else {
      return .outOfMemory
    }
    for page in 0..<pageCount {
      let (address, copy) = (region.start + page << 12, run + page << 12)
      guard let entry = presentEntry(of: address, slot), !blocks.isShared(entry.frame),
        let entryAddress = entryAddress(of: address, in: spaces[slot].directory)
      else {
        blocks.release(copy)
        continue
      }
      gate.copyPage(from: entry.frame, to: copy)
      place(copy, page, of: region, slot)
      dropReference(to: entry.frame, of: entryAddress)
    }
    return .copyOnWrite
  }

  /// Maps a block at a page of a region whose page tables are known to be there or to be had.
  mutating func place(
    _ block: PhysicalAddress, _ page: UInt32, of region: VirtualRegion, _ slot: Int
  ) {
    let isMapped = map(
      block, at: region.start + page << 12, in: spaces[slot].directory, of: region)
    precondition(isMapped, "no page table for page \(page) of a region")
  }
}
