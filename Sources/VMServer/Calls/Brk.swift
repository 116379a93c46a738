import I386
import MinixABI

/// Source: minix `servers/vm/break.c`; ABI 9.13.
extension VMServer {
  /// VM_BRK: moves the end of a process's data.
  mutating func brk(_ request: Message) -> ResultCode {
    guard let slot = slot(of: request[endpoint: 8]),
      let stackPointer = stackPointer(of: spaces[slot].endpoint)
    else { return .einval }
    endLoading(of: slot)
    let address = LinearAddress(request[word: 20])
    let data = spaces[slot].data
    guard address >= data.start, address.rawValue <= AddressSpaceLayout.stackTop else {
      return .enomem
    }
    let end = max(LinearAddress((address.rawValue + 4095) & ~4095), data.heapStart)
    guard hasRoom(for: end, stackPointer, data), growHeap(of: slot, to: end) else {
      return .enomem
    }
    spaces[slot].data.end = end
    return .ok
  }

  /// VM_PUSH_SIG: whether there is room for a signal's frame, and the stack pointer.
  mutating func pushSignal(_ request: Message, _ reply: inout Message) -> ResultCode {
    guard let slot = slot(of: request[endpoint: 8]),
      let stackPointer = stackPointer(of: spaces[slot].endpoint)
    else { return .einval }
    endLoading(of: slot)
    let data = spaces[slot].data
    guard hasRoom(for: data.end, stackPointer &- Self.signalFrameByteCount, data) else {
      return .enomem
    }
    reply[word: 20] = stackPointer
    return .ok
  }

  /// A signal context, and the handler's frame.
  private static var signalFrameByteCount: UInt32 { 604 }

  /// `adjust`: whether data up to an end leave a page free below the stack.
  ///
  /// A stack pointer within the data says nothing of the stack.
  private func hasRoom(
    for end: LinearAddress, _ stackPointer: UInt32, _ data: DataSegment
  ) -> Bool {
    let page = LinearAddress(stackPointer).pageStart
    guard page.rawValue < AddressSpaceLayout.stackTop else { return false }
    let stack = LinearAddress(
      AddressSpaceLayout.stackTop - AddressSpaceLayout.stackRegionByteCount)
    let isInData = page >= data.start && page < data.end
    return end + AddressSpaceLayout.pageByteCount <= (isInData ? stack : min(stack, page))
  }

  /// Makes memory of what lies between the highest break so far and a higher one. What lies above a
  /// lower one is kept.
  private mutating func growHeap(of slot: Int, to end: LinearAddress) -> Bool {
    let start = spaces[slot].data.heapEnd
    guard end > start else { return true }
    let growth = VirtualRegion(
      start: start, byteCount: end.rawValue - start.rawValue, flags: [.anonymous, .writable])
    guard insertRegion(growth, of: slot) else { return false }
    guard policy != .eager || populate(growth, of: slot) else {
      forgetRegion(startingAt: start, of: slot)
      return false
    }
    spaces[slot].data.heapEnd = end
    joinHeap(growth, of: slot)
    return true
  }

  /// Makes one region of the heap and its growth, unless the heap has been unmapped.
  private mutating func joinHeap(_ growth: VirtualRegion, of slot: Int) {
    let last = LinearAddress(growth.start.rawValue - 1)
    guard var heap = regions.region(containing: last, in: spaces[slot].regions),
      heap.start >= spaces[slot].data.heapStart, heap.flags == growth.flags
    else { return }
    forgetRegion(startingAt: growth.start, of: slot)
    forgetRegion(startingAt: heap.start, of: slot)
    heap.byteCount += growth.byteCount
    _ = insertRegion(heap, of: slot)
  }

  /// ESP, which the process structure has (SYS_GETINFO, GET_PROC); nil if the kernel doesn't tell.
  private func stackPointer(of endpoint: Endpoint) -> UInt32? {
    var message = Message(type: KernelCallNumber.getInfo.messageType)
    let room = 940
    message[int: 8] = Int32(room)
    message[endpoint: 12] = endpoint
    message[int: 16] = InformationRequest.process.rawValue
    message[word: 24] = gate.place(Array(repeating: 0, count: room / 4))
    guard gate.kernelCall(&message) == .ok else { return nil }
    return gate.placedWord(56 / 4)
  }
}
