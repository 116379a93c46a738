import MinixABI
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
  enum ManifestKey: String, CaseIterable {
    case programs, memory, timeout, delivery, policy, environment, files
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
    let environment = try fields[.environment].map(environment(_:)) ?? []
    var manifest = Manifest(
      path: document.path, programs: try programs(list, environment), memory: memory,
      timeout: timeout)
    manifest.delivery = try fields[.delivery].map(delivery(_:))
    manifest.policy = try fields[.policy].map(policy(_:))
    manifest.files = try fields[.files].map(files(_:)) ?? []
    return manifest
  }

  private func delivery(_ node: Node) throws(ManifestError) -> FaultDelivery {
    let text = try text(node, key: "delivery")
    guard let delivery = FaultDelivery.allCases.first(where: { $0.name == text }) else {
      let known = FaultDelivery.allCases.map(\.name)
      throw document.error(node, "'delivery' cannot be \(text.quoted)\(text.hint(known: known))")
    }
    return delivery
  }

  private func policy(_ node: Node) throws(ManifestError) -> FaultPolicy {
    let text = try text(node, key: "policy")
    guard let policy = FaultPolicy(name: text) else {
      throw document.error(
        node,
        "'policy' cannot be \(text.quoted). Known: \(FaultPolicy.knownNames), "
          + "with N from 1 to \(FaultPolicy.neighbourLimit)")
    }
    return policy
  }

  private func programs(
    _ list: Node, _ environment: [EnvironmentEntry]
  ) throws(ManifestError) -> [Manifest.Program] {
    guard case .sequence(let nodes) = list else {
      throw document.error(list, "'programs' must be a list; this is \(list.kind)")
    }
    guard !nodes.isEmpty else {
      throw document.error(list, "'programs' is empty; a manifest needs at least one program")
    }
    var entries: [ProgramEntry] = []
    var lines: [BootServer: Int] = [:]
    for node in nodes {
      let entry = try ProgramEntry(node, environment, self)
      if let server = entry.program.server {
        if let line = lines[server] {
          throw document.error(
            entry.fields[.server],
            "the server '\(server.name)' is already taken by the program in line \(line)")
        }
        lines[server] = entry.program.position?.line ?? 1
      }
      entries.append(entry)
    }
    return try linked(entries)
  }

  func quantity<Value>(
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
  func text(_ node: Node, key: String) throws(ManifestError) -> String {
    guard case .scalar(let scalar) = node else {
      throw document.error(node, "'\(key)' must be one value; this is \(node.kind)")
    }
    guard !scalar.string.isEmpty else { throw document.error(node, "'\(key)' has no value") }
    return try withoutNUL(scalar.string, node, key: key)
  }

  /// The guest's strings end at their first NUL, so a text with one is a mistake.
  func withoutNUL(
    _ text: String, _ node: Node, key: String
  ) throws(ManifestError) -> String {
    guard !text.utf8.contains(0) else {
      throw document.error(node, "'\(key)' cannot hold the character NUL")
    }
    return text
  }

  /// The values of a mapping by key; every key must be one of `Key`'s.
  func fields<Key: RawRepresentable & CaseIterable & Hashable>(
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
  var kind: String {
    switch self {
    case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "text"
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }
}
