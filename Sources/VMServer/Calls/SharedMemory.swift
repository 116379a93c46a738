import I386
import MinixABI

/// Memory that several processes have as one: regions with `VR_SHARED`, which are allocated in full
/// beforehand, so that their pages are what they share.
///
/// Source: minix `servers/vm/mmap.c`; ABI 9.2.
extension VMServer {
  /// VM_REMAP: maps a process's shared region in another, or once more in the same. All that can fail
  /// comes first.
  mutating func remap(_ request: Message, _ reply: inout Message) -> ResultCode {
    guard let destination = slot(of: request[endpoint: 8]),
      let source = slot(of: request[endpoint: 12]),
      let region = regions.region(
        containing: LinearAddress(request[word: 24]), in: spaces[source].regions),
      region.flags.contains(.shared)
    else { return .einval }
    guard region.start.rawValue == request[word: 24],
      wholePages(request[word: 16]) == region.byteCount
    else { return .efault }
    let wanted = LinearAddress(request[word: 20])
    guard wanted.pageOffset == 0 else { return .einval }
    guard let start = gap(of: region.byteCount, from: wanted, in: destination) else {
      return .enomem
    }
    guard wanted.rawValue == 0 || start == wanted else { return .einval }
    let copy = VirtualRegion(start: start, byteCount: region.byteCount, flags: region.flags)
    guard hasTables(for: copy, in: spaces[destination].directory),
      insertRegion(copy, of: destination)
    else { return .enomem }
    share(region, of: source, as: copy, of: destination)
    reply[word: 28] = start.rawValue
    return .ok
  }

  /// Maps what one region has in another, whose page tables can be had.
  private mutating func share(
    _ region: VirtualRegion, of source: Int, as copy: VirtualRegion, of destination: Int
  ) {
    for page in 0..<region.byteCount >> 12 {
      guard let entry = presentEntry(of: region.start + page << 12, source) else { continue }
      blocks.retain(entry.frame)
      place(entry.frame, page, of: copy, destination)
    }
  }

  /// VM_SHM_UNMAP: unmaps a shared region as a whole.
  mutating func sharedUnmap(_ request: Message) -> ResultCode {
    guard let slot = slot(of: request[endpoint: 8]) else { return .einval }
    guard let region = sharedRegion(startingAt: request[word: 20], of: slot) else {
      return .efault
    }
    removeRegion(region, of: slot)
    return .ok
  }

  /// VM_GETPHYS: where a shared region's first block is.
  func getPhysical(_ request: Message, _ reply: inout Message) -> ResultCode {
    guard let block = firstBlock(request) else { return .einval }
    reply[word: 24] = block.rawValue
    return .ok
  }

  /// VM_GETREF: how many mappings that block has.
  func getReference(_ request: Message, _ reply: inout Message) -> ResultCode {
    guard let block = firstBlock(request) else { return .einval }
    reply[word: 12] = blocks.references(to: block)
    return .ok
  }

  private func firstBlock(_ request: Message) -> PhysicalAddress? {
    guard let slot = slot(of: request[endpoint: 8]),
      let region = sharedRegion(startingAt: request[word: 20], of: slot)
    else { return nil }
    return presentEntry(of: region.start, slot)?.frame
  }

  private func sharedRegion(startingAt address: UInt32, of slot: Int) -> VirtualRegion? {
    let start = LinearAddress(address)
    guard let region = regions.region(containing: start, in: spaces[slot].regions),
      region.start == start, region.flags.contains(.shared)
    else { return nil }
    return region
  }
}
