import I386
import MinixABI

/// What VM_EXEC_NEWMEM is to make of a process's memory: MINIX's argument structure, and behind it
/// regions, which MINIX does not have.
///
/// Source: ABI 9.12, 9.17 and 15.6.
struct ExecLayout {
  /// None overlapping, by ascending address, the stack's last.
  private(set) var regions: [VirtualRegion] = []
  /// Where the heap will begin, behind the last of the others.
  private(set) var data = DataSegment()

  /// The size of MINIX's structure.
  static var structureByteCount: UInt32 { 56 }
  /// The size of a region's entry: start, byte count, flags.
  static var regionByteCount: UInt32 { 12 }
  static var regionLimit: UInt32 { 32 }
  /// Where text begins if no regions are given.
  static var textStart: UInt32 { 0x0804_8000 }
  private static var stackStart: UInt32 {
    AddressSpaceLayout.stackTop - AddressSpaceLayout.stackRegionByteCount
  }

  /// How many regions an argument of a size has; nil if it can't be an argument.
  static func regionCount(argumentByteCount: UInt32) -> UInt32? {
    let rest = argumentByteCount &- structureByteCount
    guard argumentByteCount >= structureByteCount, rest % regionByteCount == 0,
      rest / regionByteCount <= regionLimit
    else { return nil }
    return rest / regionByteCount
  }

  /// Regions as they are given: EINVAL if they are not whole pages of user memory below the stack,
  /// one behind the other.
  init(regions words: [UInt32]) throws(ResultCode) {
    data = DataSegment()
    var lowest = AddressSpaceLayout.userStart
    for index in stride(from: 0, to: words.count, by: 3) {
      let (start, byteCount, flags) = (words[index], words[index + 1], words[index + 2])
      guard (start | byteCount) & 0xFFF == 0, byteCount > 0, flags & ~1 == 0, start >= lowest,
        start < Self.stackStart, byteCount <= Self.stackStart - start
      else { throw .einval }
      append(start, byteCount, isWritable: flags & 1 != 0)
      lowest = start + byteCount
    }
    appendStack()
  }

  /// Text, read-only, and data with bss behind it, by their sizes.
  init(text: UInt32, data: UInt32, bss: UInt32, total: UInt32) throws(ResultCode) {
    self.data = DataSegment(
      start: LinearAddress(Self.textStart), end: LinearAddress(Self.textStart))
    let limit = max(total, AddressSpaceLayout.stackRegionByteCount)
    let dataPages = Self.pages(UInt64(data) + UInt64(bss))
    guard dataPages < Self.pages(UInt64(limit)) else { throw .enoexec }
    let textPages = Self.pages(UInt64(text))
    let room = UInt64(Self.stackStart - Self.textStart) >> 12
    guard textPages + dataPages <= room else { throw .enomem }
    if textPages > 0 { append(Self.textStart, UInt32(textPages << 12), isWritable: false) }
    if dataPages > 0 {
      append(
        Self.textStart + UInt32(textPages << 12), UInt32(dataPages << 12), isWritable: true)
    }
    appendStack()
  }

  private static func pages(_ byteCount: UInt64) -> UInt64 { (byteCount + 4095) >> 12 }

  private mutating func append(_ start: UInt32, _ byteCount: UInt32, isWritable: Bool) {
    let region = VirtualRegion(
      start: LinearAddress(start), byteCount: byteCount,
      flags: isWritable ? [.anonymous, .writable] : .anonymous)
    regions.append(region)
    data = DataSegment(start: region.start, end: region.end)
  }

  private mutating func appendStack() {
    regions.append(
      VirtualRegion(
        start: LinearAddress(Self.stackStart),
        byteCount: AddressSpaceLayout.stackRegionByteCount, flags: [.anonymous, .writable]))
  }
}
