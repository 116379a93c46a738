import I386

/// Which page-table entry is the last that maps a block: for each frame, the exclusive or of the
/// addresses of all entries that do.
///
/// MINIX keeps a list of the regions that share a block, and walks it when one of them lets go. The
/// only thing that it looks for is the last one left, and for that a word a frame is enough: when one
/// entry is left, the word is its address.
struct Sharers {
  private var sums: [UInt32]

  /// - Parameter frameCount: frames in RAM.
  init(frameCount: UInt32) {
    sums = Array(repeating: 0, count: Int(frameCount))
  }

  /// An entry begins to map a block, or ceases to.
  mutating func toggle(_ entry: PhysicalAddress, of block: PhysicalAddress) {
    sums[Int(block.rawValue >> 12)] ^= entry.rawValue
  }

  /// The entry that maps a block which only one maps.
  func onlyEntry(of block: PhysicalAddress) -> PhysicalAddress {
    PhysicalAddress(sums[Int(block.rawValue >> 12)])
  }
}
