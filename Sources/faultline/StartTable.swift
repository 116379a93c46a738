import Benchmarks
import Report

/// How soon a run begins, as a table.
struct StartTable {
  let measurement: StartMeasurement

  /// The table's lines.
  var text: String {
    let grid = Grid(
      columns: [
        .text(""), .number("µs to the", "first byte"), .number("p95"), .number("p99"),
        .number("ratio"), .number("95 %"),
      ],
      rows: [
        row("first-exit", measurement.nanoseconds.reference) + ["", ""],
        row("run hello", measurement.nanoseconds.run) + measurement.ratio.cells,
      ])
    let titles = ["engine: \(measurement.engine)", "each started \(measurement.rounds) times"]
    let lab = measurement.labSeconds.map { ["the lab, for 'true': \($0.thousandths) s"] } ?? []
    return (titles + grid.lines(.plain) + lab).joined(separator: "\n")
  }

  private func row(_ name: String, _ times: Percentiles) -> [String] {
    [name] + [times.p50, times.p95, times.p99].map { Int(($0 / 1000).rounded()).grouped }
  }
}
