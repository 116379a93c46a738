public import I386

/// One case of what a processor may remember of a translation: an access, a change of the entries, an
/// invalidation, and an access that must go by the new entries.
///
/// With an invalidation the manual leaves no choice. Without one there are cases only for entries that
/// allow more than before: what was not present is not remembered, and a fault for a right that was
/// lacking may come once, but not twice. Source: SDM 3A, "Caching Translation Information": "Operations
/// that Invalidate TLBs and Paging-Structure Caches", "Optional Invalidation", "Delayed Invalidation".
///
///     bits 1:0 the access  2 the access before it writes  3 CPL 3  4 G  5 a 4 MiB page
///     bit 6    the entries are changed by way of a directory that maps itself
///     bits 8:7 the invalidation  12:9 the change
@frozen
public struct CachingCase: RawRepresentable, Hashable, Comparable, Sendable, BitwiseCopyable {
  public var rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// One more than the largest number.
  public static var limit: UInt32 { 13 << 9 }

  /// All of them.
  public static var all: [CachingCase] {
    (0..<limit).map { CachingCase(rawValue: $0) }.filter { $0.isCase }
  }

  public static func < (a: CachingCase, b: CachingCase) -> Bool { a.rawValue < b.rawValue }

  /// What is done to the entries.
  public enum Change: UInt32, CaseIterable, Sendable {
    case unmap, unmapDirectory, remap, swapTable, resize, protect, protectDirectory
    case hide, hideDirectory, clearAccessedAndDirty
    /// These allow more than before.
    case map, allowWrite, allowUser

    var isUpgrade: Bool { rawValue >= Change.map.rawValue }
    /// Whether it changes the directory entry of a small page.
    var isOfDirectory: Bool {
      self == .unmapDirectory || self == .swapTable || self == .resize
        || self == .protectDirectory || self == .hideDirectory
    }
  }

  /// How the processor is told.
  public enum Invalidation: UInt32, CaseIterable, Sendable {
    case none, invlpg, loadCR3, toggleCR4PGE
  }

  public var change: Change { Change(rawValue: rawValue >> 9) ?? .unmap }
  public var invalidation: Invalidation { Invalidation(rawValue: rawValue >> 7 & 3) ?? .none }
  public var access: MemoryAccess { MemoryAccess(kind(rawValue & 3), isUser: isUser) }
  /// The access before the change.
  public var priming: MemoryAccess {
    MemoryAccess(rawValue & 4 != 0 ? .write : .read, isUser: isUser)
  }
  public var isUser: Bool { rawValue & 8 != 0 }
  public var isGlobal: Bool { rawValue & 16 != 0 }
  public var isLarge: Bool { rawValue & 32 != 0 }
  public var isBySelfMap: Bool { rawValue & 64 != 0 }

  private func kind(_ number: UInt32) -> MemoryAccess.Kind {
    number == 0 ? .read : number == 1 ? .write : .fetch
  }

  /// Whether the manual says what must happen.
  public var isCase: Bool {
    guard rawValue < Self.limit, rawValue & 3 != 3 else { return false }
    // Without an invalidation only what allows more is sure to be seen.
    if invalidation == .none, !change.isUpgrade { return false }
    // A load of CR3 leaves global pages alone.
    if invalidation == .loadCR3, isGlobal { return false }
    if isLarge {
      // There is no table, and the self-map reaches tables only by small pages' entries.
      if change.isOfDirectory, change != .resize { return false }
      if isBySelfMap { return false }
    }
    return true
  }

  /// Whether a processor can be asked.
  public func isPossible(on processor: ProcessorFeatures) -> Bool {
    processor.has(ProcessorFeatures.pageSizeExtensions)
      && (processor.has(ProcessorFeatures.globalPages)
        || !isGlobal && invalidation != .toggleCR4PGE)
  }

  /// Where it lies: in the matrix's first set.
  public var slot: MatrixSlot { MatrixSlot(rawValue % MatrixSlot.count, set: 0) }

  /// CR0.WP and CR4.PSE; CR4.PGE beside them.
  public var mode: PagingMode { PagingMode(writeProtect: true, pageSizeExtensions: true) }
}

extension CachingCase {
  private static var rights: UInt32 {
    PageEntryBits.present | PageEntryBits.writable | PageEntryBits.user
  }

  /// The entries with all rights.
  private var open: EntryTriple {
    let region = MatrixSlot.region(0).rawValue
    let global: UInt32 = isGlobal ? 0x100 : 0
    return EntryTriple(
      directoryEntry: region | Self.rights | (isLarge ? PageEntryBits.pageSize | global : 0),
      tableA: slot.frame(b: false).rawValue | Self.rights | global,
      tableB: slot.frame(b: true).rawValue | Self.rights | global)
  }

  /// The entries at first.
  public var before: EntryTriple {
    var entries = open
    switch change {
    case .map: withLeaf(of: &entries) { $0 &= ~PageEntryBits.present }
    case .allowWrite: withLeaf(of: &entries) { $0 &= ~PageEntryBits.writable }
    case .allowUser: withLeaf(of: &entries) { $0 &= ~PageEntryBits.user }
    default: break
    }
    return entries
  }

  /// The entries after the change.
  ///
  /// - Parameter primed: what the first access has made of them.
  public func after(_ primed: EntryTriple) -> EntryTriple {
    var entries = primed
    let other: UInt32 = 0x0020_0000
    switch change {
    case .unmap: withLeaf(of: &entries) { $0 &= ~PageEntryBits.present }
    case .unmapDirectory: entries.directoryEntry &= ~PageEntryBits.present
    case .remap:
      if isLarge {
        entries.directoryEntry ^= MatrixSlot.region(0).rawValue ^ MatrixSlot.region(1).rawValue
      } else {
        entries.tableA ^= slot.frame(b: false).rawValue ^ slot.frame(b: true).rawValue
      }
    case .swapTable: entries.directoryEntry |= other
    case .resize: entries.directoryEntry ^= PageEntryBits.pageSize
    case .protect: withLeaf(of: &entries) { $0 &= ~PageEntryBits.writable }
    case .protectDirectory: entries.directoryEntry &= ~PageEntryBits.writable
    case .hide: withLeaf(of: &entries) { $0 &= ~PageEntryBits.user }
    case .hideDirectory: entries.directoryEntry &= ~PageEntryBits.user
    case .clearAccessedAndDirty:
      withLeaf(of: &entries) { $0 &= ~(PageEntryBits.accessed | PageEntryBits.dirty) }
    case .map: withLeaf(of: &entries) { $0 |= PageEntryBits.present }
    case .allowWrite: withLeaf(of: &entries) { $0 |= PageEntryBits.writable }
    case .allowUser: withLeaf(of: &entries) { $0 |= PageEntryBits.user }
    }
    // A store to a table by way of the self-map goes through the directory entry as if it were a
    // table's: it comes out accessed and dirty.
    if isBySelfMap, !change.isOfDirectory {
      entries.directoryEntry |= PageEntryBits.accessed | PageEntryBits.dirty
    }
    return entries
  }

  /// Whether the change is one of the directory entry.
  public var changesDirectory: Bool { isLarge || change.isOfDirectory }

  private func withLeaf(of entries: inout EntryTriple, _ body: (inout UInt32) -> Void) {
    if isLarge { body(&entries.directoryEntry) } else { body(&entries.tableA) }
  }

  /// What must be seen after the second access.
  public func expectation() -> MatrixExpectation {
    MatrixExpectation.of(access, mode, in: slot, after(primed), by: PagingOracle())
  }

  /// The entries after the first access; what the manual leaves open of them is as before.
  public var primed: EntryTriple {
    let entries = before
    let state = MatrixExpectation.of(priming, mode, in: slot, entries, by: PagingOracle()).state
    return EntryTriple(
      directoryEntry: state.directoryEntry, tableA: state.tableA, tableB: state.tableB)
  }
}
