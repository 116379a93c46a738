import PagingCases

/// The suite's test of itself: processors with one thing wrong, each to be found out by a case.
public enum MutantTrial {
  /// Tries every mutant. One that nothing catches is a divergence of the suite's own.
  public static func report() -> ConformanceReport {
    let trials = Mutant.all.map { (mutant: $0, catcher: $0.catcher()) }
    let missed = trials.filter { $0.catcher == nil }.map(\.mutant)
    let found = missed.map { mutant in
      Divergence(
        id: "mutant:\(mutant.words)", group: "mutants",
        case: "a processor of which \(mutant.words)",
        kind: mutant.words, alike: 1, expected: "a case that differs", seen: "none", known: nil,
        repeat: "faultline conform --mutants")
    }
    var report = ConformanceReport(
      engine: "the oracle, with one thing wrong", processor: "40-bit physical addresses",
      run: ConformanceReport.Run(shard: 0, shards: 1, seed: 0, filter: nil),
      cases: ["total": trials.count, "mutants": trials.count],
      passed: trials.count - missed.count, failed: missed.count, divergences: found, mutants: nil)
    report.mutants = ConformanceReport.MutantSummary(
      made: trials.count, caught: trials.count - missed.count,
      catchers: trials.reduce(into: [:]) { $0[$1.mutant.words] = $1.catcher?.identifier })
    return report
  }
}
