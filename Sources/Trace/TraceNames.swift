import FlightRecorder
import GuestImage
public import MinixABI

/// Who is who in a trace: names, parents, and which program each process runs.
public struct TraceNames {
  /// A process, as far as the trace has come.
  public struct Process: Equatable, Sendable {
    public var name: String
    /// The path of its program's file; nil for a resident server.
    public var image: String?
    public var isResident = false
  }

  private var processes: [Endpoint: Process] = [:]
  private let programs: [Endpoint: TraceInfo.Program]
  private let paths: [String]
  /// How the run's page faults reached VM: the numbers of the kernel's signals depend on it.
  public let delivery: String

  public init(_ trace: TraceFile) {
    self.init(trace.info, images: Array(trace.images.keys))
  }

  init(_ info: TraceInfo, images: [String]) {
    programs = Dictionary(
      info.programs.map { (Endpoint(rawValue: $0.endpoint), $0) }, uniquingKeysWith: { a, _ in a })
    paths = images.sorted()
    delivery = info.delivery
  }

  /// Takes what a step says of processes.
  public mutating func observe(_ step: TraceStep) {
    guard case .process(let origin, let parent, let name) = step.what else { return }
    switch origin {
    case .resident: processes[step.who] = Process(name: name, image: nil, isResident: true)
    case .program:
      let program = programs[step.who]
      processes[step.who] = Process(name: program?.name ?? name, image: program?.image)
    case .fork:
      processes[step.who] = Process(name: name, image: processes[parent]?.image)
    case .exec: processes[step.who] = Process(name: name, image: image(called: name))
    }
  }

  /// The kernel keeps seven characters of a program's name.
  private func image(called name: String) -> String? {
    paths.first { path in
      String((path.split(separator: "/").last ?? "").utf8.prefix(7)) == name
    }
  }

  public subscript(endpoint: Endpoint) -> Process? { processes[endpoint] }

  /// "touch (36570)", "VM"; a bare number for somebody whom the trace has not introduced.
  public func name(of endpoint: Endpoint) -> String {
    let fixed = endpoint.description
    guard fixed == "\(endpoint.rawValue)", let process = processes[endpoint] else { return fixed }
    return "\(process.name.printable) (\(endpoint.rawValue))"
  }

  /// "touch", "VM".
  public func shortName(of endpoint: Endpoint) -> String {
    let fixed = endpoint.description
    guard fixed == "\(endpoint.rawValue)", let process = processes[endpoint] else { return fixed }
    return process.name.printable
  }
}
