import ArgumentParser
import Report
import SystemPackage
import Trace

/// `faultline trace`: what was recorded of a run.
struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Shows, converts and filters what 'faultline run --trace FILE.fltrace' has written.",
    discussion: """
      Examples:
        faultline run --trace run.fltrace segv write-null
        faultline trace show --faults run.fltrace
        faultline trace convert run.fltrace run.json
        faultline trace filter --process segv run.fltrace segv.fltrace

      Exit code: 65 for a file that is no trace, and for one that is cut off or damaged, of which all \
      that is whole is shown first; 66 no such file; 73 an output can't be written.
      """,
    subcommands: [TraceShowCommand.self, TraceConvertCommand.self, TraceFilterCommand.self])
}

/// Which steps are wanted.
struct TraceSelection: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only what is about this process, by its name or endpoint; may be given several times.",
      valueName: "name"))
  var process: [String] = []

  @Option(
    help: ArgumentHelp(
      "Only this kind: fault, trap, run, message, kernelCall, kernelResult, flags, edit, region, "
        + "signal, process, walk, code and their like; may be given several times."))
  var kind: [String] = []

  @Flag(help: "Only page faults and what they lead to.")
  var faults = false

  func validate() throws {
    for kind in kind where !TraceFilter.kinds.contains(kind) {
      throw ValidationError(
        "There is no kind \(kind); there are \(TraceFilter.kinds.joined(separator: ", ")).")
    }
  }

  /// Whether anything was chosen.
  var isThere: Bool { !process.isEmpty || !kind.isEmpty || faults }

  var filter: TraceFilter { TraceFilter(processes: process, kinds: kind, faultsOnly: faults) }
}

extension TraceFilter {
  /// After the last step: says what was asked for in vain; fails if it is somebody who is not there.
  fileprivate func complain(of path: String) throws {
    if let unknownProcesses { throw Failure("\(path): \(unknownProcesses)", exitCode: 64) }
    if wantedCount == 0 { StandardError.say("faultline: nothing in \(path) is like that") }
  }
}

/// `faultline trace show`.
struct TraceShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Prints the timeline, or one page fault of it.",
    discussion: """
      Examples:
        faultline trace show run.fltrace | less
        faultline trace show --fault 17 run.fltrace
        faultline trace show --process segv --kind fault --kind walk run.fltrace
      """)

  @OptionGroup var selection: TraceSelection

  @Option(
    help: ArgumentHelp("Only this page fault, by its number in the timeline.", valueName: "N"))
  var fault: Int?

  @Argument(help: "The trace.")
  var file: String

  func validate() throws {
    guard fault == nil || !selection.isThere else {
      throw ValidationError(
        "--fault shows all of one; --process, --kind and --faults are for many.")
    }
  }

  func run() throws {
    try Failure.reporting {
      let trace = try TraceFile(file)
      let output = try StreamFile(nil)
      var writer = TimelineText { try output.add($0) }
      if let fault {
        let search = try FaultSearch(fault, in: trace)
        guard let story = search.found else {
          throw Failure("\(file) has no page fault \(fault)", exitCode: 64)
        }
        try writer.show(story, of: trace)
      } else {
        var filter = selection.filter
        try trace.forEachStep { step, view in
          if filter.wants(step, view) { try writer.show(step, view) }
        }
        try filter.complain(of: file)
      }
      try trace.complain()
    }
  }
}

/// `faultline trace convert`.
struct TraceConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Turns a trace into another file, by its suffix.",
    discussion: """
      .jsonl JSON Lines; .json Chrome's trace events, for Perfetto; .txt the timeline; .mmd a sequence \
      diagram of one page fault for Mermaid; .html the report.

      Examples:
        faultline trace convert run.fltrace run.html
        faultline trace convert run.fltrace run.json
        faultline trace convert --fault 17 run.fltrace fault.mmd
      """)

  @Option(
    help: ArgumentHelp(
      "The page fault of a .mmd, by its number in the timeline. (default: the first fatal one, or "
        + "the first)", valueName: "N"))
  var fault: Int?

  @Argument(help: "The trace.")
  var file: String

  @Argument(help: "The file to write.")
  var target: String

  func validate() throws {
    let kinds = TraceOutput.conversions
    guard let kind = TraceOutput(path: target), kinds.contains(kind) else {
      throw ValidationError("\(target) must end in one of \(TraceOutput.suffixes(of: kinds)).")
    }
  }

  func run() throws {
    try Failure.reporting {
      let trace = try TraceFile(file)
      guard let kind = TraceOutput(path: target) else { return }
      guard try TraceText(trace, fault: fault).write(kind, to: target) else {
        throw Failure(
          fault.map { "\(file) has no page fault \($0)" } ?? "\(file) has no page fault",
          exitCode: 64)
      }
      try trace.complain()
    }
  }
}

/// `faultline trace filter`.
struct TraceFilterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filter", abstract: "Writes a trace of a part of another one.",
    discussion: """
      Examples:
        faultline trace filter --process segv run.fltrace segv.fltrace
        faultline trace filter --faults run.fltrace faults.fltrace
      """)

  @OptionGroup var selection: TraceSelection

  @Argument(help: "The trace.")
  var file: String

  @Argument(help: "The trace to write.")
  var target: String

  func validate() throws {
    guard TraceOutput(path: target) == .fltrace else {
      throw ValidationError("\(target) must end in .fltrace.")
    }
  }

  func run() throws {
    try Failure.reporting {
      let trace = try TraceFile(file)
      guard !HostFile.isSame(file, target) else {
        throw Failure("\(target) is the trace itself; name another file", exitCode: 64)
      }
      let output = try StreamFile.open(target, truncated: true)
      defer { try? output.close() }
      let progress = Progress(of: target)
      var filter = selection.filter
      try filter.copy(trace, to: output, path: target) { progress.show($0) }
      progress.end()
      try filter.complain(of: file)
      try trace.complain()
    }
  }
}

extension TraceFile {
  /// Says what is wrong with the end of a trace whose whole part has been dealt with.
  fileprivate func complain() throws {
    if let damage { throw Failure("\(damage); what comes before was read", exitCode: 65) }
  }
}
