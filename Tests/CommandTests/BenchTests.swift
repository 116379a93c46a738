import Foundation
import TestSupport
import Testing

/// `faultline bench host`: a table for people, and JSON with keys that stay.
@Suite struct BenchTests {
  private struct Measurement: Decodable {
    var `case`: String
    var processes: Int
    var rounds: Int
    var size: Int?
    var exitsPerOperation: Double
    var editOperationsPerOperation: Double
    var nanosecondsPerOperation: [String: Double]
  }

  private static let names = [
    "zeroFill", "copyOnWrite", "sendReceive", "sendrec", "sendrecToResident", "schedule", "fork",
    "exec", "lookup", "split", "map",
  ]

  @Test func json() throws {
    let result = try FaultlineProcess([
      "bench", "host", "--processes", "3", "--processes", "20", "--rounds", "200", "--json", "-",
    ]).finish()
    #expect(result.status == 0, "\(result.errors)")
    let measurements = try JSONDecoder().decode([Measurement].self, from: result.output)
    #expect(measurements.map(\.case) == Self.names.flatMap { [$0, $0] })
    #expect(measurements.map(\.processes) == Self.names.flatMap { _ in [3, 20] })
    for measurement in measurements {
      let times = measurement.nanosecondsPerOperation
      #expect(measurement.rounds == 200)
      let hasSize = ["fork", "lookup", "split", "map"].contains(measurement.case)
      #expect(measurement.size == (hasSize ? 1024 : nil))
      #expect(measurement.exitsPerOperation >= 1)
      let edits = ["copyOnWrite", "fork", "exec"].contains(measurement.case)
      #expect((measurement.editOperationsPerOperation > 0) == edits, "\(measurement.case)")
      #expect(times.keys.sorted() == ["p50", "p95", "p99"])
      #expect(times.values.allSatisfy { $0 > 0 })
    }
  }

  @Test func table() throws {
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/bench.json"
    let result = try FaultlineProcess([
      "bench", "host", "--case", "schedule", "--rounds", "100", "--json", file,
    ]).finish()
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.last?.hasPrefix("schedule         16     100") == true, "\(result.text)")
    #expect(folder.names == ["bench.json"])
  }
}
