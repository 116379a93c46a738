import PagingCases

/// The suite's test of itself: processors with one thing wrong, each to be found out by a case.
public enum MutantTrial {
  /// Tries every mutant. One that nothing catches is a divergence of the suite's own.
  public static func report() -> ConformanceReport {
    let restartCases = RestartCase.all
    let trials: [(words: String, catcher: String?)] =
      Mutant.all.map { (words: $0.words, catcher: $0.catcher()?.identifier) }
      + RestartMutant.all.map { ($0.words, $0.catcher(among: restartCases)?.identifier) }
      + HostMutant.all.map { ($0.words, $0.catcher?.identifier) }
    let missed = trials.filter { $0.catcher == nil }.map(\.words)
    let found = missed.map { mutant in
      Divergence(
        id: "mutant:\(mutant)", group: "mutants",
        case: "a processor of which \(mutant)",
        kind: mutant, alike: 1, expected: "a case that differs", seen: "none", known: nil,
        repeat: "faultline conform --mutants")
    }
    var report = ConformanceReport(
      engine: "the oracle, with one thing wrong", processor: "40-bit physical addresses",
      run: ConformanceReport.Run(shard: 0, shards: 1, seed: 0, filter: nil),
      cases: ["total": trials.count, "mutants": trials.count],
      passed: trials.count - missed.count, failed: missed.count, divergences: found, mutants: nil)
    report.mutants = ConformanceReport.MutantSummary(
      made: trials.count, caught: trials.count - missed.count,
      catchers: trials.reduce(into: [:]) { $0[$1.words] = $1.catcher })
    return report
  }
}
