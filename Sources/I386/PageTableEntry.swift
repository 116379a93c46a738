/// A page-table entry of 32-bit paging, which maps one 4 KiB page.
///
/// Source: SDM 3A, "32-Bit Paging", format of a page-table entry that maps a 4-KByte page.
@frozen
public struct PageTableEntry: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The entry as it stands in memory.
  public var rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// A present user entry for a frame.
  @inlinable
  public init(frame: PhysicalAddress, isWritable: Bool) {
    rawValue = (frame.rawValue & ~0xFFF) | PageEntryBits.present | PageEntryBits.user
    if isWritable { rawValue |= PageEntryBits.writable }
  }

  /// The entry that maps nothing.
  @inlinable public static var absent: PageTableEntry { PageTableEntry(rawValue: 0) }

  /// The frame's physical address.
  @inlinable public var frame: PhysicalAddress { PhysicalAddress(rawValue & ~0xFFF) }
  @inlinable public var isPresent: Bool { rawValue & PageEntryBits.present != 0 }
  @inlinable public var isWritable: Bool { rawValue & PageEntryBits.writable != 0 }
  @inlinable public var isUser: Bool { rawValue & PageEntryBits.user != 0 }
  @inlinable public var isAccessed: Bool { rawValue & PageEntryBits.accessed != 0 }
  @inlinable public var isDirty: Bool { rawValue & PageEntryBits.dirty != 0 }
}

/// A page-directory entry of 32-bit paging: a page table's, or with PS a 4 MiB page's.
///
/// Source: SDM 3A, "32-Bit Paging", formats of page-directory entries.
@frozen
public struct PageDirectoryEntry: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The entry as it stands in memory.
  public var rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// An entry that refers to a page table, open to user and write: protection is in the table.
  @inlinable
  public init(table: PhysicalAddress) {
    rawValue =
      (table.rawValue & ~0xFFF) | PageEntryBits.present | PageEntryBits.writable
      | PageEntryBits.user
  }

  /// A supervisor, writable entry for a 4 MiB page, accessed and dirty already set.
  @inlinable
  public init(supervisorLargePage frame: PhysicalAddress) {
    rawValue =
      (frame.rawValue & 0xFFC0_0000) | PageEntryBits.present | PageEntryBits.writable
      | PageEntryBits.accessed | PageEntryBits.dirty | PageEntryBits.pageSize
  }

  /// A user, writable entry for a 4 MiB page.
  @inlinable
  public init(userLargePage frame: PhysicalAddress) {
    self.init(supervisorLargePage: frame)
    rawValue |= PageEntryBits.user
  }

  /// The entry that refers to nothing.
  @inlinable public static var absent: PageDirectoryEntry { PageDirectoryEntry(rawValue: 0) }

  /// The page table's physical address; meaningful when ``mapsLargePage`` is false.
  @inlinable public var table: PhysicalAddress { PhysicalAddress(rawValue & ~0xFFF) }
  @inlinable public var isPresent: Bool { rawValue & PageEntryBits.present != 0 }
  @inlinable public var isWritable: Bool { rawValue & PageEntryBits.writable != 0 }
  @inlinable public var isUser: Bool { rawValue & PageEntryBits.user != 0 }
  /// PS, which counts only while CR4.PSE is set; in our guests it always is.
  @inlinable public var mapsLargePage: Bool { rawValue & PageEntryBits.pageSize != 0 }
}

/// The bits of page-table and page-directory entries.
@frozen
public enum PageEntryBits {
  /// P, bit 0.
  @inlinable public static var present: UInt32 { 0x001 }
  /// R/W, bit 1.
  @inlinable public static var writable: UInt32 { 0x002 }
  /// U/S, bit 2.
  @inlinable public static var user: UInt32 { 0x004 }
  /// PWT, bit 3.
  @inlinable public static var writeThrough: UInt32 { 0x008 }
  /// PCD, bit 4.
  @inlinable public static var cacheDisable: UInt32 { 0x010 }
  /// A, bit 5; the CPU sets it by a locked update at any time.
  @inlinable public static var accessed: UInt32 { 0x020 }
  /// D, bit 6; the CPU sets it by a locked update at any time.
  @inlinable public static var dirty: UInt32 { 0x040 }
  /// PS, bit 7 of a page-directory entry.
  @inlinable public static var pageSize: UInt32 { 0x080 }
}
