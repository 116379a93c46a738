internal import CLab
internal import Glibc

/// One boot of the lab, seen from the host: QEMU, its ports, and our own standard streams.
final class HostSession {
  /// How a boot ended when nothing went wrong.
  enum Outcome: Equatable {
    /// The command's exit status, or ours when a signal ended the lab.
    case ended(Int32)
    /// Time ran out before the command began; what had been reached.
    case notBooted(String)
  }

  private let qemu: ChildProcess
  private let consolePort: Descriptor
  private let qemuErrors: Descriptor
  private let ports: [Port: Descriptor]
  private let signals: SignalRelay
  private let receiver: FileReceiver

  private var console = BootConsole()
  private var qemuMessage: [UInt8] = []
  private var control = Outbox()
  private var input = Outbox()
  private var streams: [Port: HostStream]
  private var decoders: [Port: FrameDecoder] = [:]

  private var hasStarted = false
  private var inputEnded = false
  private var filesDone = false
  private var rawStatus: Int32?
  private var interruption = Interruption()

  /// Starts QEMU.
  init(
    qemu path: String, archive: [UInt8], boot: Emulator.Boot, job: Job, agent: String,
    signals: SignalRelay, receiver: FileReceiver
  ) throws(LabError) {
    self.signals = signals
    self.receiver = receiver
    streams = [.output: HostStream(descriptor: 1), .errors: HostStream(descriptor: 2)]

    let console = try IO.socketPair()
    let errors = try IO.pipe()
    clab_set_nonblocking(errors.read.number, 1)
    var ports: [Port: Descriptor] = [:]
    var theirs: [Descriptor] = []
    for port in Port.allCases {
      let pair = try IO.socketPair()
      ports[port] = pair.ours
      theirs.append(pair.theirs)
    }
    consolePort = console.ours
    qemuErrors = errors.read
    self.ports = ports

    let null = Descriptor(adopting: IO.open("/dev/null", O_RDWR))
    let memory = try IO.memoryFile("initramfs", archive)
    do {
      qemu = try ChildProcess.start(
        .init(
          arguments: ([path] + Emulator.arguments(boot).dropFirst()).map { Array($0.utf8) },
          environment: .current,
          descriptors: [null, errors.write, errors.write, memory, console.theirs] + theirs,
          mask: 0o077, diesWithCaller: true))
    } catch {
      throw .hostRefused("the start of QEMU", error.errno)
    }
    control.append(Array((InitScript.escaped(Array(agent.utf8)) + "\n").utf8))
    send(.job, job.encoded)
  }

  /// Serves all streams until the command has ended and everything has arrived.
  func run(bootSeconds: Int) throws(LabError) -> Outcome {
    defer {
      qemu.signal(SIGKILL)
      _ = qemu.wait()
    }
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(bootSeconds)
    while true {
      var timeout = clab_is_background(0) == 1 ? 500 : -1
      if !hasStarted {
        timeout = Int((deadline - clock.now) / .milliseconds(1))
        if timeout <= 0 { return .notBooted(console.progress) }
      }
      try serve(milliseconds: Int32(clamping: timeout))
      if let failure = console.failure { throw startFailure(failure.step, failure.reason) }
      if let status = interruption.status(at: clock.now, hasStarted: hasStarted) {
        return .ended(status)
      }
      if let rawStatus, filesDone, streams.values.allSatisfy(\.isFinished) {
        if let failure = receiver.failure { throw failure }
        return .ended(WaitStatus.exitCode(of: rawStatus))
      }
    }
  }

  /// One round: waits for any stream, then moves what can move.
  private func serve(milliseconds: Int32) throws(LabError) {
    let reads = hasStarted && !inputEnded && !input.isFull && clab_is_background(0) == 0
    let waits: [(Interest, (HostSession) throws(LabError) -> Void)] = [
      (Interest(consolePort.number, read: true), { $0.readConsole() }),
      (Interest(qemuErrors.number, read: rawStatus == nil && !errorsEnded), { $0.readErrors() }),
      (Interest(signals.descriptor ?? -1, read: signals.descriptor != nil), { $0.readSignals() }),
      (Interest(number(.control), write: !control.isEmpty), { $0.flushControl() }),
      (Interest(number(.input), write: !input.isEmpty), { $0.flushInput() }),
      (Interest(0, read: reads), { $0.readInput() }),
      (interest(reading: .output), { (session) throws(LabError) in try session.read(.output) }),
      (interest(reading: .errors), { (session) throws(LabError) in try session.read(.errors) }),
      (
        Interest(number(.files), read: true),
        { (session) throws(LabError) in try session.read(.files) }
      ),
      (interest(writing: .output), { $0.flush(.output) }),
      (interest(writing: .errors), { $0.flush(.errors) }),
      (
        Interest(number(.control), read: true),
        { (session) throws(LabError) in try session.read(.control) }
      ),
    ]
    let ready = IO.poll(waits.map(\.0), milliseconds: milliseconds)
    for (wait, ready) in zip(waits, ready) where ready.read || ready.write { try wait.1(self) }
  }

  private var errorsEnded = false
}

// MARK: - Ports and streams

extension HostSession {
  private func number(_ port: Port) -> Int32 { ports[port]?.number ?? -1 }

  private func interest(reading port: Port) -> Interest {
    Interest(number(port), read: streams[port]?.box.isFull == false)
  }

  private func interest(writing port: Port) -> Interest {
    Interest(streams[port]?.descriptor ?? -1, write: streams[port]?.box.isEmpty == false)
  }

  private func send(_ kind: Control.ToLab, _ payload: [UInt8]) {
    control.append(Frame(kind: kind.rawValue, payload: payload).encoded)
  }

  private func flushControl() { control.flush(to: number(.control)) }
  private func flushInput() { input.flush(to: number(.input)) }

  private func flush(_ port: Port) {
    guard var stream = streams[port] else { return }
    stream.box.flush(to: stream.descriptor)
    // The command must learn that nobody reads, as a command here would.
    if stream.box.isBroken && !stream.saidBroken {
      stream.saidBroken = true
      send(.closeStream, [UInt8(port.rawValue)])
    }
    streams[port] = stream
  }

  private func readInput() {
    switch IO.read(0) {
    case .done(let bytes): input.append(Frame(kind: 0, payload: bytes).encoded)
    case .wouldBlock: break
    case .end, .failed:
      inputEnded = true
      input.append(Frame(kind: 0).encoded)
    }
  }

  private func readSignals() {
    for signal in signals.take() {
      interruption.note(signal, at: ContinuousClock().now)
      if hasStarted { send(.signal, [UInt8(signal)]) }
    }
  }

  private func readConsole() {
    if case .done(let bytes) = IO.read(consolePort.number) { console.append(bytes) }
  }

  private func readErrors() {
    switch IO.read(qemuErrors.number) {
    case .done(let bytes): qemuMessage = (qemuMessage + bytes).suffix(4096)
    case .wouldBlock: break
    case .end, .failed: errorsEnded = true
    }
  }

  private func read(_ port: Port) throws(LabError) {
    switch IO.read(number(port)) {
    case .done(let bytes):
      var decoder = decoders[port] ?? FrameDecoder()
      decoders[port] = nil
      decoder.append(bytes)
      while let frame = decoder.next() { try take(frame, from: port) }
      decoders[port] = decoder
    case .wouldBlock: break
    case .end, .failed: throw qemuEnded()
    }
  }

  private func take(_ frame: Frame, from port: Port) throws(LabError) {
    switch port {
    case .output, .errors:
      streams[port]?.hasEnded = frame.payload.isEmpty
      streams[port]?.box.append(frame.payload)
    case .files: filesDone = receiver.take(frame)
    case .control: try takeControl(frame)
    case .input: break
    }
  }

  private func takeControl(_ frame: Frame) throws(LabError) {
    var decoder = WireDecoder(frame.payload)
    switch Control.ToHost(rawValue: frame.kind) {
    case .hello, nil: break
    case .started: hasStarted = true
    case .ended: rawStatus = decoder.number().map { Int32(bitPattern: $0) }
    case .failed:
      throw startFailure(decoder.text() ?? "agent", decoder.text() ?? "no reason given")
    case .notExecutable:
      throw .notExecutable(command: decoder.text() ?? "", reason: decoder.text() ?? "")
    }
  }
}

// MARK: - Failures

extension HostSession {
  private func startFailure(_ step: String, _ reason: String) -> LabError {
    let detail = step == "agent" ? console.lines.last.map { "\(reason) (\($0))" } : nil
    return hasStarted
      ? .diedMidRun(reason: "\(step): \(detail ?? reason)")
      : .stepFailed(step: step, reason: detail ?? reason)
  }

  /// Finds out why QEMU closed its ports.
  private func qemuEnded() -> LabError {
    while case .done(let bytes) = IO.read(consolePort.number) { console.append(bytes) }
    // QEMU's last words may come after its sockets are closed: kill what is left, then read on.
    usleep(100_000)
    readErrors()
    qemu.signal(SIGKILL)
    let message = String(decoding: qemuMessage, as: UTF8.self).split(separator: "\n").last
      .map(String.init)

    if let failure = console.failure { return startFailure(failure.step, failure.reason) }
    if hasStarted {
      let reason = console.panic ?? message ?? "QEMU was killed or crashed"
      return .diedMidRun(reason: reason)
    }
    if let panic = console.panic { return .kernelPanicked(message: panic) }
    guard let step = console.step else {
      return .qemuFailed(message: message ?? "it gave no reason")
    }
    return .stepFailed(step: step, reason: message ?? "QEMU was killed or crashed")
  }
}
