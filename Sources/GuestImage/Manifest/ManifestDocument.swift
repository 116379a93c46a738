internal import Yams

/// The YAML of a manifest, and the errors that name places in it.
///
/// Guards against what YAML allows and a manifest does not need: size, and anchors,
/// with which a page of text can stand for more nodes than there are atoms.
/// (libyaml itself bounds the depth of nesting.)
struct ManifestDocument {
  /// The largest manifest that is read: 1 MiB.
  static let maximumByteCount = 1 << 20

  let path: String

  /// The document's root node.
  func root(of file: FileContents) throws(ManifestError) -> Node {
    guard file.bytes.count <= Self.maximumByteCount else {
      throw error(nil, "is larger than a manifest may be (1 MiB)")
    }
    guard let text = String(validating: file.bytes, as: UTF8.self) else {
      throw error(nil, "is not UTF-8 text")
    }
    try rejectAnchors(in: text)
    let root: Node?
    do {
      root = try compose(yaml: text, .default, .default, .utf8)
    } catch let problem as YamlError {
      throw error(for: problem, in: text)
    } catch {
      throw self.error(nil, "is not YAML (\(error))")
    }
    guard let root else { throw error(nil, "is empty; a manifest needs at least 'programs'") }
    return root
  }

  func error(_ node: Node?, _ detail: String) -> ManifestError {
    ManifestError(path: path, position: node.flatMap(position(of:)), detail: detail)
  }

  func position(of node: Node) -> ManifestPosition? {
    node.mark.map { ManifestPosition(line: $0.line, column: $0.column) }
  }

  /// Refuses `&name` wherever YAML could take it for an anchor. Without anchors an
  /// alias is an error of its own. Text in quotes that looks alike is refused as
  /// well: telling it apart for certain takes the parser that this protects.
  private func rejectAnchors(in text: String) throws(ManifestError) {
    let before = Set(" \t\r\n\u{85}\u{2028}\u{2029}\u{FEFF}[]{},:?-\"'".unicodeScalars)
    var position = ManifestPosition(line: 1, column: 1)
    var previous: Unicode.Scalar = "\n"
    var scalars = text.unicodeScalars.makeIterator()
    var next = scalars.next()
    while let scalar = next {
      next = scalars.next()
      if scalar == "&", before.contains(previous), let next, next.isAnchorCharacter {
        throw ManifestError(
          path: path, position: position,
          detail: "anchors ('&') are not part of a manifest; "
            + "for text that begins with '&' write \"\\x26\" in double quotes")
      }
      position =
        scalar == "\n"
        ? ManifestPosition(line: position.line + 1, column: 1)
        : ManifestPosition(line: position.line, column: position.column + 1)
      previous = scalar
    }
  }

  private func error(for problem: YamlError, in text: String) -> ManifestError {
    switch problem {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let context = context.map { $0.text.isEmpty ? "" : " \($0.text)" } ?? ""
      return ManifestError(
        path: path, position: ManifestPosition(line: mark.line, column: mark.column),
        detail: "is not YAML: \(problem)\(context)")
    case .reader(let problem, let offset, _, _):
      let before = offset.map { text.prefix($0).unicodeScalars }
      let position = before.map { scalars in
        ManifestPosition(
          line: scalars.count { $0 == "\n" } + 1,
          column: scalars.reversed().prefix { $0 != "\n" }.count + 1)
      }
      return ManifestError(path: path, position: position, detail: "is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      return ManifestError(
        path: path,
        position: ManifestPosition(line: context.mark.line, column: context.mark.column),
        detail: "the key \(keys.first?.quoted ?? "''") is given more than once")
    default:
      return ManifestError(path: path, position: nil, detail: "is not YAML: \(problem)")
    }
  }
}

extension Unicode.Scalar {
  /// What libyaml accepts in the name of an anchor.
  fileprivate var isAnchorCharacter: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
    default: false
    }
  }
}
