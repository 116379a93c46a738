public import PagingCases

/// Gathers what one or several payloads say.
public struct ReportBuilder: Sendable {
  private var processor: ProcessorFeatures?
  private var totals: [CaseGroup: (total: Int, failed: Int)] = [:]
  private var divergences: [Divergence] = []
  /// What the payload was told to run, as it has it.
  public private(set) var parameters: RunParameters?
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
    case .features where words.count == 2 + RunParameters.wordCount:
      // A machine that was reset begins anew.
      self = ReportBuilder()
      processor = ProcessorFeatures(rawValue: words[0], physicalAddressBits: words[1])
      parameters = RunParameters { words[2 + Int($0)] }
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
    case .finished:
      isFinished = true
      if problem == nil, let group = missingGroup {
        problem = "of the group \(group.name) nothing was said"
      }
    case .panic:
      problem =
        "the payload stopped: " + words.map { "0x" + String($0, radix: 16) }.joined(separator: " ")
    case .features, .groupDone, .cachingFinding: problem = "a message of a wrong size"
    }
  }

  /// A group that was to be run and has no count: lines were lost on the way.
  private var missingGroup: CaseGroup? {
    CaseGroup.payloadGroups.first { parameters?.wants($0) != false && totals[$0] == nil }
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
