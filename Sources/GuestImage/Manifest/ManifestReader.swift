internal import Yams

extension Manifest {
  /// Reads a manifest. Every error names a line if there is one to name.
  public init(_ file: FileContents) throws(ManifestError) {
    let document = ManifestDocument(path: file.path)
    let reader = ManifestReader(document: document)
    self = try reader.manifest(try document.root(of: file))
  }
}

/// Turns the nodes of a manifest into values.
struct ManifestReader {
  private enum ManifestKey: String, CaseIterable { case programs, memory, timeout }
  private enum ProgramKey: String, CaseIterable {
    case name, file, arguments, `as`, priority, server, count
  }

  let document: ManifestDocument

  func manifest(_ root: Node) throws(ManifestError) -> Manifest {
    let fields = try fields(ManifestKey.self, of: root, place: "a manifest")
    guard let list = fields[.programs] else {
      throw document.error(root, "a manifest needs the key 'programs', a list")
    }
    let memory: MemorySize? = try quantity(
      fields[.memory], key: "memory", MemorySize.init(ofGuest:))
    let timeout: TimeSpan? = try quantity(fields[.timeout], key: "timeout", TimeSpan.init)
    return Manifest(
      path: document.path, programs: try programs(list), memory: memory, timeout: timeout)
  }

  private func programs(_ list: Node) throws(ManifestError) -> [Manifest.Program] {
    guard case .sequence(let nodes) = list else {
      throw document.error(list, "'programs' must be a list; this is \(list.kind)")
    }
    guard !nodes.isEmpty else {
      throw document.error(list, "'programs' is empty; a manifest needs at least one program")
    }
    var programs: [Manifest.Program] = []
    var lines: [BootServer: Int] = [:]
    for node in nodes {
      let (program, serverNode) = try self.program(node)
      if let server = program.server {
        if let line = lines[server] {
          throw document.error(
            serverNode,
            "the server '\(server.name)' is already taken by the program in line \(line)")
        }
        lines[server] = program.position?.line ?? 1
      }
      programs.append(program)
    }
    return programs
  }

  private func program(
    _ node: Node
  ) throws(ManifestError) -> (Manifest.Program, serverNode: Node?) {
    let fields = try fields(ProgramKey.self, of: node, place: "a program")
    guard let fileNode = fields[.file] else {
      throw document.error(node, "this program has no 'file'")
    }
    let file = try text(fileNode, key: "file")
    let name = try fields[.name].map { (node) throws(ManifestError) in try text(node, key: "name") }
    let server = try fields[.server].map(server(_:))
    let program = Manifest.Program(
      file: file,
      name: name,
      arguments: try fields[.arguments].map(arguments(_:)) ?? [],
      privileges: try privileges(fields[.as], isServer: server != nil),
      priority: try fields[.priority].map(priority(_:)),
      server: server,
      count: try count(fields[.count], isServer: server != nil),
      position: document.position(of: node))
    return (program, fields[.server])
  }

  private func arguments(_ node: Node) throws(ManifestError) -> [String] {
    guard case .sequence(let nodes) = node else {
      throw document.error(node, "'arguments' must be a list; this is \(node.kind)")
    }
    var arguments: [String] = []
    for node in nodes {
      guard case .scalar(let scalar) = node else {
        throw document.error(node, "an argument must be text; this is \(node.kind)")
      }
      arguments.append(try withoutNUL(scalar.string, node, key: "arguments"))
    }
    return arguments
  }

  private func privileges(
    _ node: Node?, isServer: Bool
  ) throws(ManifestError) -> Manifest.Privileges {
    guard let node else { return isServer ? .system : .user }
    let text = try text(node, key: "as")
    guard let privileges = Manifest.Privileges(rawValue: text) else {
      let known = Manifest.Privileges.allCases.map(\.rawValue)
      throw document.error(node, "'as' cannot be \(text.quoted)\(text.hint(known: known))")
    }
    guard !isServer || privileges == .system else {
      throw document.error(node, "a program with 'server' runs as system; remove 'as: user'")
    }
    return privileges
  }

  private func priority(_ node: Node) throws(ManifestError) -> Int {
    let text = try text(node, key: "priority")
    guard let priority = Int(text), (0...15).contains(priority) else {
      throw document.error(node, "'priority' cannot be \(text.quoted). Known: 0 (first) to 15")
    }
    return priority
  }

  /// How many of a program to run; there is one of each server.
  private func count(_ node: Node?, isServer: Bool) throws(ManifestError) -> Int {
    guard let node else { return 1 }
    let text = try text(node, key: "count")
    guard let count = Int(text), Manifest.Program.countRange.contains(count) else {
      let (first, last) = (
        Manifest.Program.countRange.lowerBound, Manifest.Program.countRange.upperBound
      )
      throw document.error(
        node, "'count' cannot be \(text.quoted). Known: \(first) to \(last)")
    }
    guard !isServer || count == 1 else {
      throw document.error(node, "a program with 'server' runs once; remove 'count'")
    }
    return count
  }

  private func server(_ node: Node) throws(ManifestError) -> BootServer {
    let text = try text(node, key: "server")
    guard let server = BootServer(text) else {
      let known = BootServer.allCases.map(\.name)
      throw document.error(
        node, "unknown server \(text.quoted)\(text.hint(known: known)), or 0 to 10")
    }
    return server
  }

  private func quantity<Value>(
    _ node: Node?, key: String, _ make: (String) throws(QuantityError) -> Value
  ) throws(ManifestError) -> Value? {
    guard let node else { return nil }
    let text = try text(node, key: key)
    do {
      return try make(text)
    } catch {
      throw document.error(node, "'\(key)': \(error)")
    }
  }

  /// The scalar's text as it is written, whatever type YAML would give it.
  private func text(_ node: Node, key: String) throws(ManifestError) -> String {
    guard case .scalar(let scalar) = node else {
      throw document.error(node, "'\(key)' must be one value; this is \(node.kind)")
    }
    guard !scalar.string.isEmpty else { throw document.error(node, "'\(key)' has no value") }
    return try withoutNUL(scalar.string, node, key: key)
  }

  /// The guest's strings end at their first NUL, so a text with one is a mistake.
  private func withoutNUL(
    _ text: String, _ node: Node, key: String
  ) throws(ManifestError) -> String {
    guard !text.utf8.contains(0) else {
      throw document.error(node, "'\(key)' cannot hold the character NUL")
    }
    return text
  }

  /// The values of a mapping by key; every key must be one of `Key`'s.
  private func fields<Key: RawRepresentable & CaseIterable & Hashable>(
    _: Key.Type, of node: Node, place: String
  ) throws(ManifestError) -> [Key: Node] where Key.RawValue == String {
    let known = Key.allCases.map(\.rawValue)
    guard case .mapping(let mapping) = node else {
      throw document.error(
        node,
        "\(place) must be keys with values; this is \(node.kind). "
          + "Known: \(known.joined(separator: ", "))")
    }
    var fields: [Key: Node] = [:]
    for (keyNode, value) in mapping {
      guard case .scalar(let scalar) = keyNode else {
        throw document.error(keyNode, "a key in \(place) must be text; this is \(keyNode.kind)")
      }
      guard let key = Key(rawValue: scalar.string) else {
        throw document.error(
          keyNode,
          "unknown key \(scalar.string.quoted) in \(place)\(scalar.string.hint(known: known))")
      }
      guard fields.updateValue(value, forKey: key) == nil else {
        throw document.error(keyNode, "the key '\(key.rawValue)' is given more than once")
      }
    }
    return fields
  }
}

extension Node {
  /// What the node is, in a reader's words.
  fileprivate var kind: String {
    switch self {
    case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "text"
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }
}
