/// What was measured of the ways of a page fault.
///
/// The keys of its JSON are stable: `engine`, `rounds`, `faultsPerRound`; `nanoseconds` with a key for
/// each ``FaultCase``, each with `p50`, `p95` and `p99`, from one exit to the next; `ratios` and, with
/// `low` and `high`, `confidence`, both with `messageToFloor`, `messageToExit`, `messageToUserfaultfd`,
/// `signalToMessage` and `floorToExit`; `exitsPerFault`, with `message`; `exits`, `allocations` and
/// `referenceCounts`, each a fault's, by case. What this machine does not have is null.
public struct FaultMeasurement: Encodable, Sendable {
  /// Which KVM it was; whoever opened it knows.
  public var engine = ""
  public var rounds: Int
  public var faultsPerRound = FaultRound.periodCount
  public var nanoseconds: [FaultCase: Percentiles]
  /// Exits from one fault to the next.
  public var exits: [FaultCase: Double] = [:]
  /// Calls of Swift's runtime meanwhile.
  public var allocations: [FaultCase: Double] = [:]
  public var referenceCounts: [FaultCase: Double] = [:]
  /// Why there is no `userfaultfd`, if so.
  public var userfaultfdErrno: Int32?
  private let roundMedians: [FaultCase: [Double]]

  init(_ periods: FaultPeriods, nanosecondsPerCycle: Double) {
    nanoseconds = periods.all.mapValues { cycles in
      Percentiles(of: cycles.map { Double($0) * nanosecondsPerCycle })
    }
    roundMedians = periods.roundMedians
    rounds = roundMedians[.exit]?.count ?? 0
  }

  /// How many times as long one case takes as another; nil when one of them is not there.
  public func ratio(of a: FaultCase, to b: FaultCase) -> Ratio? {
    guard let a = roundMedians[a], let b = roundMedians[b] else { return nil }
    return Ratio(of: a, to: b)
  }
}

extension FaultMeasurement {
  private enum CodingKeys: String, CodingKey {
    case engine, rounds, faultsPerRound, nanoseconds, ratios, confidence, exitsPerFault, exits
    case allocations, referenceCounts
  }

  /// The ratios that have a name.
  private static let named: [(name: String, of: FaultCase, to: FaultCase)] = [
    ("messageToFloor", .message, .floor), ("messageToExit", .message, .exit),
    ("messageToUserfaultfd", .message, .userfaultfd), ("signalToMessage", .signal, .message),
    ("floorToExit", .floor, .exit),
  ]

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(engine, forKey: .engine)
    try container.encode(rounds, forKey: .rounds)
    try container.encode(faultsPerRound, forKey: .faultsPerRound)
    try container.encode(
      byName(FaultCase.allCases) { nanoseconds[$0] }, forKey: .nanoseconds)
    let ratios = Self.named.map { ($0.name, ratio(of: $0.of, to: $0.to)) }
    try container.encode(
      Dictionary(uniqueKeysWithValues: ratios.map { ($0, $1?.median) }), forKey: .ratios)
    try container.encode(
      Dictionary(uniqueKeysWithValues: ratios.map { ($0, $1?.interval) }), forKey: .confidence)
    try container.encode(exits[.message], forKey: .exitsPerFault)
    try container.encode(byName([.floor, .message, .signal]) { exits[$0] }, forKey: .exits)
    let counted: [FaultCase] = [.message, .signal]
    try container.encode(byName(counted) { allocations[$0] }, forKey: .allocations)
    try container.encode(byName(counted) { referenceCounts[$0] }, forKey: .referenceCounts)
  }

  /// With null for what is not there.
  private func byName<Value>(
    _ cases: [FaultCase], _ value: (FaultCase) -> Value?
  ) -> [String: Value?] {
    Dictionary(uniqueKeysWithValues: cases.map { ($0.rawValue, value($0)) })
  }
}
