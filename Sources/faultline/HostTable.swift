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
        .number("p95"), .number("p99"), .number("exits"), .number("edits"), .number("size"),
        .text(""),
      ],
      rows: measurements.map { measurement in
        let times = measurement.nanosecondsPerOperation
        return [measurement.name, measurement.processes.grouped, measurement.rounds.grouped]
          + [times.p50, times.p95, times.p99].map { Int($0.rounded()).grouped }
          + [measurement.exitsPerOperation, measurement.editOperationsPerOperation].map(Self.short)
          + [measurement.size?.grouped ?? "", measurement.sizeUnit ?? ""]
      })
    return grid.lines(.plain).joined(separator: "\n")
  }

  /// A number as far as its second decimal place, if it needs any.
  private static func short(_ number: Double) -> String {
    let hundredths = Int((number * 100).rounded())
    guard hundredths % 100 != 0 else { return (hundredths / 100).grouped }
    let places = hundredths % 100
    return "\((hundredths / 100).grouped).\(places < 10 ? "0" : "")\(places)"
  }
}
