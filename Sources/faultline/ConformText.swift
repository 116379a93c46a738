import Conformance
import FoundationEssentials
import Glibc
import GuestImage
import Report

/// A conformance report as text, and back.
struct ConformText {
  let report: ConformanceReport

  func text(_ format: ReportFormat) throws -> String {
    switch format {
    case .table: table
    case .tap: report.tap
    case .junit: report.junit
    case .json: try JSONText.of(report)
    }
  }

  /// A row for each group, then each divergence in full.
  private var table: String {
    let groups = report.cases.keys.filter { $0 != "total" }.sorted()
    let grid = Grid(
      columns: [
        .text("group"), .number("cases"), .number("passed"), .number("known", "differences"),
        .number("other", "differences"),
      ],
      rows: (groups + ["total"]).map { row($0) })
    var lines = ["engine: \(report.engine), \(report.processor)"]
    lines += grid.lines(TextStyle(isTerminal: Terminal.isThere(1)))
    for divergence in report.divergences {
      lines += ["", "\(divergence.id): \(divergence.case)"]
      lines += divergence.details.map { "  \($0)" }
    }
    if report.untold != 0 {
      lines += ["", "\(report.untold.grouped) more cases differ, in too many ways to tell"]
    }
    if let mutants = report.mutants {
      lines += ["", "mutants: \(mutants.made.grouped) made, \(mutants.caught.grouped) caught"]
    }
    return lines.joined(separator: "\n")
  }

  private func row(_ group: String) -> [String] {
    let found = report.divergences.filter { group == "total" || $0.group == group }
    let known = found.filter { $0.known != nil }.reduce(0) { $0 + $1.alike }
    let told = found.reduce(0) { $0 + $1.alike }
    let other = told - known + (group == "total" ? report.untold : 0)
    let count = report.cases[group, default: 0]
    return [group, count.grouped, (count - known - other).grouped, known.grouped, other.grouped]
  }

  /// Reads a report that was written as JSON.
  static func read(_ path: String) throws -> ConformanceReport {
    do {
      return try JSONDecoder().decode(
        ConformanceReport.self, from: Data(InputFile(opening: path).contents().bytes))
    } catch let error as DecodingError {
      throw Failure(
        "\(path) is no report of 'faultline conform --format json': \(error.reason)", exitCode: 65)
    }
  }

  /// A text file's lines, whatever ends them.
  static func lines(of path: String) throws -> [String] {
    let bytes = try InputFile(opening: path).contents().bytes
    return bytes.split { $0 == 10 || $0 == 13 }.map { String(decoding: $0, as: UTF8.self) }
  }
}

extension DecodingError {
  fileprivate var reason: String {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .keyNotFound(_, let context), .dataCorrupted(let context):
      context.debugDescription
    @unknown default: "it can't be read"
    }
  }
}
