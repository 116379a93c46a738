import Foundation
import TestSupport
import Testing

/// `faultline bench start`: what it says, not how fast this machine is.
@Suite struct StartBenchTests {
  private struct Measurement: Decodable {
    var engine: String
    var rounds: Int
    var nanoseconds: [String: [String: Double]]
    var ratios: [String: Double]
    var confidence: [String: [String: Double]]
    var labSeconds: Double?
  }

  @Test func bothPrograms() throws {
    let folder = try TemporaryFolder()
    let result = try FaultlineProcess([
      "bench", "start", "--engine", "kvm", "--rounds", "6", "--json", "\(folder.path)/start.json",
    ]).finish()
    #expect(result.status == 0, "\(result.errors)")
    let measurement = try JSONDecoder().decode(Measurement.self, from: folder.read("start.json"))
    #expect(measurement.rounds == 6)
    #expect(measurement.labSeconds == nil)
    #expect(measurement.nanoseconds.keys.sorted() == ["reference", "run"])
    for (name, percentiles) in measurement.nanoseconds {
      let values = try ["p50", "p95", "p99"].map { try #require(percentiles[$0]) }
      #expect(values == values.sorted() && values[0] > 0, "\(name): \(values)")
    }
    let ratio = try #require(measurement.ratios["runToReference"])
    let interval = try #require(measurement.confidence["runToReference"])
    #expect(try #require(interval["low"]) <= ratio && ratio <= #require(interval["high"]))

    let names = result.text.split(separator: "\n").map { $0.prefix { $0 != " " } }
    #expect(names.first == "engine:" && result.text.contains(measurement.engine))
    #expect(names.suffix(2) == ["first-exit", "run"], "\(result.text)")
  }

  @Test func withoutTheReference() throws {
    let folder = try TemporaryFolder()
    let alone = "\(folder.path)/faultline"
    try FileManager.default.copyItem(atPath: FaultlineProcess.path, toPath: alone)
    let words = ["bench", "start", "--engine", "kvm"]
    let result = try FaultlineProcess(words, program: alone).finish()
    #expect(result.status == 66)
    #expect(result.errorLines.count == 1, "\(result.errors)")
    #expect(result.errors.contains("first-exit"))
  }
}
