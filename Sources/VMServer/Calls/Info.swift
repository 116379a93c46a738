import I386
import MinixABI

/// What VM tells of itself and of a process's memory.
///
/// Source: minix `servers/vm/utility.c`; ABI 9.16.
extension VMServer {
  /// `VMI_WHAT`: `VMIW_STATS`, `VMIW_USAGE`, `VMIW_REGION`.
  private enum Subject: Int32 {
    case statistics = 1
    case usage = 2
    case regions = 3
  }

  /// `MAX_VRI_COUNT`: records that one answer can have.
  private static var recordCapacity: Int32 { 64 }

  /// VM_INFO: copies the answer to the caller's buffer.
  mutating func info(_ request: Message, _ reply: inout Message) -> ResultCode {
    let buffer = request[word: 28]
    switch Subject(rawValue: request[int: 8]) {
    case .statistics:
      // The buffer first: its page, when it is made, counts.
      let prepared = prepare(request.source, buffer, 16, isWrite: true)
      guard prepared == .ok else { return prepared }
      return deliver(
        [AddressSpaceLayout.pageByteCount, blocks.capacity, blocks.freeCount, blocks.longestRun],
        to: request.source, at: buffer)
    case .usage:
      guard let slot = slot(of: request[endpoint: 12]) else { return .einval }
      let prepared = prepare(request.source, buffer, 12, isWrite: true)
      guard prepared == .ok else { return prepared }
      return deliver(usage(of: slot), to: request.source, at: buffer)
    case .regions:
      guard let slot = slot(of: request[endpoint: 12]), request[int: 16] >= 0 else {
        return .einval
      }
      return tellRegions(of: slot, request, &reply)
    case nil: return .einval
    }
  }

  /// Bytes that a process has: all of them, those that others have too, and of these those that are not
  /// copied on write.
  private func usage(of slot: Int) -> [UInt32] {
    var (total, common, shared): (UInt32, UInt32, UInt32) = (0, 0, 0)
    let directory = spaces[slot].directory
    regions.forEach(in: spaces[slot].regions) { region in
      var page = region.start
      while page < region.end {
        guard entryAddress(of: page, in: directory) != nil else {
          // Nothing in this page table's whole reach.
          page = LinearAddress((page.directoryIndex + 1) << 22)
          continue
        }
        if let entry = presentEntry(of: page, slot) {
          total += 4096
          if !region.flags.contains(.direct), blocks.references(to: entry.frame) > 1 {
            common += 4096
            if region.flags.contains(.shared) || blocks.isShared(entry.frame) { shared += 4096 }
          }
        }
        page = page + 4096
      }
    }
    return [total, common, shared]
  }

  /// Up to so many of a process's regions as the caller wants, from an address on; the reply says how
  /// many, and where to go on.
  private mutating func tellRegions(
    of slot: Int, _ request: Message, _ reply: inout Message
  ) -> ResultCode {
    let wanted = min(request[int: 16], Self.recordCapacity)
    var records: [UInt32] = []
    var (count, next): (Int32, UInt32) = (0, request[word: 20])
    while count < wanted,
      let region = regions.firstRegion(from: LinearAddress(next), in: spaces[slot].regions)
    {
      records += record(of: region)
      next = region.end.rawValue
      count += 1
    }
    let delivered = deliver(records, to: request.source, at: request[word: 28])
    guard delivered == .ok else { return delivered }
    reply[int: 16] = count
    reply[word: 20] = next
    return .ok
  }

  /// `struct vm_region_info`: segment, address, length, what may be done, and as what it was mapped.
  ///
  /// Segments are flat: all memory is in the data segment, and can be run.
  private func record(of region: VirtualRegion) -> [UInt32] {
    var protection: UInt32 = 1 | 4
    if region.flags.contains(.writable) { protection |= 2 }
    var flags: MapFlags = region.flags.contains(.shared) ? .shared : .private
    if region.flags.contains(.anonymous) { flags.insert(.anonymous) }
    if region.flags.contains(.contiguous) { flags.insert(.contiguous) }
    if region.flags.contains(.lower16M) { flags.insert(.lower16M) }
    if region.flags.contains(.lower1M) { flags.insert(.lower1M) }
    if region.flags.contains(.aligned64K) { flags.insert(.align64K) }
    return [
      UInt32(SegmentSelector.data.rawValue), region.start.rawValue, region.byteCount, protection,
      UInt32(flags.rawValue),
    ]
  }
}
