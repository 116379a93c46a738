import MinixABI

/// Regions of equal size, one behind the other, in always the same range of a process's memory: so the
/// same pages are touched in the same order whatever the number of regions.
struct RegionRange: Sendable {
  let count: Int
  /// Pages of a region, the gap behind it included.
  private let stride: Int
  private let gap: Int

  /// How many there can be, of at least four pages.
  static var limit: Int { pageLimit / 4 }
  private static var pageLimit: Int { 400_000 }

  /// - Parameters:
  ///   - count: how many regions, up to ``limit``.
  ///   - gap: pages between one region and the next.
  init(count: Int, gap: Int) {
    self.count = count
    self.gap = gap
    stride = Self.pageLimit / count
  }

  /// The first page of a region.
  func start(of region: Int) -> UInt32 {
    AddressSpaceLayout.stackTop + UInt32(region * stride) * AddressSpaceLayout.pageByteCount
  }

  /// Bytes of each region.
  var byteCount: UInt32 { UInt32(stride - gap) * AddressSpaceLayout.pageByteCount }

  /// A page for each round, each once: where there is no gap.
  func page(_ round: Int) -> UInt32 {
    start(of: 0)
      + UInt32(Self.scattered(round, in: count * stride)) * AddressSpaceLayout.pageByteCount
  }

  /// Where a region begins whose first page has been taken away from it each time that it had its
  /// turn: each has, before one has it again.
  func head(_ round: Int) -> UInt32 {
    start(of: Self.scattered(round, in: count))
      + UInt32(round / count) * AddressSpaceLayout.pageByteCount
  }

  /// Each number below a bound once, neighbours far from one another.
  private static func scattered(_ index: Int, in bound: Int) -> Int {
    // A prime beyond all bounds.
    index * 15_485_863 % bound
  }
}
