public import I386

/// Where the case of one slot of a batch lies: 512 cases share a page directory, two page tables and
/// 16 frames, and each has a directory entry, a table entry and words of its own.
///
/// A batch lives in a region of 4 MiB, so that its first page is both a page table (PS clear) and the
/// start of a 4 MiB page (PS set), and the page 2 MiB up is the page table that bit 21 selects:
///
///     region + 0             table A
///     region + 0x00_1000 × d the page that slot d's 4 MiB page shows at the slot's offset
///     region + 0x20_0000     table B
///     frames + 0x1000 × n    frames 0…7, which table A names; 8…15, which table B names
@frozen
public struct MatrixSlot: Sendable, BitwiseCopyable {
  /// 0…511.
  public var number: UInt32
  /// Which region, directory and frames: two take turns.
  public var set: UInt32

  @inlinable
  public init(_ number: UInt32, set: UInt32) {
    self.number = number
    self.set = set
  }

  /// How many slots a batch has.
  @inlinable public static var count: UInt32 { 512 }
  /// How many sets of tables and frames there are.
  @inlinable public static var setCount: UInt32 { 2 }

  @inlinable public static func region(_ set: UInt32) -> PhysicalAddress {
    PhysicalAddress(GuestLayout.regions &+ set &* 0x0040_0000)
  }
  @inlinable public static func frames(_ set: UInt32) -> PhysicalAddress {
    PhysicalAddress(GuestLayout.frames &+ set &* 0x0001_0000)
  }
  @inlinable public static func directory(_ set: UInt32) -> PhysicalAddress {
    PhysicalAddress(GuestLayout.directories &+ set &* 0x1000)
  }

  /// The slot's entry of the directory and of both tables; never 512, whose page is table B.
  @inlinable public var index: UInt32 { number &+ 256 &+ (number &>> 8) }

  /// The byte within a page that is read or written. Each slot that shares a frame has eight bytes of
  /// its own, and uses four of them, aligned or not: every bit of CR2 is 1 for some slot.
  @inlinable public var dataOffset: UInt32 { 0x400 &+ (number &>> 3) &* 8 &+ (number &>> 3) % 5 }
  /// The byte within a page at which code stands; the code says whose frame it is.
  @inlinable public static var codeOffset: UInt32 { 0xA10 }

  /// The linear address of an access.
  @inlinable public func linear(_ kind: MemoryAccess.Kind) -> LinearAddress {
    LinearAddress(
      index &<< 22 | index &<< 12 | (kind == .fetch ? Self.codeOffset : dataOffset))
  }

  @inlinable public var directoryEntry: PhysicalAddress { Self.directory(set) + index &* 4 }
  /// The table entry in table A or, with bit 21, in table B.
  @inlinable public func tableEntry(b: Bool) -> PhysicalAddress {
    Self.region(set) + (b ? 0x0020_0000 : 0) + index &* 4
  }
  /// The frame that table A's or table B's entry names.
  @inlinable public func frame(b: Bool) -> PhysicalAddress {
    Self.frames(set) + ((number & 7) &+ (b ? 8 : 0)) &* 0x1000
  }
  /// The page that a 4 MiB page shows at the slot's offset.
  @inlinable public var largePage: PhysicalAddress { Self.region(set) + index &* 0x1000 }

  /// What the word at a page's ``dataOffset`` holds before the access.
  @inlinable public func word(at page: PhysicalAddress) -> UInt32 {
    Self.scrambled((page.rawValue &>> 12) &<< 9 | number)
  }
  /// What the code of a page leaves in EAX: which page it is.
  @inlinable public static func codeMark(of page: PhysicalAddress) -> UInt32 {
    scrambled(0x00C0_0000 | page.rawValue &>> 12)
  }
  /// EAX before every access: what a write stores, and what a fault must leave alone.
  @inlinable public var register: UInt32 { Self.scrambled(0x0080_0000 | set &<< 9 | number) }

  /// A word that differs from those of other numbers in many bits, and in each bit from some.
  @inlinable public static func scrambled(_ number: UInt32) -> UInt32 { number &* 0x9E37_79B1 }

  /// PWT, PCD and the three bits that are software's: no part of a case, and none of them may matter.
  @inlinable public var ignoredBits: UInt32 { (number & 7) &<< 9 | ((number &>> 3) & 3) &<< 3 }
}

/// Where everything lies in the guest's memory: physical addresses, below 16 MiB, and the window by
/// which ring 3 sees what it needs.
@frozen
public enum GuestLayout {
  /// The payload, and its first bytes: the multiboot header, then the parameters.
  @inlinable public static var payload: UInt32 { 0x0010_0000 }
  @inlinable public static var parameters: UInt32 { 0x0010_0040 }
  /// Frames of the matrix, its directories, and where its loops leave what they saw.
  @inlinable public static var frames: UInt32 { 0x0040_0000 }
  @inlinable public static var directories: UInt32 { 0x0042_0000 }
  @inlinable public static var results: UInt32 { 0x0043_0000 }
  /// The payload's own directory, the four tables that map these 16 MiB to themselves, and the table
  /// of ring 3's window.
  @inlinable public static var ownDirectory: UInt32 { 0x0044_0000 }
  @inlinable public static var ownTables: UInt32 { 0x0044_1000 }
  @inlinable public static var windowTable: UInt32 { 0x0044_5000 }
  /// Where a message to the host lies.
  @inlinable public static var messages: UInt32 { 0x0044_6000 }
  /// Pages for the cases that make their own tables.
  @inlinable public static var scratch: UInt32 { 0x0050_0000 }
  @inlinable public static var scratchPages: UInt32 { 256 }
  /// The matrix's two regions.
  @inlinable public static var regions: UInt32 { 0x0080_0000 }
  /// All of it.
  @inlinable public static var byteCount: UInt32 { 0x0100_0000 }

  /// The linear address at which ring 3 sees its code page, and after it the results.
  @inlinable public static var window: UInt32 { 0xFF80_0000 }
  @inlinable public static var windowResults: UInt32 { 0xFF80_1000 }
}
