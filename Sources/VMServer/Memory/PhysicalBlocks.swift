import I386

/// The physical pages that processes can have: a block each, with a count of the mappings that share
/// it.
///
/// Frames are handed out from the bottom of RAM, and one that came back before one that was never
/// used: the guest has touched it, so KVM has it mapped already.
///
/// Source: minix `servers/vm/alloc.c`, `servers/vm/region.c`, in single pages.
struct PhysicalBlocks {
  /// For a used block its reference count, with ``sharedMark`` perhaps; for a free one that was used before, the next such block
  /// behind ``freeMark``.
  private var states: [UInt32]
  /// The first frame never handed out.
  private var untouched: UInt32
  private var firstFree: UInt32 = 0
  /// Blocks in use now.
  private(set) var usedCount: UInt32 = 0
  /// The most that were in use at once.
  private(set) var peakCount: UInt32 = 0

  private static var freeMark: UInt32 { 0x8000_0000 }
  private static var sharedMark: UInt32 { 0x4000_0000 }

  /// - Parameter frameCount: frames in RAM. Frame 0 is never handed out: `NO_MEM` is 0.
  init(frameCount: UInt32) {
    states = Array(repeating: 0, count: Int(frameCount))
    untouched = 1
  }

  /// How many frames can be handed out in all.
  var capacity: UInt32 { UInt32(states.count) - 1 }

  /// A block with one reference, or nil when RAM is used up. Its contents are what they were.
  mutating func allocate() -> PhysicalAddress? {
    let frame: UInt32
    if firstFree != 0 {
      frame = firstFree
      firstFree = states[Int(frame)] & ~Self.freeMark
    } else {
      guard untouched < UInt32(states.count) else { return nil }
      frame = untouched
      untouched += 1
    }
    states[Int(frame)] = 1
    usedCount += 1
    if usedCount > peakCount { peakCount = usedCount }
    return PhysicalAddress(frame << 12)
  }

  /// How many mappings share the block.
  func references(to block: PhysicalAddress) -> UInt32 {
    states[Int(block.rawValue >> 12)] & ~Self.sharedMark
  }

  /// `PBSH_SMAP`: those who have the block share it by a grant; it is not copied on write.
  func isShared(_ block: PhysicalAddress) -> Bool {
    let state = states[Int(block.rawValue >> 12)]
    return state & Self.freeMark == 0 && state & Self.sharedMark != 0
  }

  /// Marks a block as shared by a grant, until only one has it.
  mutating func markShared(_ block: PhysicalAddress) {
    states[Int(block.rawValue >> 12)] |= Self.sharedMark
  }

  /// Another mapping of the block.
  mutating func retain(_ block: PhysicalAddress) {
    states[Int(block.rawValue >> 12)] += 1
  }

  /// One mapping fewer; the last one frees the block.
  mutating func release(_ block: PhysicalAddress) {
    let frame = block.rawValue >> 12
    let state = states[Int(frame)]
    let count = state & ~Self.sharedMark
    precondition(state & Self.freeMark == 0 && count > 0, "release of free frame \(frame)")
    guard count == 1 else {
      states[Int(frame)] = count == 2 ? 1 : state - 1
      return
    }
    states[Int(frame)] = firstFree | Self.freeMark
    firstFree = frame
    usedCount -= 1
  }
}
