import I386
import MinixABI

extension VMServer {
  /// `do_memory`: answers the kernel's memory requests until there are none left.
  ///
  /// Source: minix `servers/vm/pagefaults.c`; ABI 7.2.
  mutating func serveMemoryRequests() {
    while true {
      var request = Message(.memoryRequestGet, who: .itself)
      guard gate.kernelCall(&request).rawValue == 1 else { return }
      let result = handleMemory(
        of: request[endpoint: 8], at: LinearAddress(request[word: 12]),
        byteCount: request[word: 16], isWrite: request[short: 32] != 0)
      gate.vmControl(
        .memoryRequestReply, request[endpoint: 28], UInt32(bitPattern: result.rawValue))
    }
  }

  /// `handle_memory`: makes a whole range accessible, as if each page of it had faulted.
  ///
  /// Source: ABI 9.9, read by 13.8.
  private mutating func handleMemory(
    of endpoint: Endpoint, at start: LinearAddress, byteCount: UInt32, isWrite: Bool
  ) -> ResultCode {
    guard let slot = slot(of: endpoint) else { return .efault }
    var page = start.pageStart
    let end = UInt64(start.rawValue) + UInt64(byteCount)
    guard end <= UInt64(AddressSpaceLayout.userEnd) else { return .efault }
    while UInt64(page.rawValue) < end {
      guard let region = regions.region(containing: page, in: spaces[slot].regions),
        region.flags.contains(.writable) || !isWrite
      else { return .efault }
      if !isAccessible(page, slot, isWrite: isWrite) {
        guard region.flags.isDisjoint(with: [.noPageFaults, .shared]) else { return .efault }
        if case .outOfMemory = mapPageFault(slot, region, page, isWrite: isWrite) {
          return .enomem
        }
      }
      page = page + 4096
    }
    return .ok
  }

  private func isAccessible(_ page: LinearAddress, _ slot: Int, isWrite: Bool) -> Bool {
    guard let address = entryAddress(of: page, in: spaces[slot].directory) else { return false }
    let entry = PageTableEntry(rawValue: gate.loadEntry(at: address))
    return entry.isPresent && (entry.isWritable || !isWrite)
  }
}
