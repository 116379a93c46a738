/// What the control registers and the processor say about 32-bit paging.
///
/// Source: SDM 3A, "Paging Modes and Control Bits". CR0.PG is set and CR4.PAE clear throughout.
@frozen
public struct PagingMode: Hashable, Sendable, BitwiseCopyable {
  /// CR0.WP, bit 16: supervisor writes obey R/W.
  public var writeProtect: Bool
  /// CR4.PSE, bit 4: a directory entry's PS maps a 4 MiB page.
  public var pageSizeExtensions: Bool
  /// CR4.SMEP, bit 20: no supervisor fetches from user pages; also what makes I/D be reported.
  public var noSupervisorExecution: Bool
  /// CR4.SMAP, bit 21: no supervisor data accesses to user pages, unless EFLAGS.AC is set.
  public var noSupervisorAccess: Bool
  /// MAXPHYADDR where the processor has PSE-36, else 32: how much of a 4 MiB page's entry is address.
  public var physicalAddressBits: UInt32

  @inlinable
  public init(
    writeProtect: Bool, pageSizeExtensions: Bool, noSupervisorExecution: Bool = false,
    noSupervisorAccess: Bool = false, physicalAddressBits: UInt32 = 32
  ) {
    self.writeProtect = writeProtect
    self.pageSizeExtensions = pageSizeExtensions
    self.noSupervisorExecution = noSupervisorExecution
    self.noSupervisorAccess = noSupervisorAccess
    self.physicalAddressBits = physicalAddressBits
  }

  /// Bits 21:(M−19) of a 4 MiB page's entry, M being MAXPHYADDR but at most 40; without PSE-36 bits
  /// 21:13.
  @inlinable public var reservedLargePageBits: UInt32 {
    let width = physicalAddressBits < 32 ? 32 : physicalAddressBits > 40 ? 40 : physicalAddressBits
    return 0x0040_0000 &- (1 &<< (width &- 19))
  }
}

/// One access to memory, as paging sees it.
@frozen
public struct MemoryAccess: Hashable, Sendable, BitwiseCopyable {
  /// What it does.
  @frozen
  public enum Kind: UInt32, CaseIterable, Hashable, Sendable, BitwiseCopyable {
    case read, write, fetch
  }

  public var kind: Kind
  /// Whether it is a user-mode access: CPL 3, and none that the processor makes by itself.
  public var isUser: Bool
  /// EFLAGS.AC, which opens user pages to the supervisor's explicit data accesses under SMAP.
  public var alignmentCheck: Bool

  @inlinable
  public init(_ kind: Kind, isUser: Bool, alignmentCheck: Bool = false) {
    self.kind = kind
    self.isUser = isUser
    self.alignmentCheck = alignmentCheck
  }
}
