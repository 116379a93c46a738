/// `VMM_FLAGS` of VM_MMAP (`MAP_…`). Source: minix `include/sys/mman.h`; ABI 9.2.
@frozen
public struct MapFlags: OptionSet, Sendable, BitwiseCopyable {
  /// The 16 bits as they stand in the message.
  public var rawValue: UInt16

  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// `MAP_SHARED` 0x01: memory that others can map too.
  @inlinable public static var shared: MapFlags { MapFlags(rawValue: 0x01) }
  /// `MAP_PRIVATE` 0x02: its own; so is what has neither flag.
  @inlinable public static var `private`: MapFlags { MapFlags(rawValue: 0x02) }
  /// `MAP_ANON` 0x04: memory, and no file.
  @inlinable public static var anonymous: MapFlags { MapFlags(rawValue: 0x04) }
  /// `MAP_PREALLOC` 0x08: all of it allocated now.
  @inlinable public static var preallocate: MapFlags { MapFlags(rawValue: 0x08) }
  /// `MAP_CONTIG` 0x10: one behind the other in physical memory.
  @inlinable public static var contiguous: MapFlags { MapFlags(rawValue: 0x10) }
  /// `MAP_LOWER16M` 0x20: below 16 MiB of physical memory.
  @inlinable public static var lower16M: MapFlags { MapFlags(rawValue: 0x20) }
  /// `MAP_ALIGN64K` 0x40: at a multiple of 64 KiB of physical memory.
  @inlinable public static var align64K: MapFlags { MapFlags(rawValue: 0x40) }
  /// `MAP_LOWER1M` 0x80: below 1 MiB of physical memory.
  @inlinable public static var lower1M: MapFlags { MapFlags(rawValue: 0x80) }
}
