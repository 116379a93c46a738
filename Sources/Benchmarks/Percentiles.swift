/// Three order statistics of what was measured.
public struct Percentiles: Encodable, Sendable, Equatable {
  public var p50: Double
  public var p95: Double
  public var p99: Double

  init(p50: Double, p95: Double, p99: Double) {
    (self.p50, self.p95, self.p99) = (p50, p95, p99)
  }

  /// - Parameter values: in any order; not empty, a precondition.
  init(of values: [Double]) {
    let sorted = values.sorted()
    func percentile(_ percent: Int) -> Double { sorted[(sorted.count - 1) * percent / 100] }
    self.init(p50: percentile(50), p95: percentile(95), p99: percentile(99))
  }
}
