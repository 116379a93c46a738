import Benchmarks
import KVM
import Report

/// The ways of a page fault as a table.
struct FaultTable {
  let measurement: FaultMeasurement

  /// The table's lines.
  var text: String {
    let grid = Grid(
      columns: [
        .text(""), .number("ns/fault", "p50"), .number("p95"), .number("p99"), .number("to exit"),
        .number("95 %"), .number("to floor"), .number("95 %"), .number("exits"),
        .number("allocations"), .number("retains,", "releases"),
      ],
      rows: FaultCase.allCases.map { row(of: $0) })
    let titles = [
      "engine: \(measurement.engine)",
      "\(measurement.rounds) rounds of \(measurement.faultsPerRound) faults",
    ]
    return (titles + grid.lines(.plain) + notes).joined(separator: "\n")
  }

  private func row(of way: FaultCase) -> [String] {
    guard let times = measurement.nanoseconds[way] else {
      return [way.rawValue] + Array(repeating: "", count: 10)
    }
    return [way.rawValue] + [times.p50, times.p95, times.p99].map { Int($0.rounded()).grouped }
      + ratio(of: way, to: .exit) + ratio(of: way, to: .floor)
      + [measurement.exits, measurement.allocations, measurement.referenceCounts].map { counts in
        counts[way].map { $0.thousandths } ?? ""
      }
  }

  private func ratio(of way: FaultCase, to other: FaultCase) -> [String] {
    guard way != other, let ratio = measurement.ratio(of: way, to: other) else { return ["", ""] }
    return ratio.cells
  }

  private var notes: [String] {
    var notes: [String] = []
    if let ratio = measurement.ratio(of: .signal, to: .message) {
      notes.append("signal to message: \(ratio.median.thousandths)")
    }
    if let ratio = measurement.ratio(of: .message, to: .userfaultfd) {
      notes.append("message to userfaultfd: \(ratio.median.thousandths)")
    }
    if let errno = measurement.userfaultfdErrno {
      notes.append("userfaultfd: this kernel gives none (\(ErrnoName.of(errno)))")
    }
    return notes
  }
}

extension Ratio {
  /// The median and its interval.
  var cells: [String] {
    [median.thousandths, "\(low.thousandths)–\(high.thousandths)"]
  }
}

extension Double {
  /// The number as far as its third decimal place; without one, if it needs none.
  var thousandths: String {
    let number = Int((self * 1000).rounded())
    let places = number % 1000
    return places == 0
      ? (number / 1000).grouped : "\((number / 1000).grouped).\(String(1000 + places).dropFirst())"
  }
}
