/// Where a guest program may lie in linear memory.
///
/// Segments are flat, so a pointer of the program is a linear address.
/// ```
/// 0000_0000  never mapped
/// 0000_1000  program, heap, mappings
/// 7C00_0000  stack region, 64 MiB
/// 8000_0000  mappings, program
/// F000_0000  the stub, in every address space
/// ```
public enum UserSpace {
  /// Bytes in a page: 4096.
  @inlinable public static var pageSize: UInt32 { 4096 }
  /// The first address that a program may use.
  @inlinable public static var start: UInt32 { 0x0000_1000 }
  /// The first address above user space; the stub's from here.
  @inlinable public static var end: UInt32 { 0xF000_0000 }
  /// The lowest address of the stack region.
  @inlinable public static var stackStart: UInt32 { 0x7C00_0000 }
  /// The first address above the stack region.
  @inlinable public static var stackEnd: UInt32 { 0x8000_0000 }
}
