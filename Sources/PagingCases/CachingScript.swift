public import I386

/// A case of the caching group that is more than one change between two accesses: aliases, table pages
/// that become something else, and CR4.PSE.
///
///     bits 1:0 the access  2 the access before it writes  3 CPL 3  4 G
///     bits 8:7 the invalidation  12:9 the scene  13 always 1
///
/// Source: SDM 3A, "Invalidating the Translation Lookaside Buffers (TLBs)", and as ``CachingCase``.
@frozen
public struct CachingScript: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  public var rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The bit that tells the numbers from those of ``CachingCase``.
  public static var mark: UInt32 { 1 << 13 }

  /// What is played.
  public enum Scene: UInt32, CaseIterable, Sendable {
    /// Two linear addresses of one frame: by two tables, by a 4 MiB page and a table, by two directory
    /// entries of one table.
    case alias, aliasOfLarge, sharedTable
    /// A page table becomes a data page; a data page, with what was written there, a page table.
    case tableBecomesData, dataBecomesTable
    /// Two page tables change places.
    case tablesSwap
    /// A directory becomes a page table; a page table the directory.
    case directoryBecomesTable, tableBecomesDirectory
    /// CR4.PSE is cleared, so that a 4 MiB page's entry names a table; or set.
    case clearPSE, setPSE
  }

  /// All of them.
  public static var all: [CachingScript] {
    (mark..<2 * mark).map { CachingScript(rawValue: $0) }.filter { $0.isCase }
  }

  public var scene: Scene? { Scene(rawValue: rawValue >> 9 & 15) }
  public var invalidation: CachingCase.Invalidation {
    CachingCase.Invalidation(rawValue: rawValue >> 7 & 3) ?? .none
  }
  public var isUser: Bool { rawValue & 8 != 0 }
  public var isGlobal: Bool { rawValue & 16 != 0 }
  /// The access that comes last.
  public var access: MemoryAccess {
    let kinds: [MemoryAccess.Kind] = [.read, .write, .fetch]
    return MemoryAccess(kinds[Int(rawValue & 3) % 3], isUser: isUser)
  }
  /// The access before the change.
  public var priming: MemoryAccess {
    MemoryAccess(rawValue & 4 != 0 ? .write : .read, isUser: isUser)
  }

  /// Whether the manual says what must happen.
  public var isCase: Bool {
    guard rawValue & ~(2 * Self.mark - 1) == 0, rawValue & Self.mark != 0, rawValue & 0x60 == 0,
      rawValue & 3 != 3, let scene
    else { return false }
    switch scene {
    case .alias, .aliasOfLarge, .sharedTable: return invalidation == .none
    case .clearPSE, .setPSE: return invalidation == .none
    // What is written becomes an entry; what was not present is not remembered.
    case .dataBecomesTable: return invalidation == .none && priming.kind == .write && !isGlobal
    case .tableBecomesData: return invalidation != .none && access.kind != .fetch && !isGlobal
    case .tablesSwap: return invalidation != .none && !(isGlobal && invalidation == .loadCR3)
    // CR3 is loaded anyway.
    case .directoryBecomesTable:
      return invalidation == .none && access.kind != .fetch && !isGlobal
    case .tableBecomesDirectory: return invalidation == .none && !isGlobal
    }
  }

  /// Whether a processor can be asked.
  public func isPossible(on processor: ProcessorFeatures) -> Bool {
    processor.has(ProcessorFeatures.pageSizeExtensions)
      && (processor.has(ProcessorFeatures.globalPages)
        || !isGlobal && invalidation != .toggleCR4PGE)
  }
}

extension CachingScript {
  /// One thing that is done.
  public enum Step: Sendable {
    case store(PhysicalAddress, UInt32)
    /// An access with this in EAX.
    case access(LinearAddress, MemoryAccess, UInt32)
    case invalidate(CachingCase.Invalidation, LinearAddress)
    case loadCR3(PhysicalAddress)
    case setPSE(Bool)
  }

  /// The pages of the matrix's first region, each for one purpose.
  private static func page(_ number: UInt32) -> PhysicalAddress {
    MatrixSlot.region(0) + number * 0x1000
  }
  /// The first page is where a 4 MiB page's entry points to when it is a table's.
  public static var tableOne: PhysicalAddress { page(0) }
  public static var tableTwo: PhysicalAddress { page(1) }
  static var frameOne: PhysicalAddress { page(0x105) }
  static var frameTwo: PhysicalAddress { page(0x206) }
  public static var directory: PhysicalAddress { MatrixSlot.directory(0) }
  public static var otherDirectory: PhysicalAddress { MatrixSlot.directory(1) }
  /// The frames that hold data and code.
  public static var frames: [PhysicalAddress] { [frameOne, frameTwo] }

  /// Directory entries 0x123 and 0x234, table entry 0x105: in a 4 MiB page the first frame's.
  private static var first: UInt32 { 0x123 << 22 | 0x105 << 12 }
  private static var second: UInt32 { 0x234 << 22 | 0x105 << 12 }

  private static func offset(_ kind: MemoryAccess.Kind) -> UInt32 {
    kind == .fetch ? MatrixSlot.codeOffset : dataOffset
  }
  static var dataOffset: UInt32 { 0x40C }

  /// What a frame's word holds at first.
  public static func word(at frame: PhysicalAddress) -> UInt32 {
    MatrixSlot.scrambled(0x00A0_0000 | frame.rawValue >> 12)
  }
  private static var value: UInt32 { MatrixSlot.scrambled(0x00B0_0001) }
  private static var otherValue: UInt32 { MatrixSlot.scrambled(0x00B0_0002) }

  private static func entry(_ linear: UInt32, in table: PhysicalAddress) -> PhysicalAddress {
    table + (linear >> 12 & 0x3FF) * 4
  }
  private static func entry(
    _ linear: UInt32, ofDirectory directory: PhysicalAddress = directory
  ) -> PhysicalAddress {
    directory + (linear >> 22) * 4
  }

  private var rights: UInt32 { 7 | (isGlobal ? 0x100 : 0) }

  /// The words that the case uses, and what they hold at first; all others are 0.
  public var cells: [(place: PhysicalAddress, value: UInt32)] {
    let (first, second) = (Self.first, Self.second)
    let isByTables = scene != .aliasOfLarge && scene != .clearPSE && scene != .setPSE
    let isShared = scene == .sharedTable
    var cells: [(PhysicalAddress, UInt32)] = [
      (Self.entry(first), Self.tableOne.rawValue | (isByTables ? 7 : rights | 0x80)),
      (Self.entry(second), 0), (Self.entry(first, ofDirectory: Self.otherDirectory), 0),
      (Self.entry(first, in: Self.tableOne), Self.frameOne.rawValue | rights),
      (Self.entry(second, in: Self.tableTwo), Self.frameTwo.rawValue | rights),
      (Self.frameOne + Self.dataOffset, Self.word(at: Self.frameOne)),
      (Self.frameTwo + Self.dataOffset, Self.word(at: Self.frameTwo)),
    ]
    switch scene {
    case .alias, .aliasOfLarge:
      cells[1].1 = Self.tableTwo.rawValue | 7
      cells[4].1 = Self.frameOne.rawValue | rights
    case .sharedTable: cells[1].1 = Self.tableOne.rawValue | 7
    case .clearPSE, .setPSE: cells[3].1 = Self.frameTwo.rawValue | rights
    case .directoryBecomesTable:
      cells.append((Self.entry(first, in: Self.otherDirectory), 0))
      cells[2].1 = Self.tableOne.rawValue | 7
    default: break
    }
    if isShared { cells[4].1 = 0 }
    // Where a table's entries are, as data.
    if scene == .dataBecomesTable { cells.append((Self.entry(second, in: Self.frameOne), 0)) }
    if scene == .tableBecomesDirectory {
      cells.append((Self.entry(second, ofDirectory: Self.tableOne), 0))
    }
    return cells.map { (place: $0.0, value: $0.1) }
  }

  /// Whether CR4.PSE is set at the start.
  public var startsWithPSE: Bool { scene != .setPSE }

  /// What is done, in its order.
  public var steps: [Step] {
    let (first, second) = (Self.first, Self.second)
    let kind = access.kind
    let before = LinearAddress(first | Self.dataOffset)
    let after = LinearAddress(first | Self.offset(kind))
    let elsewhere = LinearAddress(second | Self.offset(kind))
    let read = MemoryAccess(.read, isUser: isUser)
    guard let scene else { return [] }
    switch scene {
    case .alias, .aliasOfLarge, .sharedTable:
      return [
        .access(LinearAddress(second | Self.dataOffset), priming, Self.value),
        .access(after, access, Self.otherValue),
        .access(LinearAddress(second | Self.dataOffset), read, 0),
      ]
    case .tableBecomesData:
      // The table's own entry, read or written as data by another address.
      let data = LinearAddress(second | (first >> 12 & 0x3FF) * 4)
      return [
        .access(before, priming, Self.value), .store(Self.entry(first), 0),
        .invalidate(invalidation, before),
        .store(Self.entry(second, in: Self.tableTwo), Self.tableOne.rawValue | 7),
        .store(Self.entry(second), Self.tableTwo.rawValue | 7),
        .access(data, access, Self.otherValue), .access(before, priming, Self.value),
      ]
    case .dataBecomesTable:
      return [
        .access(
          LinearAddress(first | (second >> 12 & 0x3FF) * 4), priming, Self.frameTwo.rawValue | 7),
        .store(Self.entry(second), Self.frameOne.rawValue | 7),
        .access(elsewhere, access, Self.otherValue),
      ]
    case .tablesSwap:
      return [
        .access(before, priming, Self.value),
        .store(Self.entry(first), Self.tableTwo.rawValue | 7),
        .store(Self.entry(second), Self.tableOne.rawValue | 7),
        .invalidate(invalidation, before), .access(after, access, Self.otherValue),
        .access(elsewhere, access, Self.otherValue),
      ]
    default: return stepsOfModes(before, after, elsewhere)
    }
  }

  /// The scenes in which CR3 or CR4 is loaded.
  private func stepsOfModes(
    _ before: LinearAddress, _ after: LinearAddress, _ elsewhere: LinearAddress
  ) -> [Step] {
    switch scene {
    case .directoryBecomesTable:
      // The entry of the directory that was, as a page table's, makes a data page of the first table.
      let entry = Self.entry(Self.first, in: Self.otherDirectory)
      let data = LinearAddress(Self.first | (Self.first >> 12 & 0x3FF) * 4)
      return [
        .loadCR3(Self.otherDirectory), .access(before, priming, Self.value),
        .loadCR3(Self.directory), .store(Self.entry(Self.first), Self.otherDirectory.rawValue | 7),
        .store(entry, Self.tableOne.rawValue | 7), .invalidate(.invlpg, before),
        .access(data, access, Self.otherValue), .store(entry, Self.frameTwo.rawValue | 7),
        .invalidate(.invlpg, before), .access(before, access, Self.value),
      ]
    case .tableBecomesDirectory:
      return [
        .access(before, priming, Self.value),
        .store(
          Self.entry(Self.second, ofDirectory: Self.tableOne), Self.tableTwo.rawValue | 7),
        .loadCR3(Self.tableOne), .access(elsewhere, access, Self.otherValue),
        .loadCR3(Self.directory), .access(after, access, Self.value),
      ]
    default:
      return [
        .access(before, priming, Self.value), .setPSE(scene == .setPSE),
        .access(after, access, Self.otherValue),
      ]
    }
  }
}
