/// What was measured of one case.
///
/// The keys of its JSON are stable: `case`, `processes`, `rounds`, `size` where the case has one,
/// `nanosecondsPerOperation` with `p50`, `p95` and `p99`, `exitsPerOperation` and
/// `editOperationsPerOperation`. The rounds are timed in 100 equal parts, of which these are
/// percentiles.
public struct HostMeasurement: Encodable, Sendable {
  /// The case's name.
  public var name: String
  public var processes: Int
  /// How many operations were timed.
  public var rounds: Int
  /// How many pages or regions the case is about.
  public var size: Int?
  /// What it is a number of; not in the JSON.
  public var sizeUnit: String?
  public var nanosecondsPerOperation: Percentiles
  /// Exits that there would have been with KVM.
  public var exitsPerOperation: Double = 0
  /// Runs of page-table entries that the stub would have had to touch.
  public var editOperationsPerOperation: Double = 0

  private enum CodingKeys: String, CodingKey {
    case name = "case"
    case processes, rounds, size, nanosecondsPerOperation, exitsPerOperation
    case editOperationsPerOperation
  }

  /// - Parameter parts: nanoseconds an operation in each part of the run; not empty, a precondition.
  init(_ hostCase: HostCase, processes: Int, rounds: Int, parts: [Double]) {
    name = hostCase.rawValue
    self.processes = processes
    self.rounds = rounds
    nanosecondsPerOperation = Percentiles(of: parts)
  }
}
