import ArgumentParser
import Confinement
import FlightRecorder
import Glibc
import GuestImage
import GuestPrograms
import I386
import KVM
import Machine
import MinixABI
import Report
import Session
import SystemPackage
import Trace

/// One run on this machine's KVM, from the programs to the summary.
struct RunHere {
  private let options: RunCommand

  init(_ options: RunCommand) {
    self.options = options
  }

  /// - Returns: the exit code.
  func run(
    _ target: Target, on kvm: consuming OpenKVM, json: consuming OutputFile?, trace: TraceRun?
  ) throws -> Int32 {
    var json = json
    let streams = StandardStreams(output: options.json == "-" ? .standardError : .standardOutput)
    let configuration = configuration(target)

    var run = ObservedRun(configuration, trace, isLive: options.live)
    let result = try run.onKVM(kvm, streams, isRecorded: options.recorder, info(configuration))
    var exitCode = RunExitCode.of(result)
    if exitCode == 0, let failure = streams.failure {
      StandardError.say("faultline: can't write the programs' output: \(failure.description)")
      exitCode = 73
    }
    tell(result)
    // To encode it takes longer than a short run: only for whoever reads it.
    if options.json != nil || trace != nil {
      let text = try RunSummary(
        result, exitCode: exitCode, engine: OpenKVM.name, delivery: configuration.delivery.name,
        policy: configuration.policy.name, confinement: kvm.confinement,
        hostBytesPeak: HostFile.peakMemory
      ).json()
      try json?.write(text + "\n")
      try trace?.finish(result, exitCode: exitCode, summary: text, images: run.images)
    }
    return exitCode
  }

  /// The table, or with --quiet only what went wrong.
  private func tell(_ result: RunResult) {
    if options.quiet {
      for line in result.endLines { StandardError.say("faultline: \(line)") }
    } else {
      let style = TextStyle(isTerminal: Terminal.isThere(2))
      StandardError.say(SummaryTable(result, style: style).text)
    }
  }

  private func configuration(_ target: Target) -> RunConfiguration {
    var configuration = RunConfiguration()
    if let memory = options.memory ?? target.manifest?.memory {
      configuration.memoryByteCount = UInt32(memory.byteCount)
    }
    configuration.delivery = options.delivery?.delivery ?? target.manifest?.delivery ?? .message
    configuration.policy = options.policy ?? target.manifest?.policy ?? .exact
    configuration.timeout = (options.timeout ?? target.manifest?.timeout)?.duration
    configuration.files = target.files
    configuration.programs = target.programs
    configuration.shippedProgram = { ShippedPrograms.path(of: $0) }
    return configuration
  }

  /// What a trace says of the run at its start, but for the programs.
  private func info(_ configuration: RunConfiguration) -> TraceInfo {
    TraceInfo(
      version: Faultline.version, engine: OpenKVM.name, delivery: configuration.delivery.name,
      policy: configuration.policy.name, memoryBytes: UInt64(configuration.memoryByteCount),
      programs: [])
  }
}
