import I386
import MinixABI

/// Source: minix `servers/vm/exec.c`; ABI 9.12.
extension VMServer {
  /// VM_EXEC_NEWMEM: gives a process new memory in place of its old. That stays until it is known that
  /// the new can be had.
  mutating func execNewMemory(_ request: Message, _ reply: inout Message) -> ResultCode {
    guard let slot = slot(of: request[endpoint: 8]) else { return .esrch }
    let layout: ExecLayout
    do throws(ResultCode) {
      layout = try execLayout(
        of: request.source, at: LinearAddress(request[word: 20]),
        byteCount: request[word: 12])
    } catch { return error }
    guard canPopulate(layout) else { return .enomem }
    releaseMemory(of: slot)
    for region in layout.regions { _ = insertRegion(region, of: slot) }
    spaces[slot].data = layout.data
    _ = populateAll(of: slot)
    spaces[slot].loading = Loading()
    spaces[slot].loading.loader = request.source
    tellKernelOfNewMap(spaces[slot].endpoint)
    activate(spaces[slot].endpoint)
    reply[word: 16] = Self.loadsText
    reply[word: 24] = AddressSpaceLayout.stackTop
    return .ok
  }

  /// `EXC_NM_RF_LOAD_TEXT`: the caller is to load the text as well.
  private static var loadsText: UInt32 { 1 }

  /// Fetches the argument. VM can't wait for itself: what of the caller's memory is not there is made
  /// present first.
  private mutating func execLayout(
    of caller: Endpoint, at address: LinearAddress, byteCount: UInt32
  ) throws(ResultCode) -> ExecLayout {
    guard let count = ExecLayout.regionCount(argumentByteCount: byteCount) else { throw .einval }
    if let slot = slot(of: caller) {
      let result = handleMemory(of: slot, at: address, byteCount: byteCount, isWrite: false)
      guard result == .ok else { throw result }
    }
    var message = Message(type: KernelCallNumber.virtualCopy.messageType)
    message[short: 8] = SegmentSelector.data.rawValue
    message[short: 10] = SegmentSelector.data.rawValue
    message[endpoint: 12] = caller
    message[endpoint: 16] = .itself
    message[word: 20] = address.rawValue
    message[word: 24] = gate.place(Array(repeating: 0, count: Int(byteCount / 4)))
    message[word: 28] = byteCount
    let result = gate.kernelCall(&message)
    guard result == .ok else { throw result }
    guard count > 0 else {
      return try ExecLayout(
        text: gate.placedWord(0), data: gate.placedWord(1), bss: gate.placedWord(2),
        total: gate.placedWord(3))
    }
    let first = Int(ExecLayout.structureByteCount / 4)
    return try ExecLayout(
      regions: (0..<Int(count) * 3).map { gate.placedWord(first + $0) })
  }

  /// Whether there is memory for all that the policy wants present at once, the old being there still.
  private func canPopulate(_ layout: ExecLayout) -> Bool {
    guard policy == .eager else { return true }
    var (pages, tables): (UInt32, UInt32) = (0, 0)
    var lastIndex: UInt32?
    for region in layout.regions where region.end.rawValue != AddressSpaceLayout.stackTop {
      pages += region.byteCount / AddressSpaceLayout.pageByteCount
      let (first, last) = (
        region.start.directoryIndex, LinearAddress(region.end.rawValue - 1).directoryIndex
      )
      tables += last - first + (first == lastIndex ? 0 : 1)
      lastIndex = last
    }
    return pages <= blocks.capacity - blocks.usedCount && tables <= tablePages.freeCount
  }

  /// SYS_NEWMAP, whose map is the same for all.
  private func tellKernelOfNewMap(_ endpoint: Endpoint) {
    var message = Message(type: KernelCallNumber.newMap.messageType)
    message.processEndpoint = endpoint
    message[word: 20] = gate.place(AddressSpaceLayout.flatSegmentMap)
    _ = gate.kernelCall(&message)
  }
}
