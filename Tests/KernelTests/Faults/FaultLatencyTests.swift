import Testing

@testable import Kernel

/// How long faults took, as far as buckets can tell.
@Suite struct FaultLatencyTests {
  private func counted(_ cycles: [UInt64]) -> FaultLatencies {
    let counters = Counters()
    for number in cycles { counters.countLatency(number) }
    return counters.faultLatencies
  }

  @Test(
    arguments: [1, 2, 63, 64, 100, 4095, 123_456, 1 << 31, 987_654_321_987, 1 << 62] as [UInt64])
  func aBucketIsRightToOneInAHundred(cycles: UInt64) throws {
    let counts = counted([cycles]).counts
    try #require(counts.count == 1)
    #expect(counts[0].count == 1)
    let difference = Int64(counts[0].cycles) - Int64(cycles)
    #expect(difference.magnitude <= cycles / 100, "\(counts[0].cycles)")
  }

  @Test func bucketsAreInOrder() {
    let counts = counted([5000, 70, 5000, 1_000_000]).counts
    #expect(counts.map(\.count) == [1, 2, 1])
    #expect(counts.map(\.cycles) == counts.map(\.cycles).sorted())
  }

  /// What can't be is counted as the least there is.
  @Test(arguments: [0, UInt64.max, 1 << 63]) func noTimeAtAll(cycles: UInt64) {
    #expect(counted([cycles]).counts.map(\.cycles) == [1])
  }
}
