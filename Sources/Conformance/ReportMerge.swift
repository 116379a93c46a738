/// Joins the reports of shards into that of the whole.
public enum ReportMerge {
  /// Why reports don't make a whole.
  public struct Mismatch: Error, Equatable, CustomStringConvertible {
    public let description: String
  }

  /// How many shards a run may have.
  public static let mostShards: UInt32 = 4096

  /// Joins shards that were run apart.
  ///
  /// - Parameter reports: in any order. A shard may be there twice if both say the same.
  /// - Returns: the report that one run of everything would have given, and what is worth a line.
  public static func whole(
    of reports: [ConformanceReport]
  ) throws(Mismatch) -> (report: ConformanceReport, notes: [String]) {
    guard let first = reports.first else { throw Mismatch(description: "no reports") }
    var byShard: [UInt32: ConformanceReport] = [:]
    var notes: [String] = []
    for report in reports {
      try checkKinship(report, first)
      let name = "shard \(report.run.shard)/\(report.run.shards)"
      if let other = byShard[report.run.shard] {
        guard other == report else {
          throw Mismatch(description: "\(name) was run twice, and the results differ")
        }
        notes.append("\(name) was given twice; it counts once")
      }
      byShard[report.run.shard] = report
    }
    let missing = (0..<first.run.shards).filter { byShard[$0] == nil }
    guard missing.isEmpty else {
      let names = missing.map { "\($0)/\(first.run.shards)" }.joined(separator: ", ")
      throw Mismatch(description: "missing: shard \(names)")
    }
    return (joined(byShard.keys.sorted().compactMap { byShard[$0] }), notes)
  }

  private static func checkKinship(
    _ report: ConformanceReport, _ first: ConformanceReport
  ) throws(Mismatch) {
    var run = report.run
    run.shard = first.run.shard
    guard report.run.shard < report.run.shards, report.run.shards <= mostShards else {
      throw Mismatch(
        description: "there is no shard \(report.run.shard)/\(report.run.shards)")
    }
    guard run == first.run else {
      throw Mismatch(
        description: "the reports are of different runs: other shards, seed or filter")
    }
    guard report.engine == first.engine, report.processor == first.processor else {
      throw Mismatch(
        description: "the reports are of different engines: \(first.engine), \(report.engine)")
    }
  }

  /// Joins reports of disjoint parts of a run.
  static func joined(_ reports: [ConformanceReport]) -> ConformanceReport {
    var whole = reports[0]
    whole.run.shard = 0
    whole.run.shards = 1
    for report in reports.dropFirst() {
      whole.cases.merge(report.cases, uniquingKeysWith: +)
      whole.passed += report.passed
      whole.failed += report.failed
    }
    whole.divergences = Divergence.joined(reports.map(\.divergences))
    return whole
  }
}
