import FlightRecorder
import GuestImage
import KVM
import Machine
import MinixABI
import Session
import Trace

/// A run with those who look at it: a trace, the live view.
struct ObservedRun {
  private let configuration: RunConfiguration
  private let trace: TraceRun?
  private let isLive: Bool
  /// The files of the programs that ran.
  private(set) var images: [(path: String, bytes: [UInt8])] = []

  init(_ configuration: RunConfiguration, _ trace: TraceRun?, isLive: Bool) {
    (self.configuration, self.trace, self.isLive) = (configuration, trace, isLive)
  }

  mutating func onKVM(
    _ kvm: borrowing OpenKVM, _ streams: StandardStreams, isRecorded: Bool,
    _ info: @autoclosure () -> TraceInfo
  ) throws -> RunResult {
    try Interruption.watch()
    let memory = try GuestMemory(ramByteCount: configuration.memoryByteCount)
    let recorder = FlightRecorder(isOff: !isRecorded)
    trace?.watch(recorder)
    let tables = PageTables(memory: memory, recorder: recorder)
    let processor = try KVMProcessor(
      system: kvm.system, tables: tables, hertz: configuration.ticksPerSecond)
    let live = isLive ? try LiveOutput(streams, holdsOutput: Terminal.isThere(1)) : nil
    let screen = live.map { LiveScreen($0) }
    defer {
      screen?.close()
      live?.release()
    }
    var session = try Session(
      configuration, tables: tables, processor: processor, output: live ?? streams,
      interruption: { Interruption.signal })
    session.observer = screen.map { screen in
      SessionObserver(every: .milliseconds(250)) { screen.show($0) }
    }
    if let trace { begin(trace, info(), endpoints: session.programEndpoints) }
    let result = session.run()
    session.recordPages()
    if trace != nil { images = session.programFiles.map { ($0.path, $0.bytes) } }
    return result
  }

  /// The programs as they are at the start.
  private func begin(_ trace: TraceRun, _ info: TraceInfo, endpoints: [Endpoint]) {
    var info = info
    info.programs = zip(configuration.programs, endpoints).map { program, endpoint in
      TraceInfo.Program(
        name: program.name, endpoint: endpoint.rawValue, image: program.image.file.path)
    }
    trace.begin(info, images: [])
  }
}
