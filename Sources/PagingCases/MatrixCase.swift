public import I386

/// One combination of the access matrix, as a number of 23 bits.
///
///     bits 22:18  AC, SMAP, SMEP, PSE, WP
///     bit  17     CPL 3
///     bits 16:15  0 read, 1 write, 2 fetch; 3 is none
///     bits 14:7   directory entry: bit 21, G, PS, D, A, U, W, P
///     bits 6:0    table entry: G, PAT, D, A, U, W, P
///
/// 2 modes × 3 accesses × 2^5 controls × 2^8 directory entries × 2^7 table entries: 6,291,456 cases,
/// ignored bits included, because ignoring them is a promise too.
@frozen
public struct MatrixCase: RawRepresentable, Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The number.
  public var rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// How many bits a number has.
  @inlinable public static var bitCount: UInt32 { 23 }
  /// Every bit of a number.
  @inlinable public static var allBits: UInt32 { 0x007F_FFFF }
  /// How many combinations there are.
  @inlinable public static var count: Int { 6 << 20 }

  /// Whether it is a combination: an access of kind 3 is not.
  @inlinable public var isCase: Bool { (rawValue &>> 15) & 3 != 3 && rawValue <= Self.allBits }

  @inlinable
  public static func < (a: MatrixCase, b: MatrixCase) -> Bool { a.rawValue < b.rawValue }

  /// The directory entry's flags, and bit 21.
  @inlinable public var directoryFlags: UInt32 {
    let bits = (rawValue &>> 7) & 0xFF
    return (bits & 0x07) | (bits & 0x78) &<< 2 | (bits & 0x80) &<< 14
  }

  /// The table entry's flags.
  @inlinable public var tableFlags: UInt32 {
    let bits = rawValue & 0x7F
    return (bits & 0x07) | (bits & 0x78) &<< 2
  }

  /// What is done, and in which mode.
  @inlinable public var access: MemoryAccess {
    let kind: MemoryAccess.Kind =
      switch (rawValue &>> 15) & 3 {
      case 0: .read
      case 1: .write
      default: .fetch
      }
    return MemoryAccess(
      kind, isUser: has(MatrixControls.user), alignmentCheck: has(MatrixControls.alignmentCheck))
  }

  /// The control registers.
  @inlinable public func mode(physicalAddressBits: UInt32) -> PagingMode {
    PagingMode(
      writeProtect: has(MatrixControls.writeProtect),
      pageSizeExtensions: has(MatrixControls.pageSizeExtensions),
      noSupervisorExecution: has(MatrixControls.smep),
      noSupervisorAccess: has(MatrixControls.smap), physicalAddressBits: physicalAddressBits)
  }

  @inlinable public func has(_ bit: UInt32) -> Bool { rawValue & bit != 0 }
}

/// The bits of a case's number that are no page-table entry's.
@frozen
public enum MatrixControls {
  @inlinable public static var user: UInt32 { 1 &<< 17 }
  @inlinable public static var writeProtect: UInt32 { 1 &<< 18 }
  @inlinable public static var pageSizeExtensions: UInt32 { 1 &<< 19 }
  @inlinable public static var smep: UInt32 { 1 &<< 20 }
  @inlinable public static var smap: UInt32 { 1 &<< 21 }
  @inlinable public static var alignmentCheck: UInt32 { 1 &<< 22 }
}
