public import PagingCases

/// What a run found: the object that `--format json` writes.
public struct ConformanceReport: Codable, Equatable, Sendable {
  /// "kvm_amd npt=1 (lab)", "QEMU's software CPU".
  public var engine: String
  /// What the processor has.
  public var processor: String
  /// What was asked for.
  public var run: Run
  /// How many cases were run: `total`, and each group by its name.
  public var cases: [String: Int]
  public var passed: Int
  /// How many cases differ, for known reasons or not.
  public var failed: Int
  public var divergences: [Divergence]
  /// The suite's test of itself, where that was asked for.
  public var mutants: MutantSummary?

  /// What was asked for.
  public struct Run: Codable, Equatable, Sendable {
    public var shard: UInt32
    public var shards: UInt32
    public var seed: UInt32
    public var filter: String?

    public init(shard: UInt32, shards: UInt32, seed: UInt32, filter: String?) {
      self.shard = shard
      self.shards = shards
      self.seed = seed
      self.filter = filter
    }

    /// What a payload was told.
    public init(_ parameters: RunParameters) {
      self.init(
        shard: parameters.shard, shards: parameters.shardCount, seed: parameters.seed,
        filter: CaseFilter(of: parameters)?.text)
    }
  }

  /// How many mutants there were, and how many the suite has found out.
  public struct MutantSummary: Codable, Equatable, Sendable {
    public var made: Int
    public var caught: Int
    /// Each caught mutant's name, and a case that finds it out.
    public var catchers: [String: String]

    public init(made: Int, caught: Int, catchers: [String: String]) {
      self.made = made
      self.caught = caught
      self.catchers = catchers
    }
  }

  /// Adds what a group has come to.
  public mutating func add(_ group: CaseGroup, count: Int, _ found: [Divergence]) {
    cases[group.name, default: 0] += count
    cases["total", default: 0] += count
    passed += count - found.count
    failed += found.count
    divergences = Divergence.joined([divergences, found])
  }

  /// 0 when everything agrees or is known to differ.
  public var exitCode: Int32 {
    let isFine =
      divergences.allSatisfy { $0.known != nil }
      && divergences.reduce(0) { $0 + $1.alike } == failed
    return isFine && mutants.map { $0.made == $0.caught } ?? true ? 0 : 1
  }
}
