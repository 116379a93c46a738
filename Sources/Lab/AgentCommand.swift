internal import CLab
internal import Glibc

/// The command in the lab and its three streams, between its pipes and the ports.
final class AgentCommand {
  private let child: ChildProcess
  private let end: Descriptor?
  private let ports: [Port: Descriptor]
  private var decoder = FrameDecoder()
  private var inputDecoder = FrameDecoder()

  private var inputPipe: Descriptor?
  private var input = Outbox()
  private var inputEnded = false
  private var outputs: [Port: AgentStream] = [:]
  private var status: Int32?

  /// Starts the command.
  init(_ job: Job, ports: [Port: Descriptor]) throws(ChildProcess.Failure) {
    let input: (read: Descriptor, write: Descriptor)
    let output: (read: Descriptor, write: Descriptor)
    let errors: (read: Descriptor, write: Descriptor)
    do {
      (input, output, errors) = (try IO.pipe(), try IO.pipe(), try IO.pipe())
    } catch {
      throw .init(step: .starting, errno: Errno(EMFILE))
    }
    child = try ChildProcess.start(
      .init(
        arguments: job.arguments, environment: job.environment, directory: job.directory,
        descriptors: [input.read, output.write, job.mergesErrors ? output.write : errors.write],
        mask: job.mask))
    end = child.endDescriptor()
    self.ports = ports
    inputPipe = input.write
    outputs = [.output: AgentStream(pipe: output.read), .errors: AgentStream(pipe: errors.read)]
    for descriptor in [input.write, output.read, errors.read] + ports.values {
      clab_set_nonblocking(descriptor.number, 1)
    }
  }

  /// Carries the streams until the command has ended and all its output has left; returns its raw
  /// wait status. `decoder` holds what has been read from the control port already.
  func serve(decoder: FrameDecoder) -> Int32 {
    self.decoder = decoder
    while true {
      serveOnce()
      if let status, outputs.values.allSatisfy({ $0.pipe == nil && $0.box.isEmpty }) {
        for port in ports.values { clab_set_nonblocking(port.number, 0) }
        return status
      }
    }
  }

  private func serveOnce() {
    let waits: [(Interest, (AgentCommand) -> Void)] = [
      (Interest(number(.control), read: true), { $0.readControl() }),
      (Interest(number(.input), read: !inputEnded && !input.isFull), { $0.readInput() }),
      (Interest(inputPipe?.number ?? -1, write: !input.isEmpty), { $0.flushInput() }),
      (interest(reading: .output), { $0.read(.output) }),
      (interest(reading: .errors), { $0.read(.errors) }),
      (interest(writing: .output), { $0.flush(.output) }),
      (interest(writing: .errors), { $0.flush(.errors) }),
      (Interest(end?.number ?? -1, read: status == nil), { $0.reap() }),
    ]
    let ready = IO.poll(waits.map(\.0), milliseconds: -1)
    for (wait, ready) in zip(waits, ready) where ready.read || ready.write { wait.1(self) }
  }

  private func number(_ port: Port) -> Int32 { ports[port]?.number ?? -1 }

  private func interest(reading port: Port) -> Interest {
    guard let stream = outputs[port], let pipe = stream.pipe else { return Interest(-1) }
    return Interest(pipe.number, read: !stream.box.isFull)
  }

  private func interest(writing port: Port) -> Interest {
    Interest(number(port), write: outputs[port]?.box.isEmpty == false)
  }

  // MARK: Input

  private func readInput() {
    guard case .done(let bytes) = IO.read(number(.input)) else { return pauseForHost() }
    inputDecoder.append(bytes)
    while let frame = inputDecoder.next() {
      input.append(frame.payload)
      if frame.payload.isEmpty { inputEnded = true }
    }
    flushInput()
  }

  private func flushInput() {
    guard let pipe = inputPipe else { return }
    input.flush(to: pipe.number)
    // A command that has closed its input gets no more: the host's side fills up, as a pipe would.
    if input.isBroken { inputEnded = true }
    if inputEnded && input.isEmpty { inputPipe = nil }
  }

  // MARK: Output

  private func read(_ port: Port) {
    guard var stream = outputs[port], let pipe = stream.pipe else { return }
    switch IO.read(pipe.number, limit: 32_000) {
    case .done(let bytes):
      stream.send(bytes)
      if stream.mayStillRead > 0 { stream.mayStillRead -= bytes.count }
      if status != nil && stream.mayStillRead <= 0 { stream.close() }
    case .wouldBlock:
      // After the command's end, whoever still holds the pipe is not waited for.
      if status != nil { stream.close() }
    case .end, .failed: stream.close()
    }
    outputs[port] = stream
  }

  private func flush(_ port: Port) { outputs[port]?.box.flush(to: number(port)) }

  private func reap() {
    status = child.wait()
    // What the command wrote is in its pipes already: read each until it is empty, but not for
    // ever when a process that it left behind goes on writing.
    for port in [Port.output, .errors] {
      outputs[port]?.mayStillRead = AgentStream.largestPipe
      while outputs[port]?.pipe != nil, outputs[port]?.box.isFull == false { read(port) }
    }
  }

  // MARK: Control

  private func readControl() {
    guard case .done(let bytes) = IO.read(number(.control)) else { return pauseForHost() }
    decoder.append(bytes)
    while let frame = decoder.next() {
      guard let value = frame.payload.first else { continue }
      switch Control.ToLab(rawValue: frame.kind) {
      case .signal: if status == nil { child.signal(Int32(value)) }
      case .closeStream: if let port = Port(rawValue: Int(value)) { outputs[port]?.drop() }
      case .job, nil: break
      }
    }
  }

  /// A port that the host hasn't opened reads as ended, and `poll` doesn't wait for it.
  private func pauseForHost() { usleep(5_000) }
}

/// One output stream of the command.
struct AgentStream {
  /// The most that a pipe can hold.
  static let largestPipe = 1 << 20

  private(set) var pipe: Descriptor?
  var box = Outbox()
  /// After the command's end: how much of the pipe can be its own.
  var mayStillRead = 0

  init(pipe: Descriptor) { self.pipe = pipe }

  mutating func send(_ bytes: [UInt8]) { box.append(Frame(kind: 0, payload: bytes).encoded) }

  /// Ends the stream: the host gets an empty frame.
  mutating func close() {
    guard pipe != nil else { return }
    pipe = nil
    send([])
  }

  /// Nobody reads on the host: the command gets EPIPE, as it would there.
  mutating func drop() { close() }
}
