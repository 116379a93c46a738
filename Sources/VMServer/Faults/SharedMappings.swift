import I386
import MinixABI

/// What grants let one process map of another (`VMPTYPE_SMAP`, `VMPTYPE_SUNMAP`).
///
/// A frame that is mapped so belongs to both sides for good or until it is unmapped: neither copies it
/// when it writes.
///
/// Source: minix `servers/vm/region.c`, `map_memory` and `unmap_memory`; ABI 9.10.
/// Two equally long ranges of whole pages.
struct SharedRange {
  var source: Endpoint
  var sourceStart: LinearAddress
  var destination: Endpoint
  var start: LinearAddress
  var byteCount: UInt32

  /// Whether both lie in user space, in whole pages.
  var isValid: Bool {
    (sourceStart.rawValue | start.rawValue | byteCount) & 0xFFF == 0
      && AddressSpaceLayout.isUserRange(sourceStart.rawValue, byteCount: byteCount)
      && AddressSpaceLayout.isUserRange(start.rawValue, byteCount: byteCount)
  }
}

extension VMServer {
  /// `map_memory`: the destination gets the source's pages in place of its own. All that can fail comes
  /// first, so that a failure leaves both as they were, save for pages that have been made present.
  mutating func mapMemory(_ range: SharedRange, isWritable: Bool) -> ResultCode {
    guard let source = slot(of: range.source), let destination = slot(of: range.destination),
      range.isValid
    else { return .efault }
    var offset: UInt32 = 0
    while offset < range.byteCount {
      let prepared = prepare(
        range.sourceStart + offset, of: source, range.start + offset, of: destination, isWritable)
      guard prepared == .ok else { return prepared }
      offset += 4096
    }
    offset = 0
    while offset < range.byteCount {
      share(
        range.sourceStart + offset, of: source, range.start + offset, of: destination, isWritable)
      offset += 4096
    }
    return .ok
  }

  /// `unmap_memory`: the destination gets copies of its own in place of what it shares.
  mutating func unmapMemory(_ range: SharedRange) -> ResultCode {
    guard let slot = slot(of: range.destination), range.isValid else { return .efault }
    var page = range.start
    let end = range.start + range.byteCount
    while page < end {
      // A region that is gone has taken its share with it.
      if let region = anonymousRegion(page, of: slot), !makePrivate(page, of: slot, region) {
        return .enomem
      }
      page = page + 4096
    }
    return .ok
  }

  /// Makes the source's page present, and nobody's but his and of those who share it by grant; and
  /// finds room for the destination's entry.
  private mutating func prepare(
    _ page: LinearAddress, of source: Int, _ target: LinearAddress, of destination: Int,
    _ isWritable: Bool
  ) -> ResultCode {
    guard let region = anonymousRegion(page, of: source),
      let targetRegion = anonymousRegion(target, of: destination),
      !isWritable || region.flags.contains(.writable) && targetRegion.flags.contains(.writable)
    else { return .efault }
    if presentEntry(of: page, source) == nil {
      guard case .zeroFill = mapPageFault(source, region, page, isWrite: isWritable) else {
        return .enomem
      }
    }
    guard let entry = presentEntry(of: page, source) else { return .enomem }
    if blocks.isShared(entry.frame) {
      // What the source has got for reading it can't pass on for writing.
      guard entry.isWritable || !isWritable else { return .efault }
    } else if region.flags.contains(.writable), !makePrivate(page, of: source, region) {
      return .enomem
    }
    return entryAddress(making: target, in: spaces[destination].directory) == nil ? .enomem : .ok
  }

  private mutating func share(
    _ page: LinearAddress, of source: Int, _ target: LinearAddress, of destination: Int,
    _ isWritable: Bool
  ) {
    let directory = spaces[destination].directory
    guard let entry = presentEntry(of: page, source),
      let address = entryAddress(of: target, in: directory)
    else { return }
    let old = presentEntry(of: target, destination)
    blocks.retain(entry.frame)
    blocks.markShared(entry.frame)
    install(entry.frame, isWritable: isWritable, at: address, translating: target, in: directory)
    if let old { dropReference(to: old.frame, of: address) }
  }

  /// Gives a page that others have too a frame of its own.
  ///
  /// - Returns: false if memory is used up.
  private mutating func makePrivate(
    _ page: LinearAddress, of slot: Int, _ region: VirtualRegion
  ) -> Bool {
    let directory = spaces[slot].directory
    guard let entry = presentEntry(of: page, slot),
      let address = entryAddress(of: page, in: directory)
    else { return true }
    // What nobody else has is its own already.
    guard blocks.references(to: entry.frame) > 1 else { return true }
    guard let copy = blocks.allocate() else { return false }
    gate.copyPage(from: entry.frame, to: copy)
    install(
      copy, isWritable: region.flags.contains(.writable), at: address, translating: page,
      in: directory)
    dropReference(to: entry.frame, of: address)
    return true
  }

  /// The entry of a page that is present.
  func presentEntry(of page: LinearAddress, _ slot: Int) -> PageTableEntry? {
    guard let address = entryAddress(of: page, in: spaces[slot].directory) else { return nil }
    let entry = PageTableEntry(rawValue: gate.loadEntry(at: address))
    return entry.isPresent ? entry : nil
  }

  private func anonymousRegion(_ page: LinearAddress, of slot: Int) -> VirtualRegion? {
    guard let region = regions.region(containing: page, in: spaces[slot].regions),
      region.flags.contains(.anonymous), region.flags.isDisjoint(with: [.noPageFaults, .shared])
    else { return nil }
    return region
  }
}
