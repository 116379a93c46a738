public import ArgumentParser
public import Benchmarks
import Report

/// `faultline bench`: what it costs.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures what faultline's parts cost.",
    discussion: """
      Examples:
        faultline bench host --case zeroFill --processes 64
        faultline bench fault --json fault.json
        faultline bench start
      """,
    subcommands: [BenchFaultCommand.self, BenchHostCommand.self, BenchStartCommand.self])
}

/// `faultline bench host`: what the host's logic costs, without a guest.
struct BenchHostCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "host",
    abstract: "Measures the host's logic alone, from trap to resume: ring 3 is played.",
    discussion: """
      Times are this machine's at this moment; 'make bench' counts instructions, which do not \
      depend on what else it does.

      Examples:
        faultline bench host
        faultline bench host --case zeroFill --processes 64
      """)

  @Option(name: .customLong("case"), help: "Only this case; may be given several times.")
  var cases: [HostCase] = []

  @Option(
    help: ArgumentHelp(
      "How many processes there are, 1 to 4096, and 2 at least where messages go from one to the other; "
        + "may be given several times. (default: 16)"))
  var processes: [Int] = []

  @Option(
    help: ArgumentHelp(
      "How many pages (fork) or regions (lookup, split, map) a process has, 1 to 100000; may be "
        + "given several times. (default: 1024)"))
  var size: [Int] = []

  @Option(help: "How many operations to time, 100 to 200000; of copyOnWrite at most 20000.")
  var rounds = 100_000

  @Option(
    help: ArgumentHelp(
      "Write a JSON array with an object for each case; - is standard output, and replaces the "
        + "table.", valueName: "file"))
  var json: String?

  func validate() throws {
    for count in processes where !(1...4096).contains(count) {
      throw ValidationError("--processes must be 1 to 4096, not \(count).")
    }
    for size in size where !HostBenchmark.sizeLimits.contains(size) {
      throw ValidationError("--size must be 1 to 100000, not \(size).")
    }
    if !(100...200_000).contains(rounds) {
      throw ValidationError("--rounds must be 100 to 200000, not \(rounds).")
    }
  }

  func run() throws {
    try Failure.reporting {
      var json = try OutputFile.open(json)
      var measurements: [HostMeasurement] = []
      for hostCase in cases.isEmpty ? HostCase.allCases : cases {
        for count in processes.isEmpty ? [16] : processes {
          for size in size.isEmpty || hostCase.sizeUnit == nil ? [1024] : size {
            measurements.append(
              try HostBenchmark(
                hostCase, processes: count.clamped(to: hostCase.processLimits),
                rounds: rounds.clamped(to: hostCase.roundLimits), size: size
              ).run())
          }
        }
      }
      try json?.write(try JSONText.of(measurements) + "\n")
      if self.json != "-" { print(HostTable(measurements: measurements).text) }
    }
  }
}

extension HostCase: ExpressibleByArgument {}

extension Int {
  fileprivate func clamped(to limits: ClosedRange<Int>) -> Int {
    Swift.min(Swift.max(self, limits.lowerBound), limits.upperBound)
  }
}
