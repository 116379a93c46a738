/// How soon programs say something.
///
/// The keys of its JSON are stable: `engine`, `rounds`; `nanoseconds` with `reference` and `run`, each
/// with `p50`, `p95` and `p99`; `ratios` and, with `low` and `high`, `confidence`, both with
/// `runToReference`; `labSeconds`, null where no lab was booted.
public struct StartMeasurement: Encodable, Sendable {
  /// Which KVM it was; whoever opened it knows.
  public var engine = ""
  public let rounds: Int
  public let nanoseconds: Times
  public let ratio: Ratio
  /// How long the lab takes for a command that does nothing.
  public var labSeconds: Double?

  public struct Times: Encodable, Sendable {
    public let reference: Percentiles
    public let run: Percentiles
  }

  init(reference: [Double], run: [Double]) {
    rounds = run.count
    nanoseconds = Times(reference: Percentiles(of: reference), run: Percentiles(of: run))
    ratio = Ratio(of: run, to: reference)
  }

  private enum CodingKeys: String, CodingKey {
    case engine, rounds, nanoseconds, ratios, confidence, labSeconds
  }

  private static let name = "runToReference"

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(engine, forKey: .engine)
    try container.encode(rounds, forKey: .rounds)
    try container.encode(nanoseconds, forKey: .nanoseconds)
    try container.encode([Self.name: ratio.median], forKey: .ratios)
    try container.encode([Self.name: ratio.interval], forKey: .confidence)
    try container.encode(labSeconds, forKey: .labSeconds)
  }
}
