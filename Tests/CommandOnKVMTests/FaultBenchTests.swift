import Foundation
import TestSupport
import Testing

/// `faultline bench fault`: what it says, not how fast this machine is.
@Suite struct FaultBenchTests {
  private struct Measurement: Decodable {
    var engine: String
    var rounds: Int
    var faultsPerRound: Int
    var nanoseconds: [String: [String: Double]?]
    var ratios: [String: Double?]
    var confidence: [String: Interval?]
    var exitsPerFault: Double
    var exits: [String: Double]
    var allocations: [String: Double]
    var referenceCounts: [String: Double]

    struct Interval: Decodable {
      var low: Double
      var high: Double
    }
  }

  private static let ratios = [
    "floorToExit", "messageToExit", "messageToFloor", "messageToUserfaultfd", "signalToMessage",
  ]

  /// One exit a fault, by whatever way; and every key, here with a figure.
  @Test func everyWay() throws {
    let folder = try TemporaryFolder()
    let result = try FaultlineProcess([
      "bench", "fault", "--engine", "kvm", "--rounds", "6", "--json", "\(folder.path)/fault.json",
    ]).finish()
    #expect(result.status == 0, "\(result.errors)")
    let measurement = try JSONDecoder().decode(Measurement.self, from: folder.read("fault.json"))
    #expect(measurement.rounds == 6)
    #expect(measurement.faultsPerRound == 254)
    #expect(measurement.exitsPerFault == 1)
    #expect(measurement.exits == ["floor": 1, "message": 1, "signal": 1])
    #expect(measurement.allocations.keys.sorted() == ["message", "signal"])
    #expect(measurement.referenceCounts.keys.sorted() == ["message", "signal"])
    try expectTimes(measurement)
    try expectRatios(measurement)

    let names = result.text.split(separator: "\n").map { $0.prefix { $0 != " " } }
    #expect(names.first == "engine:" && result.text.contains(measurement.engine))
    #expect(names.suffix(7).prefix(4) == ["exit", "floor", "message", "signal"], "\(result.text)")
  }

  private func expectTimes(_ measurement: Measurement) throws {
    let times = measurement.nanoseconds
    #expect(times.keys.sorted() == ["exit", "floor", "message", "signal", "userfaultfd"])
    for (name, percentiles) in times {
      // The lab's kernel has it; another may refuse it.
      guard let percentiles else {
        #expect(name == "userfaultfd" && !Here.isLab)
        continue
      }
      let values = try ["p50", "p95", "p99"].map { try #require(percentiles[$0]) }
      #expect(values == values.sorted() && values[0] > 0, "\(name): \(values)")
    }
  }

  /// No limits: other processes take their share of this machine.
  private func expectRatios(_ measurement: Measurement) throws {
    #expect(measurement.ratios.keys.sorted() == Self.ratios)
    #expect(measurement.confidence.keys.sorted() == Self.ratios)
    for (name, ratio) in measurement.ratios {
      guard let ratio else { continue }
      let interval = try #require(measurement.confidence[name] ?? nil)
      #expect(ratio.isFinite && ratio > 0, "\(name)")
      #expect(interval.low <= ratio && ratio <= interval.high, "\(name)")
    }
    let floor = try #require(measurement.ratios["floorToExit"] ?? nil)
    #expect((0.8...50).contains(floor), "\(floor)")
  }
}
