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

/// Gathers what one or several payloads say.
public struct ReportBuilder: Sendable {
  private var processor: ProcessorFeatures?
  private var totals: [CaseGroup: (total: Int, failed: Int)] = [:]
  private var divergences: [Divergence] = []
  /// The run's, as the payload has it.
  public private(set) var seed: UInt32 = 0
  /// Whether the payload has said that all is done.
  public private(set) var isFinished = false
  /// Why the payload can't go on, if it said so.
  public private(set) var problem: String?

  public init() {}

  /// Takes one message.
  public mutating func take(_ message: PayloadMessage) {
    let words = message.words
    switch message.kind {
    case .progress: break
    case .features where words.count == 3:
      processor = ProcessorFeatures(rawValue: words[0], physicalAddressBits: words[1])
      seed = words[2]
    case .finding:
      guard let processor,
        let finding = MatrixFinding(
          words: words, physicalAddressBits: processor.physicalAddressBits)
      else {
        problem = "a finding that is none"
        return
      }
      divergences.append(
        Divergence(finding, physicalAddressBits: processor.physicalAddressBits))
    case .cachingFinding where words.count == 1 + 2 * MatrixState.wordCount:
      divergences.append(Divergence(caching: words))
    case .restartFinding:
      guard let finding = RestartFinding(words: words) else {
        problem = "a finding that is none"
        return
      }
      divergences.append(Divergence(finding))
    case .scriptFinding:
      guard let finding = CachingScriptFinding(words: words) else {
        problem = "a finding that is none"
        return
      }
      divergences.append(Divergence(finding))
    case .groupDone where words.count == 3:
      guard let group = CaseGroup(rawValue: words[0]) else { return }
      totals[group] = (Int(words[1]), Int(words[2]))
    case .finished: isFinished = true
    case .panic:
      problem =
        "the payload stopped: " + words.map { "0x" + String($0, radix: 16) }.joined(separator: " ")
    case .features, .groupDone, .cachingFinding: problem = "a message of a wrong size"
    }
  }

  /// The report of what was gathered.
  ///
  /// - Parameters:
  ///   - engine: the engine's name.
  ///   - run: what was asked for.
  public func report(engine: String, run: ConformanceReport.Run) -> ConformanceReport {
    var cases = ["total": totals.values.reduce(0) { $0 + $1.total }]
    for (group, counts) in totals { cases[group.name] = counts.total }
    let failed = totals.values.reduce(0) { $0 + $1.failed }
    return ConformanceReport(
      engine: engine, processor: processor?.words ?? "unknown", run: run, cases: cases,
      passed: (cases["total"] ?? 0) - failed, failed: failed,
      divergences: Divergence.joined([divergences]), mutants: nil)
  }
}
