/// Which memory of a process, or which other memory, an address in a copy call is about.
///
/// The low byte is an index, the high byte a type. Source: minix `include/minix/const.h`; ABI 8.1.
@frozen
public struct SegmentSelector: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The 16 bits of the message field.
  public var rawValue: Int16

  @inlinable
  public init(rawValue: Int16) { self.rawValue = rawValue }

  /// The types (`SEGMENT_TYPE`, mask 0xFF00).
  @frozen
  public enum Kind: UInt16, Sendable, BitwiseCopyable {
    /// `LOCAL_SEG`: the process's own memory.
    case local = 0x0000
    /// `REMOTE_SEG`: a far segment, which no process has here.
    case remote = 0x0100
    /// `BIOS_SEG`: the BIOS's memory.
    case bios = 0x0200
    /// `PHYS_SEG`: physical memory.
    case physical = 0x0400
    /// `LOCAL_VM_SEG`: the process's own memory, by way of its page table.
    case localVM = 0x1000
  }

  /// The type, or nil for one that doesn't exist.
  @inlinable public var kind: Kind? { Kind(rawValue: UInt16(bitPattern: rawValue) & 0xFF00) }
  /// `SEGMENT_INDEX`: text 0, data 1, stack 2, a grant 3.
  @inlinable public var index: UInt16 { UInt16(bitPattern: rawValue) & 0x00FF }

  /// `D`: the data segment.
  @inlinable public static var data: SegmentSelector { SegmentSelector(rawValue: 0x0001) }
  /// `PHYS_SEG` itself, with which a call's endpoint means nothing.
  @inlinable public static var physical: SegmentSelector { SegmentSelector(rawValue: 0x0400) }
  /// `VM_D`: the data segment, translated.
  @inlinable public static var vmData: SegmentSelector { SegmentSelector(rawValue: 0x1001) }
  /// `VM_GRANT`: a grant's memory, translated.
  @inlinable public static var vmGrant: SegmentSelector { SegmentSelector(rawValue: 0x1003) }
  /// `MEM_GRANT`: the index that makes an address a grant id.
  @inlinable public static var grantIndex: UInt16 { 3 }
}
