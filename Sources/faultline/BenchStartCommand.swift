import ArgumentParser
import Benchmarks
import KVM
import Lab
import Report

/// `faultline bench start`: how soon a run begins.
struct BenchStartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Sets the start of 'faultline run hello' beside that of a C program.",
    discussion: """
      Both are started as processes, in turn, and timed to their first byte of output. The C program, \
      first-exit, opens /dev/kvm and runs one 'out'; hello's first byte comes some traps after its \
      first instruction. With the lab, its own start is timed as well: a boot for 'true'.

      Examples:
        faultline bench start
        faultline bench start --rounds 100 --json start.json
      """)

  @Option(help: "auto, kvm or lab; only auto falls back from one to the other.")
  var engine = EngineChoice.auto

  @Option(help: "How often each is started, 6 to 1000.")
  var rounds = 50

  @Option(
    help: ArgumentHelp(
      "Write a JSON object; - is standard output, and replaces the table.", valueName: "file"))
  var json: String?

  @Option(help: .private)
  var labSeconds: Double?

  func validate() throws {
    if !StartBenchmark.roundLimits.contains(rounds) {
      throw ValidationError("--rounds must be 6 to 1000, not \(rounds).")
    }
  }

  func run() throws {
    try Failure.reporting {
      let engine = try Engine.choose(engine)
      let json = try OutputFile.open(json)
      switch consume engine {
      case .lab(let reason):
        // There the command opens its file itself.
        _ = consume json
        if let reason { StandardError.say("faultline: \(reason)") }
        throw ExitCode(try Self.runInLab())
      case .kvm(let kvm):
        _ = consume kvm
        try measure(json)
      }
    }
  }

  /// Boots the lab for nothing, and then for this command.
  private static func runInLab() throws -> Int32 {
    let configuration = try Lab.Configuration()
    let clock = ContinuousClock()
    let start = clock.now
    let status = try Lab(configuration).run(["true"])
    guard status == 0 else { return status }
    let seconds = start.duration(to: clock.now) / .seconds(1)
    return try LabRun.repeatThisCommand(adding: ["--lab-seconds", "\(seconds)"])
  }

  private func measure(_ json: consuming OutputFile?) throws {
    let own = try Lab.Configuration().executable
    let reference = own.prefix(through: own.lastIndex(of: "/") ?? own.startIndex) + "first-exit"
    guard HostFile.exists(String(reference)) else {
      throw Failure(
        "first-exit is not beside faultline: 'make bench' builds it", exitCode: 66)
    }
    try Interruption.watch()
    let benchmark = StartBenchmark(
      reference: [String(reference)],
      subject: [own, "run", "--engine", "kvm", "--quiet", "hello"], rounds: rounds)
    var measurement = try benchmark.run { Interruption.signal != nil }
    measurement.engine = OpenKVM.name
    measurement.labSeconds = labSeconds
    try json?.write(try JSONText.of(measurement) + "\n")
    if self.json != "-" { print(StartTable(measurement: measurement).text) }
  }
}
