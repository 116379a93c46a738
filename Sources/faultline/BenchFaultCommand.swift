import ArgumentParser
import Benchmarks
import GuestImage
import GuestPrograms
import KVM
import Report

/// `faultline bench fault`: what a page fault costs, beside what nobody can do without.
struct BenchFaultCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fault",
    abstract: "Sets page faults by faultline beside a bare exit, a C floor and userfaultfd.",
    discussion: """
      One process makes rounds of 254 demand-zero faults in turn: by a handler in C behind the same \
      stub, by faultline with both deliveries, and by Linux's userfaultfd with a thread; and as many \
      bare exits. Times are from one exit to the next. Ratios are medians over the rounds, with 95 % \
      confidence intervals from their order; they say more than the times, which are this machine's at \
      this moment.

      Examples:
        faultline bench fault
        faultline bench fault --rounds 1000 --json fault.json
      """)

  @Option(help: "auto, kvm or lab; only auto falls back from one to the other.")
  var engine = EngineChoice.auto

  @Option(help: "How many rounds each makes, 6 to 1000.")
  var rounds = 200

  @Option(
    help: ArgumentHelp(
      "Write a JSON object; - is standard output, and replaces the table.", valueName: "file"))
  var json: String?

  func validate() throws {
    if !FaultBenchmark.roundLimits.contains(rounds) {
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
        throw ExitCode(try LabRun.repeatThisCommand())
      case .kvm(let kvm): try measure(on: kvm, json)
      }
    }
  }

  private func measure(on kvm: consuming OpenKVM, _ json: consuming OutputFile?) throws {
    guard let path = ShippedPrograms.path(of: "churn") else {
      throw Failure("churn is not beside faultline: build it again", exitCode: 66)
    }
    try Interruption.watch()
    var benchmark = try FaultBenchmark(
      on: kvm.system, program: try ProgramImage.load(path), rounds: rounds)
    var measurement = try benchmark.run { Interruption.signal != nil }
    measurement.engine = OpenKVM.name
    try json?.write(try JSONText.of(measurement) + "\n")
    if self.json != "-" { print(FaultTable(measurement: measurement).text) }
  }
}
