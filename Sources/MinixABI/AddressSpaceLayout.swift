/// Where things stand in a process's linear address space: the flat reading, ABI section 17.
@frozen
public enum AddressSpaceLayout {
  /// A page, which MINIX also calls a click, in bytes.
  @inlinable public static var pageByteCount: UInt32 { 4096 }
  /// The first address a process may have; page 0 is never mapped.
  @inlinable public static var userStart: UInt32 { 0x0000_1000 }
  /// `VM_DATATOP`: one past the last user address; the stub's range begins here.
  @inlinable public static var userEnd: UInt32 { 0xF000_0000 }
  /// `VM_STACKTOP`: one past the stack region.
  @inlinable public static var stackTop: UInt32 { 0x8000_0000 }
  /// `MINSTACKREGION`: the stack region's size in bytes.
  @inlinable public static var stackRegionByteCount: UInt32 { 64 << 20 }

  /// Where the kernel's own mappings begin, above the stub's window on the page tables; VM puts them
  /// into every page directory.
  @inlinable public static var kernelMappings: UInt32 { 0xF840_0000 }

  /// The segment map of every process: text, data and stack, each with virtual address, physical
  /// address and length in clicks.
  public static var flatSegmentMap: [UInt32] {
    let stack = (stackTop - stackRegionByteCount) >> 12
    return [
      0, 0, userEnd >> 12, 0, 0, userEnd >> 12, stack, stack, stackRegionByteCount >> 12,
    ]
  }

  /// Whether `[address, address + byteCount)` lies below ``userEnd`` without wrapping.
  @inlinable
  public static func isUserRange(_ address: UInt32, byteCount: UInt32) -> Bool {
    UInt64(address) + UInt64(byteCount) <= UInt64(userEnd)
  }
}
