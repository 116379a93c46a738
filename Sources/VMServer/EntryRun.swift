public import I386

/// Neighbouring entries of a page table, and where copies of them go.
public struct EntryRun: Sendable, BitwiseCopyable {
  /// The first entry to be copied.
  public var source: PhysicalAddress
  /// Where it is copied to: an entry that is absent, as are those behind it.
  public var target: PhysicalAddress
  /// The page that it translates.
  public var page: LinearAddress
  /// How many entries, all of them in one page table.
  public var count: UInt32

  public init(
    source: PhysicalAddress, target: PhysicalAddress, page: LinearAddress, count: UInt32
  ) {
    (self.source, self.target, self.page, self.count) = (source, target, page, count)
  }

  /// A part of it.
  subscript(_ range: Range<UInt32>) -> EntryRun {
    EntryRun(
      source: source + range.lowerBound * 4, target: target + range.lowerBound * 4,
      page: page + range.lowerBound * 4096, count: UInt32(range.count))
  }
}
