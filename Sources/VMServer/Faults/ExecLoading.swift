import I386
import MinixABI

/// How a program's bytes get into regions that are read-only to itself.
///
/// The caller of VM_EXEC_NEWMEM copies them with SYS_VIRCOPY, and the kernel asks for each range that
/// isn't there. Until the process has faulted or made or suffered a call to VM, what that caller wants to
/// write in a read-only region becomes writable, and read-only again with its next request.
extension VMServer {
  /// Whether a process's memory is still being filled by a caller. Its former range is closed.
  mutating func isLoading(_ slot: Int, _ caller: Endpoint) -> Bool {
    guard spaces[slot].loading.loader != .none else { return false }
    closeLoadedRange(of: slot)
    return spaces[slot].loading.loader == caller
  }

  /// The process runs, or is dealt with as if it did.
  mutating func endLoading(of slot: Int) {
    guard spaces[slot].loading.loader != .none else { return }
    closeLoadedRange(of: slot)
    spaces[slot].loading.loader = .none
  }

  /// Makes a page of a read-only region writable for the loader.
  mutating func load(
    _ page: LinearAddress, of slot: Int, _ region: VirtualRegion
  ) -> ResultCode {
    if presentEntry(of: page, slot) == nil {
      guard mapFreshPage(slot, region, page) else { return .enomem }
    }
    guard let address = entryAddress(of: page, in: spaces[slot].directory) else { return .enomem }
    let entry = PageTableEntry(rawValue: gate.loadEntry(at: address))
    guard blocks.references(to: entry.frame) == 1 else { return .efault }
    gate.storeEntry(
      entry.rawValue | PageEntryBits.writable, at: address, translating: page,
      in: spaces[slot].directory)
    if spaces[slot].loading.end.rawValue == 0 { spaces[slot].loading.start = page }
    spaces[slot].loading.end = page + 4096
    return .ok
  }

  /// Makes read-only what has been made writable for the loader.
  private mutating func closeLoadedRange(of slot: Int) {
    let directory = spaces[slot].directory
    var page = spaces[slot].loading.start
    let end = spaces[slot].loading.end
    (spaces[slot].loading.start, spaces[slot].loading.end) = (LinearAddress(0), LinearAddress(0))
    while let (next, address) = presentEntry(from: page, to: end, in: directory) {
      page = next + 4096
      guard let region = regions.region(containing: next, in: spaces[slot].regions),
        !region.flags.contains(.writable)
      else { continue }
      gate.storeEntry(
        gate.loadEntry(at: address) & ~PageEntryBits.writable, at: address, translating: next,
        in: directory)
    }
  }
}
