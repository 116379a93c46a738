import I386
import MinixABI

extension VMServer {
  /// VM_MMAP: anonymous memory at the first fit. Source: minix `servers/vm/mmap.c`; ABI 9.14.
  mutating func mmap(_ request: Message, _ reply: inout Message) -> ResultCode {
    guard let slot = slot(of: request.source) else { return .enxio }
    let flags = MapFlags(rawValue: UInt16(bitPattern: request[short: 10]))
    let descriptor = request[int: 12]
    guard descriptor == -1 || flags.contains(.anonymous) else { return .enosys }
    guard descriptor == -1 else { return .einval }
    let hint = LinearAddress(request[word: 20])
    guard let byteCount = wholePages(request[word: 24]), hint.pageOffset == 0 else {
      return .einval
    }
    guard let start = gap(of: byteCount, from: hint, in: slot) else { return .enomem }
    let region = VirtualRegion(
      start: start, byteCount: byteCount, flags: VirtualRegion.Flags(mapped: flags))
    guard !flags.contains(.preallocate) && policy != .eager || populate(region, of: slot),
      insertRegion(region, of: slot)
    else { return .enomem }
    reply[word: 20] = start.rawValue
    return .ok
  }

  /// VM_MUNMAP and VM_MUNMAP_TEXT: unmaps from a region's start; the rest keeps its addresses.
  mutating func munmap(_ request: Message) -> ResultCode {
    guard let slot = slot(of: request.source) else { return .enxio }
    let start = LinearAddress(request[word: 20])
    guard let byteCount = wholePages(request[word: 8]),
      let region = regions.region(containing: start, in: spaces[slot].regions),
      region.start == start, byteCount <= region.byteCount
    else { return .efault }
    removeHead(of: region, byteCount: byteCount, slot)
    return .ok
  }

  private mutating func removeHead(of region: VirtualRegion, byteCount: UInt32, _ slot: Int) {
    unmap(
      region.start, byteCount: byteCount, of: slot, owned: !region.flags.contains(.direct))
    forgetRegion(startingAt: region.start, of: slot)
    guard byteCount < region.byteCount else { return }
    let rest = VirtualRegion(
      start: region.start + byteCount, byteCount: region.byteCount - byteCount,
      flags: region.flags)
    _ = insertRegion(rest, of: slot)
  }

  /// Where a region begins: the first fit at an address or above, or above the stack if it is 0.
  func gap(of byteCount: UInt32, from hint: LinearAddress, in slot: Int) -> LinearAddress? {
    let minimum = hint.rawValue != 0 ? hint : LinearAddress(AddressSpaceLayout.stackTop)
    return regions.firstGap(
      byteCount: byteCount, from: minimum, to: LinearAddress(AddressSpaceLayout.userEnd),
      in: spaces[slot].regions)
  }

  /// A length rounded up to pages; nil if it is zero or wraps.
  func wholePages(_ byteCount: UInt32) -> UInt32? {
    guard byteCount > 0, byteCount <= ~4095 else { return nil }
    return (byteCount + 4095) & ~4095
  }
}

extension VirtualRegion.Flags {
  /// What VM_MMAP's flags say of a region. MINIX ignores the protection.
  fileprivate init(mapped flags: MapFlags) {
    self = [.anonymous, .writable]
    if flags.contains(.shared) { insert(.shared) }
    if flags.contains(.contiguous) { insert(.contiguous) }
    if flags.contains(.lower16M) { insert(.lower16M) }
    if flags.contains(.lower1M) { insert(.lower1M) }
    if flags.contains(.align64K) { insert(.aligned64K) }
  }
}
