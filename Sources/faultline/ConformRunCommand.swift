import ArgumentParser
import Conformance
import Doctor
import Glibc
import GuestImage
import GuestPrograms
import KVM
import PagingCases

/// `faultline conform` itself: runs the cases, lists them, or writes them to an image.
struct ConformRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs the cases; what 'conform' does by itself.")

  @OptionGroup var format: ConformFormat

  @Option(help: "auto, kvm or lab; only auto falls back from one to the other.")
  var engine = EngineChoice.auto

  @Option(
    help: ArgumentHelp(
      "Only these cases: a group, one case, or properties such as matrix:cpl=3,pde.p=1.",
      valueName: "group[:case]"),
    transform: filter)
  var filter: CaseFilter?

  @Flag(help: "Do not run the cases: say what they are. Without --filter: how many there are.")
  var list = false

  @Option(help: "Another order of cases and other places in memory, the same for the same seed.")
  var seed: UInt32 = 0

  @Option(
    help: ArgumentHelp("Only part i of n, i from 0.", valueName: "i/n"), transform: ShardChoice.init
  )
  var shard: ShardChoice?

  @Option(
    help: ArgumentHelp(
      "Do not run the cases: write an image that does, for -kernel and as a disk.",
      valueName: "file"))
  var image: String?

  @Option(
    help: ArgumentHelp(
      "Do not run the cases: write one a line, with what must come of it; - is standard output.",
      valueName: "file"))
  var vectors: String?

  @Flag(
    help: """
      Do not run the cases on a machine but on processors that have one thing wrong: the suite's test \
      of itself. With --image: leave every invalidation out, which a machine that remembers \
      translations must show.
      """)
  var mutants = false

  private static func filter(_ text: String) throws -> CaseFilter {
    do throws(CaseFilter.Malformed) {
      return try CaseFilter(text)
    } catch {
      throw ValidationError(error.description)
    }
  }

  func run() throws {
    try Failure.reporting {
      if list {
        var output = try OutputFile("-")
        try output.write(CaseList(parameters).lines(filter).map { $0 + "\n" }.joined())
      } else if let image {
        try write(to: image)
      } else if let vectors {
        try writeVectors(to: vectors)
      } else if mutants {
        throw try format.finish(MutantTrial.report(), repeating: ["faultline conform --mutants"])
      } else {
        try runCases()
      }
    }
  }

  /// What can't be asked for at once, or of what.
  func validate() throws {
    guard [list, image != nil, vectors != nil].count(where: { $0 }) <= 1 else {
      throw ValidationError("--list, --image and --vectors are for one of them at a time.")
    }
    if mutants, image == nil {
      guard filter == nil, shard == nil, seed == 0, !list, vectors == nil else {
        throw ValidationError("--mutants tries every mutant; only --image takes more with it.")
      }
    }
    if image != nil, filter?.group == .host {
      throw ValidationError("The host group is about KVM_RUN and its like: no image can have it.")
    }
    if vectors != nil, let filter, filter.group != .matrix {
      throw ValidationError("Only the matrix has vectors: its cases are one access each.")
    }
  }

  private var parameters: RunParameters {
    var parameters = RunParameters()
    parameters.seed = seed
    parameters.shard = shard?.index ?? 0
    parameters.shardCount = shard?.count ?? 1
    filter?.apply(to: &parameters)
    return parameters
  }

  private func write(to path: String) throws {
    var file = try OutputFile(path)
    var image = try Self.payload()
    var parameters = parameters
    parameters.omitsInvalidations = mutants
    image.set(parameters)
    try file.write(bytes: image.file())
  }

  private func writeVectors(to path: String) throws {
    var file = try OutputFile(path)
    var isFirst = true
    try VectorFile(parameters).forEachPart { part in
      if isFirst { try file.write(part) } else { try file.append(part) }
      isFirst = false
    }
  }

  private func runCases() throws {
    let engine = try Engine.choose(engine)
    switch consume engine {
    case .lab(let reason):
      if let reason { StandardError.say("faultline: \(reason)") }
      throw ExitCode(try LabRun.repeatThisCommand())
    case .kvm(let kvm): try runCases(on: kvm)
    }
  }

  private func runCases(on kvm: consuming OpenKVM) throws {
    // A device that opens may still not page; who asked for it is told so in one line.
    let probe = PagingProbe.run(on: kvm.system)
    guard probe == .works else {
      throw Failure(
        "this machine's KVM can't run i386 paging: \(probe); use --engine lab", exitCode: 69)
    }
    try Interruption.watch()
    let run = try ConformanceRun(
      on: kvm.system, Self.payload(), parameters, filter: filter,
      machineCount: max(1, min(8, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))))
    let list = CaseList(parameters)
    let payloadCount = CaseGroup.payloadGroups.reduce(0) { $0 + list.count(of: $1) }
    let bar = ProgressBar(total: payloadCount + list.count(of: .host))
    do {
      var report = try run.run(
        engine: OpenKVM.name, progress: { bar.show($0) }, unless: { Interruption.signal != nil })
      try addHostCases(to: &report, on: kvm.system) { bar.show(payloadCount + $0) }
      bar.clear()
      throw try format.finish(report, repeating: repetition)
    } catch let error as ConformanceRun.Failure {
      bar.clear()
      let isInterrupted = Interruption.signal != nil
      throw Failure(error.description, exitCode: isInterrupted ? 130 : 70)
    }
  }

  /// The group that is no payload's.
  private func addHostCases(
    to report: inout ConformanceReport, on system: borrowing System, progress: (Int) -> Void
  ) throws {
    guard parameters.wants(.host) else { return }
    let found = try HostRun.run(
      on: system, parameters, progress: progress, unless: { Interruption.signal != nil })
    guard let found else { throw Failure("interrupted", exitCode: 130) }
    report.add(.host, count: found.count, found.divergences)
  }

  /// What repeats a case, but for its filter.
  private var repetition: [String] {
    let npt = LabRun.mark.map { $0.hasSuffix("0") ? "off" : "on" }
    let command = ["faultline", "conform", "--engine", npt == nil ? "kvm" : "lab"]
    return (npt.map { ["FAULTLINE_LAB_NPT=\($0)"] } ?? []) + command
      + (seed == 0 ? [] : ["--seed", "\(seed)"])
  }

  /// The payload as it was built.
  private static func payload() throws -> PayloadImage {
    guard let path = ShippedPrograms.path(of: "conform.img") else {
      throw Failure("conform.img is not beside faultline: build it again", exitCode: 66)
    }
    do throws(PayloadImage.Malformed) {
      return try PayloadImage(contents(of: path))
    } catch {
      throw Failure("\(path): \(error); build it again", exitCode: 65)
    }
  }

  private static func contents(of path: String) -> [UInt8] {
    (try? InputFile(opening: path).contents().bytes) ?? []
  }
}

/// `i/n`.
struct ShardChoice {
  let index: UInt32
  let count: UInt32

  init(_ text: String) throws {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { UInt32($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], index < count,
      count <= ReportMerge.mostShards
    else {
      throw ValidationError("--shard must be i/n, with i from 0 to n−1 and n at most 4096.")
    }
    self.index = index
    self.count = count
  }
}
