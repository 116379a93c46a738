/// What was measured of one case.
///
/// The keys of its JSON are stable: `case`, `processes`, `rounds`, and `nanosecondsPerOperation` with
/// `p50`, `p95` and `p99`. The rounds are timed in 100 equal parts, of which these are percentiles.
public struct HostMeasurement: Encodable, Sendable {
  /// The case's name.
  public var name: String
  public var processes: Int
  /// How many operations were timed.
  public var rounds: Int
  public var nanosecondsPerOperation: Percentiles

  public struct Percentiles: Encodable, Sendable, Equatable {
    public var p50: Double
    public var p95: Double
    public var p99: Double
  }

  private enum CodingKeys: String, CodingKey {
    case name = "case"
    case processes, rounds, nanosecondsPerOperation
  }

  /// - Parameter parts: nanoseconds an operation in each part of the run; not empty, a precondition.
  init(_ hostCase: HostCase, processes: Int, rounds: Int, parts: [Double]) {
    let sorted = parts.sorted()
    func percentile(_ percent: Int) -> Double { sorted[(sorted.count - 1) * percent / 100] }
    name = hostCase.rawValue
    self.processes = processes
    self.rounds = rounds
    nanosecondsPerOperation = Percentiles(
      p50: percentile(50), p95: percentile(95), p99: percentile(99))
  }
}
