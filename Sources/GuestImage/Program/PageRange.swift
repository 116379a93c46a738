/// Consecutive pages of a program that have one protection: what VM makes a
/// region of.
public struct PageRange: Equatable, Sendable {
  /// The pages.
  public var pages: PageSpan
  /// Whether the program may write to them. A page that two segments share is
  /// writable if either is.
  public var isWritable: Bool
  /// Whether code is among them (in a shared page: in either segment).
  public var isExecutable: Bool
  /// Those of the pages that the file has bytes for, in order and with gaps
  /// between. The others are zero, and may be left to demand.
  public var filled: [PageSpan]

  /// A range; `filled` must be pages of it.
  public init(pages: PageSpan, isWritable: Bool, isExecutable: Bool, filled: [PageSpan]) {
    self.pages = pages
    self.isWritable = isWritable
    self.isExecutable = isExecutable
    self.filled = filled
  }
}

/// Consecutive whole pages.
public struct PageSpan: Equatable, Sendable {
  /// The address of the first page, a multiple of 4096.
  public var address: UInt32
  /// How many pages, at least one.
  public var pageCount: Int

  /// A span of whole pages.
  public init(address: UInt32, pageCount: Int) {
    self.address = address
    self.pageCount = pageCount
  }

  /// The first address after the pages; never above `UserSpace.end`.
  public var endAddress: UInt32 { address + UInt32(pageCount) * UserSpace.pageSize }

  /// The addresses of the pages, in order.
  public var pageAddresses: StrideTo<UInt32> {
    stride(from: address, to: endAddress, by: Int(UserSpace.pageSize))
  }

  /// The pages that hold the bytes from `start` to before `end`, which must be
  /// above it and in user space.
  init(covering start: UInt32, to end: UInt32) {
    let mask = UserSpace.pageSize - 1
    let first = start & ~mask
    // The last byte's page: rounding `end` up could not overflow in user space,
    // but this holds for any end.
    let last = (end - 1) & ~mask
    self.init(address: first, pageCount: Int((last - first) / UserSpace.pageSize) + 1)
  }
}
