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
      return checkMemory(range, isWrite: request.isWrite, for: request.requestor)
    case 3: return mapMemory(range, isWritable: request.isWrite)
    case 4: return unmapMemory(range)
    // `VMPTYPE_COWMAP` is never issued.
    case 2: return .einval
    default: return nil
    }
  }

  /// A range that the kernel needs for someone's call.
  private mutating func checkMemory(
    _ range: SharedRange, isWrite: Bool, for requestor: Endpoint
  ) -> ResultCode {
    guard let slot = slot(of: range.destination) else { return .efault }
    let isLoader = isWrite && isLoading(slot, requestor)
    let result = handleMemory(
      of: slot, at: range.start, byteCount: range.byteCount, isWrite: isWrite, isLoader: isLoader)
    return result
  }

  /// `handle_memory`: makes a whole range accessible, as if each page of it had faulted.
  ///
  /// - Parameter isLoader: whether it is written by whoever fills the process's memory.
  ///
  /// Source: ABI 9.9, read by 13.8.
  mutating func handleMemory(
    of slot: Int, at start: LinearAddress, byteCount: UInt32, isWrite: Bool, isLoader: Bool = false
  ) -> ResultCode {
    var page = start.pageStart
    let end = UInt64(start.rawValue) + UInt64(byteCount)
    guard end <= UInt64(AddressSpaceLayout.userEnd) else { return .efault }
    while UInt64(page.rawValue) < end {
      guard let region = regions.region(containing: page, in: spaces[slot].regions) else {
        return .efault
      }
      if !isAccessible(page, slot, isWrite: isWrite) {
        let result = makeAccessible(page, of: slot, region, isWrite: isWrite, isLoader: isLoader)
        guard result == .ok else { return result }
      }
      page = page + 4096
    }
    return .ok
  }

  private mutating func makeAccessible(
    _ page: LinearAddress, of slot: Int, _ region: VirtualRegion, isWrite: Bool, isLoader: Bool
  ) -> ResultCode {
    guard region.flags.isDisjoint(with: [.noPageFaults, .shared]) else { return .efault }
    if isWrite, !region.flags.contains(.writable) {
      return isLoader ? load(page, of: slot, region) : .efault
    }
    switch mapPageFault(slot, region, page, isWrite: isWrite) {
    case .outOfMemory: return .enomem
    case .segv: return .efault
    case .zeroFill, .copyOnWrite, .protection: return .ok
    }
  }

  private func isAccessible(_ page: LinearAddress, _ slot: Int, isWrite: Bool) -> Bool {
    guard let address = entryAddress(of: page, in: spaces[slot].directory) else { return false }
    let entry = PageTableEntry(rawValue: gate.loadEntry(at: address))
    return entry.isPresent && (entry.isWritable || !isWrite)
  }
}
