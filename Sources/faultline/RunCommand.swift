import ArgumentParser
import GuestImage
import KVM
import MinixABI
import Report
import Session

/// `faultline run`: runs a program or a manifest, and says what happened.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    _superCommandName: "faultline",
    abstract: "Runs a guest program or a manifest of several.",
    discussion: """
      TARGET is an ELF program or a YAML manifest by path, or a program that is shipped with \
      faultline by its name. Programs' output goes to standard output; everything of ours goes to \
      standard error or to the named file.

      Examples:
        faultline run hello
        faultline run --json summary.json touch 10000 random 7
        faultline run --engine lab ./my-program its arguments
        faultline run --trace timeline.txt segv write-null
        faultline run my-image.yaml

      Exit code: the program's own, or 128+n when signal n killed it (of several, the first that \
      did not end with 0). Ours: 64 usage; 65 bad program or manifest; 66 no such file; 69 no \
      usable engine; 70 internal error or a guest that shut down; 71 the host refused memory; \
      73 an output can't be written; 75 everything waits for ever; 124 timeout; 130 interrupted.
      """)

  @Option(help: "auto, kvm or lab; only auto falls back from one to the other.")
  var engine = EngineChoice.auto

  @Option(
    help: "Guest memory, such as 256MiB; at most 3GiB. (default: 256MiB)",
    transform: Quantity.memory)
  var memory: MemorySize?

  @Option(name: .customLong("as"), help: "The privileges of a single program: user or system.")
  var privileges = Privileges.user

  @Option(
    help: ArgumentHelp(
      "How page faults reach VM: message, or signal, the model before MINIX's change of 2010. "
        + "(default: message)", valueName: "message|signal"))
  var delivery: DeliveryChoice?

  @Option(
    help: ArgumentHelp(
      "Which pages a first touch makes present: that page, up to N neighbours as well, or all of "
        + "its region when that is made. (default: exact)", valueName: "exact|around:N|eager"),
    transform: policy)
  var policy: FaultPolicy?

  @Option(help: "End the run after this time, such as 30s.", transform: Quantity.time)
  var timeout: TimeSpan?

  @Option(
    help: ArgumentHelp(
      "Write the run's summary as JSON; - is standard output, and moves the programs' there to "
        + "standard error.", valueName: "file"))
  var json: String?

  @Option(
    help: ArgumentHelp(
      "Write all that happens, by the file's suffix: .fltrace for 'faultline trace', .jsonl, .json "
        + "for Perfetto, .txt the timeline, .mmd a sequence diagram of one page fault.",
      valueName: "file"))
  var trace: String?

  @Option(
    help: ArgumentHelp(
      "The page fault of a .mmd, by its number. (default: the first fatal one, or the first)",
      valueName: "N"))
  var traceFault: Int?

  @Option(
    help: ArgumentHelp("Write a report of the run as one HTML page.", valueName: "file.html"))
  var report: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Keep what happened last, to be told when the run fails, and for measurements.")
  var recorder = true

  @Flag(help: "No table on standard error.")
  var quiet = false

  @Flag(help: "Show the processes on the terminal while the run goes on.")
  var live = false

  @Argument(help: "A program or manifest by path, or a shipped program's name.")
  var target: String

  @Argument(parsing: .captureForPassthrough, help: "The program's arguments.")
  var arguments: [String] = []

  enum DeliveryChoice: String, ExpressibleByArgument, CaseIterable {
    case message, signal

    var delivery: FaultDelivery { self == .signal ? .signal : .message }
  }

  private static func policy(_ name: String) throws -> FaultPolicy {
    guard let policy = FaultPolicy(name: name) else {
      throw ValidationError(
        "there are \(FaultPolicy.knownNames), with N from 1 to \(FaultPolicy.neighbourLimit)")
    }
    return policy
  }

  enum Privileges: String, ExpressibleByArgument, CaseIterable { case user, system }

  func validate() throws {
    if let trace, TraceOutput(path: trace) == nil {
      throw ValidationError("--trace \(trace) must end in one of \(TraceOutput.suffixes()).")
    }
    if let report, TraceOutput(path: report) != .html {
      throw ValidationError("--report \(report) must end in .html.")
    }
    if traceFault != nil, trace.flatMap({ TraceOutput(path: $0) }) != .mmd {
      throw ValidationError("--trace-fault is for a --trace that ends in .mmd.")
    }
    if !recorder, trace != nil || report != nil {
      throw ValidationError("--no-recorder leaves nothing for --trace and --report.")
    }
  }

  func run() throws {
    try Failure.reporting {
      guard !live || Terminal.isThere(2) else {
        throw Failure("--live needs a terminal on standard error", exitCode: 64)
      }
      let engine = try Engine.choose(engine)
      // The privileges are gone and no lab has been booted: here wrong input ends in its one line.
      let target = try Target(target, arguments: arguments, isSystem: privileges == .system)
      let json = try OutputFile.open(json)
      switch consume engine {
      case .kvm(let kvm):
        let trace = try TraceRun(self)
        throw ExitCode(try RunHere(self).run(target, on: kvm, json: json, trace: trace))
      case .lab(let reason):
        // There the command opens its files itself.
        _ = consume json
        for path in [trace, report].compactMap({ $0 }) { _ = try OutputFile(path) }
        throw try runInLab(reason)
      }
    }
  }

  /// The same command again, inside the lab, where it finds a KVM that works.
  private func runInLab(_ reason: String?) throws -> ExitCode {
    if let reason, !quiet { StandardError.say("faultline: \(reason)") }
    // A lab that dies leaves the terminal to us.
    defer { if live { LiveScreen.restore() } }
    return ExitCode(try LabRun.repeatThisCommand())
  }
}

/// Quantities on the command line, with their own errors as usage errors.
private enum Quantity {
  static func memory(_ text: String) throws -> MemorySize {
    do throws(QuantityError) {
      return try MemorySize(ofGuest: text)
    } catch {
      throw ValidationError(error.description)
    }
  }

  static func time(_ text: String) throws -> TimeSpan {
    do throws(QuantityError) {
      return try TimeSpan(text)
    } catch {
      throw ValidationError(error.description)
    }
  }
}
