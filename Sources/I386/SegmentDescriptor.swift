/// A code or data segment descriptor, or a system descriptor, of eight bytes.
///
/// Source: SDM 3A, "Segment Descriptors".
@frozen
public struct SegmentDescriptor: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The descriptor as it stands in the GDT.
  public var rawValue: UInt64

  @inlinable
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// A descriptor from its parts.
  ///
  /// - Parameters:
  ///   - base: the linear address at which the segment begins.
  ///   - limit: 20 bits, in 4 KiB units if `isPageGranular`.
  ///   - access: the byte with P, DPL, S and type.
  ///   - isPageGranular: G.
  ///   - is32Bit: D/B.
  public init(base: UInt32, limit: UInt32, access: UInt8, isPageGranular: Bool, is32Bit: Bool) {
    let flags: UInt64 = (isPageGranular ? 8 : 0) | (is32Bit ? 4 : 0)
    let lowLimit = UInt64(limit & 0xFFFF)
    let highLimit = UInt64((limit >> 16) & 0xF)
    let lowBase = UInt64(base & 0x00FF_FFFF)
    let highBase = UInt64(base >> 24)
    rawValue =
      lowLimit | lowBase << 16 | UInt64(access) << 40 | highLimit << 48 | flags << 52
      | highBase << 56
  }

  /// A flat 4 GiB code segment, accessed already set.
  public static func flatCode(privilegeLevel: UInt8) -> SegmentDescriptor {
    SegmentDescriptor(
      base: 0, limit: 0xFFFFF, access: 0x9B | privilegeLevel << 5, isPageGranular: true,
      is32Bit: true)
  }

  /// A flat 4 GiB writable data segment, accessed already set.
  public static func flatData(privilegeLevel: UInt8) -> SegmentDescriptor {
    SegmentDescriptor(
      base: 0, limit: 0xFFFFF, access: 0x93 | privilegeLevel << 5, isPageGranular: true,
      is32Bit: true)
  }

  /// An available 32-bit TSS of 104 bytes.
  public static func taskState(base: UInt32) -> SegmentDescriptor {
    SegmentDescriptor(base: base, limit: 103, access: 0x89, isPageGranular: false, is32Bit: false)
  }
}

/// A 32-bit interrupt gate. Source: SDM 3A, "IDT Descriptors".
@frozen
public struct InterruptGate: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The gate as it stands in the IDT.
  public var rawValue: UInt64

  @inlinable
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// A present gate.
  ///
  /// - Parameters:
  ///   - handler: the handler's linear address.
  ///   - selector: its code segment.
  ///   - privilegeLevel: the weakest ring that may call it by `int n`.
  public init(handler: UInt32, selector: UInt16, privilegeLevel: UInt8) {
    let access = UInt64(0x8E | privilegeLevel << 5)
    rawValue =
      UInt64(handler & 0xFFFF) | UInt64(selector) << 16 | access << 40
      | UInt64(handler >> 16) << 48
  }
}
