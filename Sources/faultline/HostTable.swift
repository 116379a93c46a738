import Benchmarks
import Report

/// The host's benchmark as a table.
struct HostTable {
  let measurements: [HostMeasurement]

  /// The table's lines.
  var text: String {
    let grid = Grid(
      columns: [
        .text("case"), .number("processes"), .number("rounds"), .number("ns/operation", "p50"),
        .number("p95"), .number("p99"),
      ],
      rows: measurements.map { measurement in
        let times = measurement.nanosecondsPerOperation
        return [measurement.name, measurement.processes.grouped, measurement.rounds.grouped]
          + [times.p50, times.p95, times.p99].map { Int($0.rounded()).grouped }
      })
    return grid.lines(.plain).joined(separator: "\n")
  }
}
