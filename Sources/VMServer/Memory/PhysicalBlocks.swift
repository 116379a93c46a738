import I386

/// The physical pages that processes can have: a block each, with a count of the mappings that share
/// it.
///
/// Single frames come from the highest zone that has any, as MINIX takes them from the top: what few
/// there are below stays for those who need them there. Within a zone they come from the bottom, and
/// one that came back before one that was never used: the guest has touched it, so KVM has it mapped
/// already.
///
/// The free frames of a zone are a list in both directions. A single frame is the list's first, and a
/// run takes its frames out of the midst: neighbours that are free need not be merged to be one run.
///
/// Source: minix `servers/vm/alloc.c`, `servers/vm/region.c`, in single pages; ABI 9.19.
struct PhysicalBlocks: ~Copyable {
  private struct Frame: BitwiseCopyable {
    /// For a used block its reference count, with ``sharedMark`` perhaps; for a free one the next in
    /// its zone's list, 0 for none, behind ``freeMark``.
    var state: UInt32
    /// For a free one the one before it in the list, 0 for none; for a used one the exclusive or of
    /// the addresses of all page-table entries that map it.
    var link: UInt32
  }

  private let frames: FixedTable<Frame>
  /// The first of each zone's list, and how many are in it.
  private var firstFree: InlineArray<3, UInt32> = [0, 0, 0]
  private var freeCounts: InlineArray<3, UInt32> = [0, 0, 0]
  /// Blocks in use now.
  private(set) var usedCount: UInt32 = 0
  /// The most that were in use at once.
  private(set) var peakCount: UInt32 = 0

  private static var freeMark: UInt32 { 0x8000_0000 }
  private static var sharedMark: UInt32 { 0x4000_0000 }

  /// - Parameter frameCount: frames in RAM. Frame 0 is never handed out: `NO_MEM` is 0.
  init(frameCount: UInt32) {
    frames = FixedTable(repeating: Frame(state: 0, link: 0), count: Int(frameCount))
    for frame in 1..<frameCount {
      let zone = FrameZone(of: frame)
      let isLast = frame + 1 == min(frameCount, zone.endFrame)
      let isFirst = frame == zone.firstFrame
      frames[Int(frame)] = Frame(
        state: (isLast ? 0 : frame + 1) | Self.freeMark, link: isFirst ? 0 : frame - 1)
      if isFirst { firstFree[zone.rawValue] = frame }
      freeCounts[zone.rawValue] += 1
    }
  }

  /// How many frames can be handed out in all.
  var capacity: UInt32 { UInt32(frames.count) - 1 }

  /// How many can still be handed out.
  var freeCount: UInt32 { capacity - usedCount }

  /// Whether a range is RAM, handed out or not.
  func isRAM(_ start: PhysicalAddress, byteCount: UInt32) -> Bool {
    UInt64(start.rawValue) + UInt64(byteCount) <= UInt64(frames.count) << 12
  }

  /// A block with one reference, or nil when RAM is used up. Its contents are what they were.
  @inline(__always)
  mutating func allocate() -> PhysicalAddress? { allocateFirst(from: .high) }

  /// A block that meets a demand, with one reference; nil when there is none.
  mutating func allocate(_ demand: FrameDemand) -> PhysicalAddress? {
    demand.isAligned ? allocateRun(frameCount: 1, demand) : allocateFirst(from: demand.zone)
  }

  @inline(__always)
  private mutating func allocateFirst(from highest: FrameZone) -> PhysicalAddress? {
    var zone = highest.rawValue
    while firstFree[zone] == 0 {
      guard zone > 0 else { return nil }
      zone -= 1
    }
    let frame = firstFree[zone]
    take(frame, of: zone)
    return PhysicalAddress(frame << 12)
  }

  /// How many mappings share the block.
  func references(to block: PhysicalAddress) -> UInt32 {
    frames[Int(block.rawValue >> 12)].state & ~Self.sharedMark
  }

  /// `PBSH_SMAP`: those who have the block share it by a grant; it is not copied on write.
  func isShared(_ block: PhysicalAddress) -> Bool {
    let state = frames[Int(block.rawValue >> 12)].state
    return state & Self.freeMark == 0 && state & Self.sharedMark != 0
  }

  /// Marks a block as shared by a grant, until only one has it.
  mutating func markShared(_ block: PhysicalAddress) {
    frames[Int(block.rawValue >> 12)].state |= Self.sharedMark
  }

  /// Another mapping of the block.
  mutating func retain(_ block: PhysicalAddress) {
    frames[Int(block.rawValue >> 12)].state += 1
  }

  /// One mapping fewer; the last one frees the block.
  mutating func release(_ block: PhysicalAddress) {
    let frame = block.rawValue >> 12
    let state = frames[Int(frame)].state
    let count = state & ~Self.sharedMark
    precondition(state & Self.freeMark == 0 && count > 0, "release of free frame \(frame)")
    guard count == 1 else {
      frames[Int(frame)].state = count == 2 ? 1 : state - 1
      return
    }
    let zone = FrameZone(of: frame).rawValue
    let next = firstFree[zone]
    frames[Int(frame)] = Frame(state: next | Self.freeMark, link: 0)
    if next != 0 { frames[Int(next)].link = frame }
    firstFree[zone] = frame
    freeCounts[zone] += 1
    usedCount -= 1
  }

  /// Takes a free frame out of its zone's list: the first one, or any other.
  @inline(__always)
  private mutating func take(_ frame: UInt32, of zone: Int) {
    let (state, previous) = (frames[Int(frame)].state, frames[Int(frame)].link)
    let next = state & ~Self.freeMark
    if previous == 0 {
      firstFree[zone] = next
    } else {
      frames[Int(previous)].state = state
    }
    if next != 0 { frames[Int(next)].link = previous }
    frames[Int(frame)] = Frame(state: 1, link: 0)
    freeCounts[zone] &-= 1
    usedCount &+= 1
    if usedCount > peakCount { peakCount = usedCount }
  }
}

// MARK: - Who maps a block

/// MINIX keeps a list of the regions that share a block, and walks it when one of them lets go. The
/// only thing that it looks for is the last one left, and for that a word a frame is enough: when one
/// entry is left, the exclusive or is its address.
extension PhysicalBlocks {
  /// An entry begins to map a block, or ceases to.
  @inline(__always)
  mutating func toggle(_ entry: PhysicalAddress, of block: PhysicalAddress) {
    frames[Int(block.rawValue >> 12)].link ^= entry.rawValue
  }

  /// The entry that maps a block which only one maps.
  func onlyEntry(of block: PhysicalAddress) -> PhysicalAddress {
    PhysicalAddress(frames[Int(block.rawValue >> 12)].link)
  }

  /// Another mapping of each block that neighbouring entries map, by the entries to which these will
  /// be copied: what fork does for every page, and so in one loop.
  ///
  /// - Parameters:
  ///   - entries: of which absent ones are passed over.
  ///   - indices: which of them.
  ///   - target: where the copy of the first of all goes.
  ///   - stopsAtShared: whether a block that is shared by a grant ends it.
  /// - Returns: the index where it ended.
  mutating func retain(
    _ entries: Span<UInt32>, _ indices: Range<Int>, copiedTo target: PhysicalAddress,
    stopsAtShared: Bool
  ) -> Int {
    let stopMark = stopsAtShared ? Self.sharedMark : 0
    return frames.withElements { frames in
      // A range's iterator would be a fifth of the loop.
      var index = indices.lowerBound
      while index < indices.upperBound {
        let entry = entries[index]
        guard entry & PageEntryBits.present != 0 else {
          index &+= 1
          continue
        }
        let number = Int(entry >> 12)
        let frame = frames[number]
        guard frame.state & stopMark == 0 else { return index }
        let copy = target.rawValue &+ UInt32(truncatingIfNeeded: index) &* 4
        frames[number] = Frame(state: frame.state &+ 1, link: frame.link ^ copy)
        index &+= 1
      }
      return indices.upperBound
    }
  }
}

/// Neighbouring entries of one page table, each of which is the only one left that maps its block.
struct EntriesLeft {
  private(set) var first = PhysicalAddress(0)
  private(set) var count: UInt32 = 0

  /// Adds one.
  ///
  /// - Returns: false if it is not the next of them.
  mutating func append(_ entry: UInt32) -> Bool {
    if count == 0 {
      first = PhysicalAddress(entry)
    } else if entry != first.rawValue &+ count &* 4 || entry & 0xFFF == 0 {
      return false
    }
    count &+= 1
    return true
  }
}

extension PhysicalBlocks {
  /// One mapping fewer of each block that neighbouring entries map: what a process's end does for every
  /// page, and so in one loop.
  ///
  /// - Parameters:
  ///   - entries: of which absent ones are passed over.
  ///   - indices: which of them.
  ///   - first: where the first of all stands.
  ///   - left: gets those that are the last to map a block now, as long as they are neighbours.
  /// - Returns: the index where it ended, for the next one is not their neighbour.
  mutating func release(
    _ entries: Span<UInt32>, _ indices: Range<Int>, of first: PhysicalAddress,
    _ left: inout EntriesLeft
  ) -> Int {
    var (heads, counts, freed) = (firstFree, freeCounts, UInt32(0))
    let end = frames.withElements { frames in
      var index = indices.lowerBound
      while index < indices.upperBound {
        let entry = entries[index]
        guard entry & PageEntryBits.present != 0 else {
          index &+= 1
          continue
        }
        let number = Int(entry >> 12)
        let (state, link) = (
          frames[number].state,
          frames[number].link ^ (first.rawValue &+ UInt32(truncatingIfNeeded: index) &* 4)
        )
        let count = state & ~Self.sharedMark
        precondition(state & Self.freeMark == 0 && count > 0, "release of free frame \(number)")
        if count == 1 {
          let zone = FrameZone(of: entry >> 12).rawValue
          let next = heads[zone]
          frames[number] = Frame(state: next | Self.freeMark, link: 0)
          if next != 0 { frames[Int(next)].link = entry >> 12 }
          heads[zone] = entry >> 12
          counts[zone] &+= 1
          freed &+= 1
        } else if count == 2 {
          guard left.append(link) else { break }
          frames[number] = Frame(state: 1, link: link)
        } else {
          frames[number] = Frame(state: state &- 1, link: link)
        }
        index &+= 1
      }
      return index
    }
    (firstFree, freeCounts) = (heads, counts)
    usedCount -= freed
    return end
  }
}

// MARK: - Runs

extension PhysicalBlocks {
  /// Blocks that lie one behind the other, with one reference each: the first of them, or nil when no
  /// run is long enough, and then nothing has changed.
  mutating func allocateRun(frameCount: UInt32, _ demand: FrameDemand) -> PhysicalAddress? {
    guard let start = firstRun(frameCount: frameCount, demand) else { return nil }
    for frame in start..<start + frameCount { take(frame, of: FrameZone(of: frame).rawValue) }
    return PhysicalAddress(start << 12)
  }

  /// Whether so many blocks can be had, one behind the other or one by one.
  func canAllocate(frameCount: UInt32, _ demand: FrameDemand, isRun: Bool) -> Bool {
    if isRun { return firstRun(frameCount: frameCount, demand) != nil }
    guard !demand.isAligned else { return hasAlignedFrames(frameCount, demand) }
    var count: UInt32 = 0
    for zone in 0...demand.zone.rawValue { count += freeCounts[zone] }
    return count >= frameCount
  }

  /// The longest run of free frames.
  var longestRun: UInt32 {
    var (longest, length): (UInt32, UInt32) = (0, 0)
    for frame in 1..<UInt32(frames.count) {
      length = isFree(frame) ? length + 1 : 0
      if length > longest { longest = length }
    }
    return longest
  }

  private func isFree(_ frame: UInt32) -> Bool {
    frames[Int(frame)].state & Self.freeMark != 0
  }

  /// The lowest run in the highest zone that has one; it may go on in the zones above.
  private func firstRun(frameCount: UInt32, _ demand: FrameDemand) -> UInt32? {
    let end = min(demand.zone.endFrame, UInt32(frames.count))
    var zone: FrameZone? = demand.zone
    while let floor = zone {
      if let start = firstRun(frameCount, from: floor.firstFrame, to: end, step: demand.step) {
        return start
      }
      zone = floor.below
    }
    return nil
  }

  /// Looks at each place from its end: whatever is used there rules out all beginnings up to it.
  private func firstRun(
    _ frameCount: UInt32, from floor: UInt32, to end: UInt32, step: UInt32
  ) -> UInt32? {
    var start = (floor + step - 1) / step * step
    while start < end, frameCount <= end - start {
      var last = start + frameCount
      while last > start, isFree(last - 1) { last -= 1 }
      guard last > start else { return start }
      start = (last + step - 1) / step * step
    }
    return nil
  }

  private func hasAlignedFrames(_ frameCount: UInt32, _ demand: FrameDemand) -> Bool {
    var missing = frameCount
    let end = min(demand.zone.endFrame, UInt32(frames.count))
    for frame in stride(from: demand.step, to: end, by: Int(demand.step)) where missing > 0 {
      if isFree(frame) { missing -= 1 }
    }
    return missing == 0
  }
}
