public import GuestImage
import MinixABI
public import Session

/// An image of several programs for a person: how each would be started.
public struct ImageInspection {
  private let manifest: Manifest
  private let configuration: RunConfiguration
  private var programs: [RunConfiguration.Program] { configuration.programs }
  private let style: TextStyle

  /// Describes a manifest.
  ///
  /// - Parameter programs: its processes, in order.
  public init(
    _ manifest: Manifest, _ programs: [RunConfiguration.Program], style: TextStyle = .plain
  ) {
    self.manifest = manifest
    var configuration = RunConfiguration()
    configuration.programs = programs
    self.configuration = configuration
    self.style = style
  }

  /// The text, without a line ending at its end.
  public var text: String {
    let notes = programs.compactMap(note(on:))
    let parts = [[heading], table, notes, files].filter { !$0.isEmpty }
    return parts.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private var files: [String] {
    manifest.files.map { "file \($0.path.printable): \(manifest.resolve($0).printable)" }
  }

  private var heading: String {
    let facts = [
      programs.count.of("process", "processes"),
      manifest.memory.map { "memory \($0)" }, manifest.timeout.map { "timeout \($0)" },
      manifest.delivery.map { "delivery \($0.name)" }, manifest.policy.map { "policy \($0.name)" },
    ]
    return "\(manifest.path.printable): " + facts.compactMap(\.self).joined(separator: ", ")
  }

  private var table: [String] {
    let endpoints = configuration.plannedEndpoints
    return Grid(
      columns: [
        .text("process"), .number("endpoint"), .text("program"), .text("as"), .number("queue"),
        .number("quantum"), .text("starts"), .number("pages", "at start"), .number("of"),
      ],
      rows: zip(programs, endpoints).map { program, endpoint in
        let map = ProgramMap(program)
        return [
          program.name.printable, "\(endpoint.rawValue)", program.image.file.path.lastComponent,
          program.role, program.priority.map { "\($0)" } ?? "-",
          program.quantum.map { "\($0)" } ?? "-", program.start.words,
          map.presentCount.grouped,
          map.ranges.dropLast().reduce(map.ranges.last?.presentCount ?? 0) { $0 + $1.pageCount }
            .grouped,
        ]
      }
    ).lines(style)
  }

  /// What the table has no room for.
  private func note(on program: RunConfiguration.Program) -> String? {
    var notes: [String] = []
    if program.arguments.count > 1 {
      notes.append(
        "arguments " + program.arguments.dropFirst().map(\.quoted).joined(separator: " "))
    }
    if !program.environment.isEmpty {
      notes.append("environment " + program.environment.map(\.printable).joined(separator: " "))
    }
    notes += program.rights.words
    return notes.isEmpty ? nil : "\(program.name.printable): \(notes.joined(separator: "; "))"
  }
}

extension RunConfiguration.Program {
  fileprivate var role: String {
    server.map { "\($0)'s place" } ?? (isSystem ? "system" : "user")
  }
}

extension RunConfiguration.Program.Start {
  fileprivate var words: String {
    let waiting = delay > .zero ? [delay.inWords] : []
    let event = after.map { ["after \($0.printable)"] } ?? []
    return isImmediate ? "at once" : (event + waiting).joined(separator: " + ")
  }
}

extension RunConfiguration.Program.Rights {
  fileprivate var words: [String] {
    var words: [String] = []
    if let traps { words.append("traps \(traps.names.joined(separator: " "))") }
    if let peers { words.append("may send to \(peers.map(\.words).joined(separator: " "))") }
    if let kernelCalls {
      words.append(
        "kernel calls \(kernelCalls.isEmpty ? "none" : kernelCalls.map(\.name).joined(separator: " "))"
      )
    }
    return words
  }
}

extension RunConfiguration.Program.Peer {
  fileprivate var words: String {
    switch self {
    case .boot(let endpoint): "\(endpoint)"
    case .program(let name): name.printable
    case .users: "users"
    case .all: "all"
    }
  }
}

extension TrapMask {
  fileprivate var names: [String] {
    let calls: [IPCCall] = [.send, .receive, .sendrec, .notify, .sendnb, .senda]
    let names = calls.filter { allows($0) }.map(\.name)
    return names.isEmpty ? ["none"] : names
  }
}

extension String {
  fileprivate var lastComponent: String { String(split(separator: "/").last ?? "").printable }

  /// In quotes where it needs them.
  fileprivate var quoted: String {
    isEmpty || contains(" ") ? "\"\(printable)\"" : printable
  }
}
