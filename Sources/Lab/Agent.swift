internal import CLab
internal import Glibc

/// The host's man in the lab: runs the one command and carries its streams.
///
/// It is our own program, started by the init script inside the lab, and it also keeps one idle
/// virtual machine for the whole boot: without one, a lab in which many machines come and go
/// hangs at random.
public enum LabAgent {
  /// Serves the host until the lab is ended. `portPrefix` is the path of the ports without their
  /// numbers. Returns only when something is wrong, with an exit code.
  public static func run(portPrefix: String) -> Int32 {
    guard let agent = Agent(portPrefix: portPrefix) else { return 1 }
    agent.run()
    return 1
  }
}

/// The agent's state.
final class Agent {
  /// Left to us by the init script.
  private enum Inherited {
    static let control: Int32 = 8
    static let layers: Int32 = 9
  }

  private let ports: [Port: Descriptor]
  private var decoder = FrameDecoder()

  init?(portPrefix: String) {
    var ports = [Port.control: Descriptor(adopting: Inherited.control)]
    for port in Port.allCases where port != .control {
      let number = IO.open("\(portPrefix)\(port.rawValue)", O_RDWR)
      guard number >= 0 else { return nil }
      ports[port] = Descriptor(adopting: number)
    }
    self.ports = ports
    // Upper layers are reached from the working directory: the command may mount over /proc.
    guard fchdir(Inherited.layers) == 0 else { return nil }
    signal(SIGPIPE, SIG_IGN)
  }

  func run() {
    let nested = Self.nestedPaging
    say(.hello, [nested])
    let error = clab_hold_machine()
    guard error == 0 else {
      return fail("kvm", "no virtual machine can be made: \(Errno(-error))")
    }
    guard let job = nextFrame().flatMap({ Job(decoding: $0.payload) }) else {
      return fail("agent", "it was not told what to run")
    }
    let wanted = job.environment[Lab.environmentMark] ?? ""
    guard wanted == "npt=\(nested)" else {
      return fail("kvm", "wanted \(wanted), but kvm_amd came up with npt=\(nested)")
    }
    do {
      let command = try AgentCommand(job, ports: ports)
      say(.started, [String]())
      let status = command.serve(decoder: decoder)
      FileSender(port: number(.files)).send(job.namedFiles)
      var encoder = WireEncoder()
      encoder.put(UInt32(bitPattern: status))
      say(.ended, encoder.bytes)
    } catch {
      sayNotExecutable(job, error)
    }
    // The host ends the lab.
    while true { pause() }
  }

  private func number(_ port: Port) -> Int32 { ports[port]?.number ?? -1 }

  private func say(_ kind: Control.ToHost, _ payload: [UInt8]) {
    _ = IO.writeAll(number(.control), Frame(kind: kind.rawValue, payload: payload).encoded)
  }

  private func say(_ kind: Control.ToHost, _ texts: [String]) {
    var encoder = WireEncoder()
    for text in texts { encoder.put(text) }
    say(kind, encoder.bytes)
  }

  private func fail(_ step: String, _ reason: String) {
    say(.failed, [step, reason])
    while true { pause() }
  }

  private func sayNotExecutable(_ job: Job, _ failure: ChildProcess.Failure) {
    let name = String(decoding: job.arguments.first ?? [], as: UTF8.self)
    let directory = String(decoding: job.directory, as: UTF8.self)
    let reason =
      failure.step == .enteringDirectory
      ? "the working directory \(directory): \(failure.errno)" : "\(failure.errno)"
    say(.notExecutable, [name, reason])
  }

  private func nextFrame() -> Frame? {
    while true {
      if let frame = decoder.next() { return frame }
      switch IO.read(number(.control)) {
      case .done(let bytes): decoder.append(bytes)
      // A port that the host has not opened yet reads as ended.
      case .end, .wouldBlock: usleep(5_000)
      case .failed: return nil
      }
    }
  }

  private static var nestedPaging: String {
    guard case .success(let bytes) = IO.contents(of: "/sys/module/kvm_amd/parameters/npt") else {
      return "unknown"
    }
    return bytes.first == 0x59 || bytes.first == 0x31 ? "1" : "0"
  }
}
