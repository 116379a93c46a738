import I386
import MinixABI

extension VMServer {
  /// VM_WILLEXIT: marks a process. Source: minix `servers/vm/exit.c`; ABI 9.15.
  mutating func willExit(_ endpoint: Endpoint) -> ResultCode {
    guard let slot = slot(of: endpoint) else { return .einval }
    spaces[slot].isExiting = true
    return .ok
  }

  /// VM_EXIT: frees everything that a marked process has.
  mutating func exit(_ endpoint: Endpoint) -> ResultCode {
    guard let slot = slot(of: endpoint), spaces[slot].isExiting else { return .einval }
    release(slot)
    dma.orphan(endpoint)
    spaces[slot].hasDMA = false
    return .ok
  }

  /// Gives back a process's pages, regions, page tables and directory.
  mutating func release(_ slot: Int) {
    releaseMemory(of: slot)
    returnDirectory(of: slot)
    spaces[slot].isInUse = false
    spaces[slot].isExiting = false
  }

  /// Unmaps a region and forgets it.
  mutating func removeRegion(_ region: VirtualRegion, of slot: Int) {
    unmap(
      region.start, byteCount: region.byteCount, of: slot,
      owned: !region.flags.contains(.direct))
    forgetRegion(startingAt: region.start, of: slot)
  }

  /// Gives back all but the directory, which is left with the kernel's mappings alone.
  mutating func releaseMemory(of slot: Int) {
    gate.noteEnd(of: spaces[slot].directory, of: spaces[slot].endpoint)
    // The tables are emptied as a whole.
    while let region = regions.firstRegion(from: LinearAddress(0), in: spaces[slot].regions) {
      if !region.flags.contains(.direct) {
        dropPages(from: region.start, byteCount: region.byteCount, of: slot)
      }
      forgetRegion(startingAt: region.start, of: slot)
    }
    freeTables(of: slot)
  }
}
