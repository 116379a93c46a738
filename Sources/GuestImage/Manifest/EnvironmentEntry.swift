internal import Yams

/// A variable of a program's environment.
struct EnvironmentEntry {
  var name: String
  var value: String
}

extension [EnvironmentEntry] {
  /// `NAME=VALUE` strings: these and others, each name once and at its first place.
  func overridden(by others: Self) -> [String] {
    var entries = self
    for other in others {
      if let index = entries.firstIndex(where: { $0.name == other.name }) {
        entries[index] = other
      } else {
        entries.append(other)
      }
    }
    return entries.map { "\($0.name)=\($0.value)" }
  }
}

extension ManifestReader {
  func environment(_ node: Node) throws(ManifestError) -> [EnvironmentEntry] {
    guard case .mapping(let mapping) = node else {
      throw document.error(
        node, "'environment' must be names with values; this is \(node.kind)")
    }
    var entries: [EnvironmentEntry] = []
    for (nameNode, valueNode) in mapping {
      let name = try text(nameNode, key: "environment")
      guard !name.contains("=") else {
        throw document.error(
          nameNode, "'environment': a variable's name cannot hold '=', as \(name.quoted) does")
      }
      guard case .scalar(let value) = valueNode else {
        throw document.error(
          valueNode,
          "'environment': the variable \(name.quoted) must be text; this is \(valueNode.kind)")
      }
      entries.append(
        EnvironmentEntry(
          name: name, value: try withoutNUL(value.string, valueNode, key: "environment")))
    }
    return entries
  }
}
