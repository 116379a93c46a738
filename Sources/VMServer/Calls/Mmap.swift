import I386
import MinixABI

/// `MAP_…`. Source: minix `include/sys/mman.h`; ABI 9.2.
private enum MapFlag {
  static var anonymous: UInt16 { 0x04 }
  static var preallocate: UInt16 { 0x08 }
}

extension VMServer {
  /// VM_MMAP: anonymous memory at the first fit. Source: minix `servers/vm/mmap.c`; ABI 9.14.
  mutating func mmap(_ request: Message, _ reply: inout Message) -> ResultCode {
    guard let slot = slot(of: request.source) else { return .enxio }
    let flags = UInt16(bitPattern: request[short: 10])
    let descriptor = request[int: 12]
    guard descriptor == -1 || flags & MapFlag.anonymous != 0 else { return .enosys }
    guard descriptor == -1 else { return .einval }
    let hint = LinearAddress(request[word: 20])
    guard let byteCount = wholePages(request[word: 24]), hint.pageOffset == 0 else {
      return .einval
    }
    let minimum =
      hint.rawValue != 0 ? hint : LinearAddress(AddressSpaceLayout.stackTop)
    guard
      let start = regions.firstGap(
        byteCount: byteCount, from: minimum, to: LinearAddress(AddressSpaceLayout.userEnd),
        in: spaces[slot].regions)
    else { return .enomem }
    let region = VirtualRegion(start: start, byteCount: byteCount, flags: [.anonymous, .writable])
    guard regions.insert(region, into: &spaces[slot].regions) else { return .enomem }
    if flags & MapFlag.preallocate != 0, !populate(region, of: slot) {
      removeRegion(region, of: slot)
      return .enomem
    }
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
    _ = regions.remove(startingAt: region.start, from: &spaces[slot].regions)
    guard byteCount < region.byteCount else { return }
    let rest = VirtualRegion(
      start: region.start + byteCount, byteCount: region.byteCount - byteCount,
      flags: region.flags)
    _ = regions.insert(rest, into: &spaces[slot].regions)
  }

  /// Allocates every page of a region now (`MF_PREALLOC`).
  private mutating func populate(_ region: VirtualRegion, of slot: Int) -> Bool {
    var page = region.start
    while page < region.end {
      if case .outOfMemory = mapPageFault(slot, region, page, isWrite: true) { return false }
      page = page + 4096
    }
    return true
  }

  /// A length rounded up to pages; nil if it is zero or wraps.
  private func wholePages(_ byteCount: UInt32) -> UInt32? {
    guard byteCount > 0, byteCount <= ~4095 else { return nil }
    return (byteCount + 4095) & ~4095
  }
}
