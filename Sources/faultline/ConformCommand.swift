import ArgumentParser
import Conformance
import PagingCases

/// `faultline conform`: does i386 paging work here, all of it?
struct ConformCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conform",
    abstract: "Checks i386 two-level paging, every case of it, and names the first wrong bit.",
    discussion: """
      The matrix has every combination of PDE flags (P W U A D PS G and bit 21), PTE flags \
      (P W U A D PAT G), read, write or fetch, CPL 0 or 3, and CR0.WP, CR4.PSE, SMEP, SMAP and \
      EFLAGS.AC: 6,291,456 cases. Error code, CR2, both entries with their accessed and dirty bits, \
      the data and the fetch's destination are compared with an oracle written from the SDM. Caching: \
      2,546 cases of an access, a change of the entries, an invalidation, and an access that must go by \
      the new entries. Restart: 32,190 cases of an instruction that faults in the middle and is begun \
      anew. Host: 672 cases of what KVM shows whoever runs the machine: KVM_TRANSLATE, registers, dirty \
      log, read-only and changing slots, immediate_exit, the interrupt window.

      Examples:
        faultline conform
        faultline conform --filter matrix:0x000850e3
        faultline conform --filter matrix:access=write,cpl=0,wp=0 --list
        faultline conform --shard 0/4 --format json > 0.json
        faultline conform merge 0.json 1.json 2.json 3.json
        faultline conform --image disk.img && qemu-system-i386 -kernel disk.img …

      Exit code: 0 when everything agrees or is known to differ, else 1; 64 usage; 65 shards that \
      make no whole; 69 no usable engine; 70 the guest died.
      """,
    subcommands: [ConformRunCommand.self, ConformMergeCommand.self, ConformReadCommand.self],
    defaultSubcommand: ConformRunCommand.self)
}

/// How a report is written.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case table, tap, junit, json
}

/// What several of the subcommands take.
struct ConformFormat: ParsableArguments {
  @Option(help: "table, tap, junit or json.")
  var format = ReportFormat.table

  /// Explains a report, prints it, and gives the exit code.
  func finish(_ report: ConformanceReport, repeating words: [String]) throws -> ExitCode {
    var report = report
    try KnownDivergences.builtIn().explain(&report)
    for index in report.divergences.indices where report.divergences[index].repeat.isEmpty {
      let filter = ["--filter", report.divergences[index].id]
      report.divergences[index].repeat = (words + filter).joined(separator: " ")
    }
    var output = try OutputFile("-")
    try output.write(ConformText(report: report).text(format) + "\n")
    return ExitCode(report.exitCode)
  }
}

/// `faultline conform merge`: the reports of shards as one.
struct ConformMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Joins the JSON reports of shards into that of the whole.",
    discussion: """
      Examples:
        faultline conform merge 0.json 1.json 2.json 3.json
        faultline conform merge --format junit shards/*.json > conform.xml
      """)

  @OptionGroup var format: ConformFormat

  @Argument(help: "What --format json wrote for each shard.")
  var files: [String]

  func run() throws {
    try Failure.reporting {
      let reports = try files.map { try ConformText.read($0) }
      let (report, notes) = try Self.whole(of: reports)
      for note in notes { StandardError.say("faultline: \(note)") }
      throw try format.finish(report, repeating: [])
    }
  }
}

extension ConformMergeCommand {
  private static func whole(
    of reports: [ConformanceReport]
  ) throws -> (report: ConformanceReport, notes: [String]) {
    do throws(ReportMerge.Mismatch) {
      return try ReportMerge.whole(of: reports)
    } catch {
      throw Failure("\(error.description); give each shard of one run", exitCode: 65)
    }
  }
}

/// `faultline conform read`: what a machine that booted the image has said.
struct ConformReadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "Reports what a machine that booted the image wrote to COM1 or port 0xE9.",
    discussion: """
      Examples:
        faultline conform --image disk.img
        qemu-system-i386 -kernel disk.img -nographic -no-reboot > serial.txt
        faultline conform read serial.txt
      """)

  @OptionGroup var format: ConformFormat

  @Option(help: "Whose paging it was, for the report; known divergences go by it.")
  var name = "unknown"

  @Argument(help: "What it wrote.")
  var file: String

  /// What repeats a case, but for its filter.
  private static func repetition(_ parameters: RunParameters) -> [String] {
    ["faultline conform --image case.img"]
      + (parameters.seed == 0 ? [] : ["--seed \(parameters.seed)"])
      + (parameters.omitsInvalidations ? ["--mutants"] : [])
  }

  func run() throws {
    try Failure.reporting {
      var builder = ReportBuilder()
      for line in try ConformText.lines(of: file) {
        if let message = PayloadMessage(line: line) { builder.take(message) }
      }
      if let problem = builder.problem, !builder.isFinished {
        throw Failure("\(file): \(problem)", exitCode: 70)
      }
      if let problem = builder.problem {
        throw Failure("\(file): \(problem); boot it again", exitCode: 65)
      }
      guard builder.isFinished else {
        throw Failure("\(file): the run did not come to its end; boot it again", exitCode: 65)
      }
      guard let parameters = builder.parameters else {
        throw Failure("\(file): it does not say what was run; boot it again", exitCode: 65)
      }
      throw try format.finish(
        builder.report(engine: name, run: ConformanceReport.Run(parameters)),
        repeating: Self.repetition(parameters))
    }
  }
}
