/// Two pages of linear memory, side by side, that an instruction of the restart group uses for one
/// purpose. Between them lies a 4 MiB boundary: each has a directory entry and a table of its own.
public enum RestartRegion: UInt32, CaseIterable, Sendable {
  /// The operand, or where a string goes.
  case data
  /// Where a string comes from.
  case source
  case stack
  case code
  /// The end of the GDT, and the LDT.
  case descriptors
  /// The TSS from the stack pointer for ring 1 on.
  case taskState
  /// The end of the IDT.
  case gates

  /// The first byte of the upper page.
  public var boundary: UInt32 { 0xC040_0000 &+ rawValue &* 0x0080_0000 }
  /// What is compared, and what the model knows: so many bytes below the boundary, and as many above.
  public static var reach: UInt32 { 128 }
  /// The regions whose bytes are compared: the first five.
  public static var compared: Range<UInt32> { 0..<5 }
  /// Whether the processor goes there by itself, as a supervisor.
  public var isSystem: Bool { rawValue >= RestartRegion.descriptors.rawValue }

  /// The region whose known bytes hold a linear address.
  static func holding(_ linear: UInt32) -> RestartRegion? {
    let (number, rest) = (linear &- 0xC000_0000).quotientAndRemainder(dividingBy: 0x0080_0000)
    guard linear >= 0xC000_0000, rest &- (0x0040_0000 &- reach) < 2 * reach else { return nil }
    return RestartRegion(rawValue: number)
  }
}

/// One of a region's two pages.
public struct RestartPage: Hashable, Sendable {
  public var region: RestartRegion
  public var isUpper: Bool

  public init(_ region: RestartRegion, isUpper: Bool) {
    self.region = region
    self.isUpper = isUpper
  }

  /// 0…13.
  public init(number: UInt32) {
    self.init(RestartRegion(rawValue: number >> 1) ?? .data, isUpper: number & 1 != 0)
  }

  public static var count: UInt32 { 14 }
  public var number: UInt32 { region.rawValue << 1 | (isUpper ? 1 : 0) }

  /// Its first byte.
  public var linear: UInt32 { isUpper ? region.boundary : region.boundary &- 0x1000 }
  /// Its frame: in memory the upper pages come first, so what is contiguous there is so by paging.
  public var frame: UInt32 { GuestLayout.scratch &+ 0x1_0000 &+ (number ^ 1) &* 0x1000 }
  /// The page table that it has for itself.
  public var table: UInt32 { GuestLayout.scratch &+ 0x1000 &+ number &* 0x1000 }
  /// The physical address of its directory entry.
  public var directoryEntry: UInt32 { GuestLayout.restartDirectory &+ (linear >> 22) &* 4 }
  /// The physical address of its table entry.
  public var tableEntry: UInt32 { table &+ (linear >> 12 & 0x3FF) &* 4 }

  /// The page's entry, or its directory entry, with every right that it has when nothing lacks.
  public var rights: UInt32 { region.isSystem ? 0x3 : 0x7 }
}

extension GuestLayout {
  /// The restart group's directory; its tables and frames come after it.
  public static var restartDirectory: UInt32 { scratch }
}

/// The restart group's own segments and gates: which selector means what.
public enum RestartSelector {
  public static var userCode: UInt32 { 0x1B }
  public static var userData: UInt32 { 0x23 }
  public static var kernelCode: UInt32 { 0x08 }
  public static var kernelData: UInt32 { 0x10 }
  /// Ring 1, a supervisor of paging that has a stack of its own to lose.
  public static var ring1Code: UInt32 { 0x31 }
  public static var ring1Data: UInt32 { 0x39 }
  public static var localTable: UInt32 { 0x40 }
  public static var taskState: UInt32 { 0x48 }
  /// A data segment that is not present.
  public static var notPresent: UInt32 { 0x53 }
  /// These lie on the region's upper page: a data segment that nobody has accessed yet,
  public static var freshData: UInt32 { 0x83 }
  /// one that somebody has,
  public static var usedData: UInt32 { 0x8B }
  /// ring 3's code,
  public static var farCode: UInt32 { 0x93 }
  /// a call gate to ring 1,
  public static var callGate: UInt32 { 0x9B }
  /// and in the LDT: data of ring 3 and of ring 1, not accessed yet.
  public static var localData: UInt32 { 0x07 }
  public static var localRing1Data: UInt32 { 0x0D }

  /// How far below the boundary the GDT begins: its first sixteen descriptors lie on the lower page.
  public static var tableStart: UInt32 { 0x80 }
  /// Where the LDT begins, above the boundary, and its size.
  public static var localTableOffset: UInt32 { 0x20 }
  public static var localTableByteCount: UInt32 { 16 }

  /// The linear address of a selector's descriptor.
  static func descriptor(_ selector: UInt32) -> UInt32 {
    let base = RestartRegion.descriptors.boundary
    let start = selector & 4 != 0 ? base &+ localTableOffset : base &- tableStart
    return start &+ selector & ~7
  }
}
