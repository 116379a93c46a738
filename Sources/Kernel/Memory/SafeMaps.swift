import I386
import MinixABI

/// A mapping that a grant has led to (`struct map_info_s`).
struct SafeMap: BitwiseCopyable {
  /// The granter that the call named, in whose table the grant is.
  var granter: Endpoint
  var grant: GrantID
  var offset: UInt32
  /// Whose memory it is, and where; another process's than the granter's after an indirect grant.
  var owner: Endpoint
  var source: LinearAddress
  /// Who has it mapped, and where.
  var grantee: Endpoint
  var segment: Int32
  var address: LinearAddress
  var byteCount: UInt32
  /// Whether VM has done it. Until then it can't be undone.
  var isEstablished = false
}

/// The mappings that grants have led to (`map_info`), at most 20 in the whole system.
///
/// Source: minix `kernel/system/do_safemap.c`; ABI 8.7.
struct SafeMapTable {
  /// `MAX_MAP_INFO`.
  static var capacity: Int { 20 }

  private var entries = InlineArray<20, SafeMap?>(repeating: nil)

  /// The mapping at an index, or nil for a free entry.
  subscript(index: Int) -> SafeMap? {
    get { entries[index] }
    set { entries[index] = newValue }
  }

  /// `add_info`.
  ///
  /// - Returns: its index; nil if the table is full.
  mutating func add(_ map: SafeMap) -> Int? {
    for index in entries.indices where entries[index] == nil {
      entries[index] = map
      return index
    }
    return nil
  }

  /// The first mapping that something holds of.
  func first(where matches: (SafeMap) -> Bool) -> Int? {
    for index in entries.indices {
      if let map = entries[index], matches(map) { return index }
    }
    return nil
  }

  /// Forgets every mapping that something holds of.
  mutating func removeAll(where matches: (SafeMap) -> Bool) {
    for index in entries.indices {
      if let map = entries[index], matches(map) { entries[index] = nil }
    }
  }
}
