import I386

extension CachingCase {
  /// "caching:0x00000123", which `--filter` takes.
  public var identifier: String { "caching:\(hexadecimal(rawValue))" }

  /// The case in words.
  public var words: String {
    let who = isUser ? "user " : "supervisor "
    var words = isLarge ? "4 MiB page" : "4 KiB page"
    if isGlobal { words = "global " + words }
    words += ": " + who + Self.words(of: priming.kind) + "; then \(change.words)"
    if isBySelfMap { words += " by way of a directory that maps itself" }
    words += "; \(invalidation.words); then " + who + Self.words(of: access.kind)
    return words
  }

  private static func words(of kind: MemoryAccess.Kind) -> String {
    switch kind {
    case .read: "read"
    case .write: "write"
    case .fetch: "fetch"
    }
  }
}

extension CachingCase.Change {
  /// The change in words.
  var words: StaticString {
    switch self {
    case .unmap: "its P is cleared"
    case .unmapDirectory: "the directory entry's P is cleared"
    case .remap: "it names another frame"
    case .swapTable: "the directory entry names another table"
    case .resize: "PS of the directory entry is changed"
    case .protect: "its W is cleared"
    case .protectDirectory: "the directory entry's W is cleared"
    case .hide: "its U is cleared"
    case .hideDirectory: "the directory entry's U is cleared"
    case .clearAccessedAndDirty: "its A and D are cleared"
    case .map: "its P is set"
    case .allowWrite: "its W is set"
    case .allowUser: "its U is set"
    }
  }
}

extension CachingCase.Invalidation {
  /// The invalidation in words.
  var words: StaticString {
    switch self {
    case .none: "no invalidation"
    case .invlpg: "INVLPG"
    case .loadCR3: "a load of CR3"
    case .toggleCR4PGE: "CR4.PGE off and on"
    }
  }
}
