import I386

extension CachingScript {
  /// "caching:0x00002123", which `--filter` takes.
  public var identifier: String { "caching:\(hexadecimal(rawValue))" }

  /// The case in words.
  public var words: String {
    var words = "\(scene?.words ?? "none"): "
    if isGlobal { words += "global, " }
    words += "\(isUser ? "user" : "supervisor") \(priming.kind == .write ? "write" : "read")"
    if invalidation != .none { words += "; \(invalidation.words)" }
    let last: StaticString =
      switch access.kind {
      case .read: "read"
      case .write: "write"
      case .fetch: "fetch"
      }
    return words + "; then \(last)"
  }
}

extension CachingScript.Scene {
  /// The scene in words.
  var words: StaticString {
    switch self {
    case .alias: "two addresses of one frame, by two tables"
    case .aliasOfLarge: "two addresses of one frame, by a 4 MiB page and by a table"
    case .sharedTable: "two addresses of one frame, by two directory entries of one table"
    case .tableBecomesData: "a page table becomes a data page"
    case .dataBecomesTable: "a data page becomes a page table"
    case .tablesSwap: "two page tables change places"
    case .directoryBecomesTable: "a directory becomes a page table"
    case .tableBecomesDirectory: "a page table becomes the directory"
    case .clearPSE: "a 4 MiB page, and CR4.PSE is cleared"
    case .setPSE: "an entry with PS, and CR4.PSE is set"
    }
  }
}

extension CachingScriptFinding {
  /// In what way it differs, as known divergences name it: the scene and the first wrong place.
  public var kind: String {
    "\(script.scene?.words ?? "none"): \(placeWords)"
  }

  private var placeWords: String {
    if place >= 0x100 {
      let cells = CachingOracle(script).cells
      let index = Int(place - 0x100)
      guard index < cells.count else { return "memory" }
      return "word at \(hexadecimal(cells[index].place.rawValue))"
    }
    let what: StaticString =
      switch place % 3 {
      case 0: "error code"
      case 1: "CR2"
      default: "EAX"
      }
    return "\(what) of access \(place / 3 + 1)"
  }

  /// One side of it, the first wrong bit named.
  public func words(_ value: UInt32) -> String {
    let number =
      isFaultOrNone && value == PagingOutcome.noFault ? "no fault" : hexadecimal(value)
    // Of a fault and none, all bits differ.
    let bit = isFaultOrNone ? "" : " (bit \((expected ^ seen).trailingZeroBitCount))"
    return "\(placeWords): \(number)\(bit)"
  }

  /// Whether the difference is that there was a fault, or was none.
  private var isFaultOrNone: Bool {
    place < 0x100 && place % 3 == 0
      && (expected == PagingOutcome.noFault || seen == PagingOutcome.noFault)
  }
}
