import Testing

@testable import Benchmarks

/// Medians over rounds, and how far they can be trusted.
@Suite struct RatioTests {
  /// The usual table of confidence intervals for a median, by the number of values.
  @Test(arguments: [(6, 0), (8, 0), (9, 1), (11, 1), (12, 2), (20, 5), (50, 17), (100, 39)])
  func order(_ count: Int, _ skipped: Int) {
    #expect(Ratio.skippedCount(of: count) == skipped)
  }

  @Test func manyRounds() {
    // Half the count less 0.98 times its root.
    #expect((467...469).contains(Ratio.skippedCount(of: 1000)))
  }

  /// What slows a round slows all cases in it: that is not in the ratio.
  @Test func roundsAreCompared() {
    let slowness = (0..<9).map { 1 + Double($0 * $0) }
    let ratio = Ratio(of: slowness.map { $0 * 3 }, to: slowness.map { $0 * 2 })
    #expect([ratio.low, ratio.median, ratio.high] == [1.5, 1.5, 1.5])
  }

  @Test func orderStatistics() {
    let values = [5, 1, 9, 3, 8, 2, 7, 4, 6].map(Double.init)
    let ratio = Ratio(of: values, to: Array(repeating: 1, count: 9))
    #expect([ratio.low, ratio.median, ratio.high] == [2, 5, 8])
  }
}
