internal import CKVM

/// A segment register with its hidden part, as the processor has it loaded.
///
/// Source: SDM 3A, "Segment Descriptors"; Linux api.rst, KVM_GET_SREGS.
public struct Segment: Equatable, Sendable {
  /// The linear address of offset 0.
  public var base: UInt32
  /// The highest valid offset, in bytes whatever ``isPageGranular`` says.
  public var limit: UInt32
  /// The visible part.
  public var selector: UInt16
  /// The descriptor's type, 0 to 15; code and data with the accessed bit (1) set.
  public var type: UInt8
  /// The descriptor privilege level, 0 to 3.
  public var privilegeLevel: UInt8
  /// S: code or data rather than a system segment.
  public var isCodeOrData: Bool
  /// D/B: 32-bit operands and stack pointer.
  public var is32Bit: Bool
  /// G: the limit is counted in pages.
  public var isPageGranular: Bool
  /// P.
  public var isPresent: Bool
  /// Loaded with a null selector: any use faults.
  public var isUnusable: Bool

  /// Describes a segment; the defaults are a present, flat 4 GiB one.
  public init(
    base: UInt32 = 0, limit: UInt32 = 0xFFFF_FFFF, selector: UInt16, type: UInt8,
    privilegeLevel: UInt8 = 0, isCodeOrData: Bool = true, is32Bit: Bool = true,
    isPageGranular: Bool = true, isPresent: Bool = true, isUnusable: Bool = false
  ) {
    self.base = base
    self.limit = limit
    self.selector = selector
    self.type = type
    self.privilegeLevel = privilegeLevel
    self.isCodeOrData = isCodeOrData
    self.is32Bit = is32Bit
    self.isPageGranular = isPageGranular
    self.isPresent = isPresent
    self.isUnusable = isUnusable
  }

  /// A flat 32-bit code segment, accessed: type 11, execute and read.
  public static func flatCode(selector: UInt16, privilegeLevel: UInt8) -> Segment {
    Segment(selector: selector, type: 11, privilegeLevel: privilegeLevel)
  }

  /// A flat 32-bit data segment, accessed: type 3, read and write.
  public static func flatData(selector: UInt16, privilegeLevel: UInt8) -> Segment {
    Segment(selector: selector, type: 3, privilegeLevel: privilegeLevel)
  }

  /// A null segment: absent and unusable, as the LDT of a guest that has none.
  public static var unusable: Segment {
    Segment(
      limit: 0, selector: 0, type: 0, isCodeOrData: false, is32Bit: false, isPageGranular: false,
      isPresent: false, isUnusable: true)
  }

  init(_ raw: kvm_segment) {
    base = UInt32(truncatingIfNeeded: raw.base)
    limit = raw.limit
    selector = raw.selector
    type = raw.type
    privilegeLevel = raw.dpl
    isCodeOrData = raw.s != 0
    is32Bit = raw.db != 0
    isPageGranular = raw.g != 0
    isPresent = raw.present != 0
    isUnusable = raw.unusable != 0
  }

  var rawValue: kvm_segment {
    var raw = kvm_segment()
    raw.base = UInt64(base)
    raw.limit = limit
    raw.selector = selector
    raw.type = type
    raw.dpl = privilegeLevel
    raw.s = isCodeOrData ? 1 : 0
    raw.db = is32Bit ? 1 : 0
    raw.g = isPageGranular ? 1 : 0
    raw.present = isPresent ? 1 : 0
    raw.unusable = isUnusable ? 1 : 0
    return raw
  }
}
