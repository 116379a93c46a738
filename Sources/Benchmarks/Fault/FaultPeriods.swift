/// Cycles from fault to fault, as they were measured.
struct FaultPeriods {
  /// All of them, by case.
  private(set) var all: [FaultCase: [UInt64]] = [:]
  /// The median of each round.
  private(set) var roundMedians: [FaultCase: [Double]] = [:]

  /// Adds a round of a case; not empty, a precondition.
  mutating func append(_ cycles: [UInt64], of way: FaultCase) {
    all[way, default: []] += cycles
    roundMedians[way, default: []].append(Double(cycles.sorted()[(cycles.count - 1) / 2]))
  }
}
