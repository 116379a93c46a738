import MinixABI
internal import Yams

/// One entry of `programs`, with the nodes that errors name.
struct ProgramEntry {
  enum Key: String, CaseIterable {
    case name, file, arguments, environment, `as`, traps
    case ipcTo = "ipc-to"
    case kernelCalls = "kernel-calls"
    case priority, quantum, server, count, after, delay
  }

  let fields: [Key: Node]
  private(set) var program: Manifest.Program
  private let reader: ManifestReader
  private var document: ManifestDocument { reader.document }

  /// - Parameter environment: what all programs get.
  init(
    _ node: Node, _ environment: [EnvironmentEntry], _ reader: ManifestReader
  ) throws(ManifestError) {
    self.reader = reader
    fields = try reader.fields(Key.self, of: node, place: "a program")
    guard let fileNode = fields[.file] else {
      throw reader.document.error(node, "this program has no 'file'")
    }
    program = Manifest.Program(
      file: try reader.text(fileNode, key: "file"),
      position: reader.document.position(of: node))
    try read(environment)
  }

  private mutating func read(_ environment: [EnvironmentEntry]) throws(ManifestError) {
    let server = try fields[.server].map(server(_:))
    let name = try fields[.name].map { (node) throws(ManifestError) in
      try reader.text(node, key: "name")
    }
    program = Manifest.Program(
      file: program.file,
      name: name,
      arguments: try fields[.arguments].map(arguments(_:)) ?? [],
      privileges: try privileges(isServer: server != nil),
      priority: try number(.priority, 0...15, "0 (first) to 15"),
      server: server,
      count: try count(isServer: server != nil),
      position: program.position)
    let own = try fields[.environment].map(reader.environment(_:)) ?? []
    program.environment = environment.overridden(by: own)
    program.quantum = try number(.quantum, 1...127, "1 to 127 ticks")
    program.rights = try rights()
    program.start = try start(isServer: server != nil)
  }

  // MARK: - Who it is

  private func arguments(_ node: Node) throws(ManifestError) -> [String] {
    guard case .sequence(let nodes) = node else {
      throw document.error(node, "'arguments' must be a list; this is \(node.kind)")
    }
    var arguments: [String] = []
    for node in nodes {
      guard case .scalar(let scalar) = node else {
        throw document.error(node, "an argument must be text; this is \(node.kind)")
      }
      arguments.append(try reader.withoutNUL(scalar.string, node, key: "arguments"))
    }
    return arguments
  }

  private func server(_ node: Node) throws(ManifestError) -> BootServer {
    let text = try reader.text(node, key: "server")
    guard let server = BootServer(text) else {
      let known = BootServer.allCases.map(\.name)
      throw document.error(
        node, "unknown server \(text.quoted)\(text.hint(known: known)), or 0 to 10")
    }
    return server
  }

  /// How many of a program to run; there is one of each server.
  private func count(isServer: Bool) throws(ManifestError) -> Int {
    let range = Manifest.Program.countRange
    let known = "\(range.lowerBound) to \(range.upperBound)"
    guard let count = try number(.count, range, known) else { return 1 }
    guard !isServer || count == 1 else {
      throw document.error(fields[.count], "a program with 'server' runs once; remove 'count'")
    }
    return count
  }

  private func number(
    _ key: Key, _ range: ClosedRange<Int>, _ known: String
  ) throws(ManifestError) -> Int? {
    guard let node = fields[key] else { return nil }
    let text = try reader.text(node, key: key.rawValue)
    guard let number = Int(text), range.contains(number) else {
      throw document.error(node, "'\(key.rawValue)' cannot be \(text.quoted). Known: \(known)")
    }
    return number
  }

  // MARK: - What it may do

  private func privileges(isServer: Bool) throws(ManifestError) -> Manifest.Privileges {
    guard let node = fields[.as] else { return isServer ? .system : .user }
    let text = try reader.text(node, key: "as")
    guard let privileges = Manifest.Privileges(rawValue: text) else {
      let known = Manifest.Privileges.allCases.map(\.rawValue)
      throw document.error(node, "'as' cannot be \(text.quoted)\(text.hint(known: known))")
    }
    guard !isServer || privileges == .system else {
      throw document.error(node, "a program with 'server' runs as system; remove 'as: user'")
    }
    return privileges
  }

  private func rights() throws(ManifestError) -> Manifest.Rights {
    var rights = Manifest.Rights()
    for key in [Key.traps, .ipcTo, .kernelCalls] {
      guard let node = fields[key] else { continue }
      guard program.privileges == .system else {
        throw document.error(
          node, "'\(key.rawValue)' is of a system process's privileges; add 'as: system'")
      }
    }
    let traps = try list(.traps) {
      IPCCall(manifestName: $0)
    } known: {
      IPCCall.manifestNames
    }
    rights.traps = traps?.reduce(into: TrapMask()) { $0.formUnion(TrapMask($1)) }
    rights.kernelCalls = try list(.kernelCalls) { name in
      KernelCallNumber.allCases.first { $0.name == name }
    } known: {
      KernelCallNumber.allCases.map(\.name)
    }
    // Programs are known when all entries have been read.
    rights.ipcTo = try list(.ipcTo) {
      Manifest.Peer($0)
    } known: {
      []
    }
    return rights
  }

  /// A list of names; nil where the key isn't there.
  private func list<Value>(
    _ key: Key, _ value: (String) -> Value?, known: () -> [String]
  ) throws(ManifestError) -> [Value]? {
    guard let node = fields[key] else { return nil }
    var values: [Value] = []
    for node in try elements(of: node, key) {
      let text = try reader.text(node, key: key.rawValue)
      guard let value = value(text) else {
        throw document.error(
          node, "'\(key.rawValue)' cannot have \(text.quoted)\(text.hint(known: known()))")
      }
      values.append(value)
    }
    return values
  }

  /// The nodes of a list.
  func elements(of node: Node, _ key: Key) throws(ManifestError) -> [Node] {
    guard case .sequence(let nodes) = node else {
      throw document.error(node, "'\(key.rawValue)' must be a list; this is \(node.kind)")
    }
    return Array(nodes)
  }

  // MARK: - When it starts

  private func start(isServer: Bool) throws(ManifestError) -> Manifest.Start {
    var start = Manifest.Start()
    start.after = try fields[.after].map { (node) throws(ManifestError) in
      try reader.text(node, key: "after")
    }
    start.delay = try reader.quantity(fields[.delay], key: "delay", TimeSpan.init)
    if isServer, let node = fields[.after] ?? fields[.delay] {
      throw document.error(node, "a program with 'server' starts with the system")
    }
    return start
  }
}

extension IPCCall {
  fileprivate static var manifestNames: [String] {
    [IPCCall.send, .receive, .sendrec, .notify, .sendnb, .senda].map { $0.name.lowercased() }
  }

  fileprivate init?(manifestName name: String) {
    let calls = [IPCCall.send, .receive, .sendrec, .notify, .sendnb, .senda]
    guard let call = calls.first(where: { $0.name.lowercased() == name }) else { return nil }
    self = call
  }
}

extension Manifest.Peer {
  /// A server's name or endpoint, `users`, `all`; anything else is a program's name.
  fileprivate init(_ text: String) {
    switch text {
    case "all": self = .all
    case "users": self = .users
    default: self = BootServer(text).map { .server($0) } ?? .program(text)
    }
  }
}
