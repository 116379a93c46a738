import MinixABI

/// The round that all ways of a page fault make: `churn` maps some pages, touches one after the other,
/// and gives them back.
enum FaultRound {
  /// `atOnce` of `guest/programs/churn.c`.
  static var pageCount: Int { Stamps.count }
  /// A cycle stamp for each: in place, where an array would ask at each store who else has it.
  typealias Stamps = InlineArray<256, UInt64>
  /// The first of them: VM maps above the stack.
  static var firstPage: UInt32 { AddressSpaceLayout.stackTop }
  static var secondPage: UInt32 { firstPage + AddressSpaceLayout.pageByteCount }
  static var endPage: UInt32 {
    firstPage + UInt32(pageCount) * AddressSpaceLayout.pageByteCount
  }
  /// The first page's fault brings a page table besides: it begins the round. From the second page's
  /// exit to the last one's there are so many times from one fault to the next.
  static var periodCount: Int { pageCount - 2 }
}
