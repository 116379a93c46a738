import I386
import MinixABI

extension VMServer {
  /// `do_memory`: answers the kernel's memory requests until there are none left.
  ///
  /// Source: minix `servers/vm/pagefaults.c`; ABI 7.2.
  mutating func serveMemoryRequests() {
    while case .success(let request) = gate.vmControlGetMemoryRequest() {
      guard let result = serve(request) else { return }
      gate.vmControl(
        .memoryRequestReply, request.requestor, UInt32(bitPattern: result.rawValue))
    }
  }

  /// What one request asks for; nil if it is none.
  private mutating func serve(_ request: KernelMemoryRequest) -> ResultCode? {
    let range = SharedRange(
      source: request.source, sourceStart: LinearAddress(request.sourceStart),
      destination: request.target, start: LinearAddress(request.start),
      byteCount: request.byteCount)
    switch request.type {
    case 1:
      return handleMemory(
        of: range.destination, at: range.start, byteCount: range.byteCount,
        isWrite: request.isWrite)
    case 3: return mapMemory(range, isWritable: request.isWrite)
    case 4: return unmapMemory(range)
    // `VMPTYPE_COWMAP` is never issued.
    case 2: return .einval
    default: return nil
    }
  }

  /// `handle_memory`: makes a whole range accessible, as if each page of it had faulted.
  ///
  /// Source: ABI 9.9, read by 13.8.
  mutating func handleMemory(
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
        switch mapPageFault(slot, region, page, isWrite: isWrite) {
        case .outOfMemory: return .enomem
        case .segv: return .efault
        case .zeroFill, .copyOnWrite, .protection: break
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
