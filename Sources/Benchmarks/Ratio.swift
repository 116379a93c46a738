/// How many times as long one case takes as another.
///
/// The rounds of both were made in turn, so each has a ratio of its own, of the medians of its faults.
/// The figure is the median of these. Its confidence interval comes from their order alone, whatever
/// their distribution: the number of rounds below the true median is binomial with a half.
public struct Ratio: Sendable, Equatable {
  public var median: Double
  /// The interval in which the true median lies with 95 % confidence.
  public var low: Double
  public var high: Double

  /// As JSON has it.
  struct Interval: Encodable {
    var low: Double
    var high: Double
  }

  var interval: Interval { Interval(low: low, high: high) }

  /// - Parameters:
  ///   - a: a figure for each round.
  ///   - b: the same of what it is compared with; as many, at least one, preconditions.
  init(of a: [Double], to b: [Double]) {
    precondition(a.count == b.count && !a.isEmpty, "\(a.count) rounds to \(b.count)")
    let sorted = zip(a, b).map { $0 / $1 }.sorted()
    median = sorted[(sorted.count - 1) / 2]
    let skipped = Self.skippedCount(of: sorted.count)
    low = sorted[skipped]
    high = sorted[sorted.count - 1 - skipped]
  }

  /// How many of so many values, from 6 to 1,000, lie outside the interval at either end: of as many
  /// coins, at most as many show heads with a probability of 2.5 % at most.
  static func skippedCount(of count: Int) -> Int {
    var probability = 1.0
    for _ in 0..<count { probability /= 2 }
    var (sum, skipped) = (0.0, 0)
    while skipped < count / 2 {
      sum += probability
      if sum > 0.025 { break }
      probability *= Double(count - skipped) / Double(skipped + 1)
      skipped += 1
    }
    // The interval begins at the value behind those.
    return max(0, skipped - 1)
  }
}
