public import I386

/// A range of pages of one process that are treated alike (`struct vir_region`).
///
/// Source: minix `servers/vm/region.h`; ABI 9.3.
public struct VirtualRegion: Equatable, Sendable {
  /// The first page.
  public var start: LinearAddress
  /// Bytes, a multiple of 4096; at least one page.
  public var byteCount: UInt32
  public var flags: Flags

  public init(start: LinearAddress, byteCount: UInt32, flags: Flags) {
    self.start = start
    self.byteCount = byteCount
    self.flags = flags
  }

  /// One past the last byte; regions end at 0xF000_0000 or below, so it doesn't wrap.
  public var end: LinearAddress { start + byteCount }

  /// Whether the address lies in the region.
  public func contains(_ address: LinearAddress) -> Bool { address >= start && address < end }

  /// `VR_…`.
  public struct Flags: OptionSet, Hashable, Sendable, BitwiseCopyable {
    public var rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `VR_WRITABLE` 0x001: the process may write.
    public static var writable: Flags { Flags(rawValue: 0x001) }
    /// `VR_NOPF` 0x002: must never fault.
    public static var noPageFaults: Flags { Flags(rawValue: 0x002) }
    /// `VR_PHYS64K` 0x004: each block begins at a multiple of 64 KiB of physical memory.
    public static var aligned64K: Flags { Flags(rawValue: 0x004) }
    /// `VR_LOWER16MB` 0x008: below 16 MiB of physical memory.
    public static var lower16M: Flags { Flags(rawValue: 0x008) }
    /// `VR_LOWER1MB` 0x010: below 1 MiB of physical memory.
    public static var lower1M: Flags { Flags(rawValue: 0x010) }
    /// `VR_CONTIG` 0x020: one block, allocated as a whole.
    public static var contiguous: Flags { Flags(rawValue: 0x020) }
    /// `VR_SHARED` 0x040: shared memory, allocated in full beforehand.
    public static var shared: Flags { Flags(rawValue: 0x040) }
    /// `VR_ANON` 0x100: memory that VM allocates and owns.
    public static var anonymous: Flags { Flags(rawValue: 0x100) }
    /// `VR_DIRECT` 0x200: mapped, but not owned.
    public static var direct: Flags { Flags(rawValue: 0x200) }
  }
}
