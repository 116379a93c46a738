import I386
import MinixABI

extension VMServer {
  /// VM_FORK: the child gets the parent's regions and shares its pages, which whoever writes first
  /// copies.
  ///
  /// All that can fail comes before the kernel hears of it; what has been shared until then is given
  /// back, and with it the parent's right to write.
  ///
  /// Source: minix `servers/vm/fork.c`; ABI 9.11.
  @inline(never)  // .ci/count finds it in a profile by its name.
  mutating func fork(_ request: Message, _ reply: inout Message) -> ResultCode {
    guard let parent = slot(of: request[endpoint: 8]), !spaces[parent].hasDMA else {
      return .einval
    }
    let slot = Int(request[int: 12])
    guard spaces.indices.contains(slot), !spaces[slot].isInUse else { return .einval }
    endLoading(of: parent)
    let formerCalls = spaces[slot].calls
    makeChild(of: parent, in: slot)
    guard shareMemory(of: parent, with: slot) else {
      releaseChild(slot, formerCalls)
      return .enomem
    }
    let forked = tellKernel(of: slot, parent)
    guard case .success(let messageAddress) = forked else {
      releaseChild(slot, formerCalls)
      return .einval
    }
    // So that PM's replies need not wait for VM. Without memory they will, and ask in vain.
    for process in [slot, parent] {
      _ = handleMemory(
        of: process, at: messageAddress, byteCount: UInt32(Message.byteCount), isWrite: true)
    }
    activate(spaces[slot].endpoint)
    reply[endpoint: 16] = spaces[slot].endpoint
    return .ok
  }

  /// A child without memory: of its parent it has what is not memory, but for its faults.
  private mutating func makeChild(of parent: Int, in slot: Int) {
    tablePages.takeDirectory()
    retireFaults(of: slot)
    spaces[slot] = spaces[parent]
    spaces[slot].isFounder = false
    spaces[slot].endpoint = .none
    spaces[slot].isExiting = false
    spaces[slot].faults = FaultCounts()
    spaces[slot].regions = RegionTree.Root()
    spaces[slot].directory = tablePages.directory(ofSlot: slot)
    mapKernel(in: spaces[slot].directory)
  }

  /// There is no child after all; an empty slot of the boot image has calls to make all the same.
  private mutating func releaseChild(_ slot: Int, _ formerCalls: CallSet) {
    release(slot)
    spaces[slot].calls = formerCalls
  }

  /// SYS_FORK: the child's endpoint, and where both want their message.
  private mutating func tellKernel(
    of child: Int, _ parent: Int
  ) -> Result<LinearAddress, ResultCode> {
    var message = Message(type: KernelCallNumber.fork.messageType)
    message.processEndpoint = spaces[parent].endpoint
    message[int: 12] = Int32(child)
    message[word: 16] = ForkFlags.vmInhibit.rawValue
    message[word: 20] = gate.place(AddressSpaceLayout.flatSegmentMap)
    let result = gate.kernelCall(&message)
    guard result == .ok else { return .failure(result) }
    spaces[child].endpoint = message.processEndpoint
    return .success(LinearAddress(message.forkMessageAddress))
  }

  /// Gives the child all regions of the parent and a share of every page.
  ///
  /// - Returns: false if memory for page tables or copies is used up; the child has got a part then.
  private mutating func shareMemory(of parent: Int, with child: Int) -> Bool {
    var next = LinearAddress(0)
    while let region = regions.firstRegion(from: next, in: spaces[parent].regions) {
      _ = insertRegion(region, of: child)
      var start = region.start
      while let (page, entry, count) = presentEntries(
        from: start, to: region.end, in: spaces[parent].directory)
      {
        guard share(region, count, from: page, at: entry, of: parent, with: child) else {
          return false
        }
        start = page + count * AddressSpaceLayout.pageByteCount
      }
      next = region.end
    }
    return true
  }
}

// MARK: - One page table

extension VMServer {
  /// Shares pages of a region that one page table translates.
  private mutating func share(
    _ region: VirtualRegion, _ count: UInt32, from page: LinearAddress,
    at source: PhysicalAddress, of parent: Int, with child: Int
  ) -> Bool {
    let directory = spaces[parent].directory
    guard let target = entryAddress(making: page, in: spaces[child].directory) else {
      return false
    }
    let run = EntryRun(source: source, target: target, page: page, count: count)
    let isCopied = region.flags.isDisjoint(with: [.direct, .shared])
    if isCopied { return shareByCopyOnWrite(run, region, of: parent, with: child) }
    if region.flags.contains(.shared) { _ = retain(run, from: 0, stopsAtShared: false) }
    gate.copyEntries(run, in: directory, isReadOnly: false)
    return true
  }

  /// Shares runs of pages read-only, and copies what grants have made the parent share with others.
  private mutating func shareByCopyOnWrite(
    _ run: EntryRun, _ region: VirtualRegion, of parent: Int, with child: Int
  ) -> Bool {
    var first: UInt32 = 0
    while true {
      let index = retain(run, from: first, stopsAtShared: true)
      gate.copyEntries(run[first..<index], in: spaces[parent].directory, isReadOnly: true)
      guard index < run.count else { return true }
      let entry = PageTableEntry(rawValue: gate.loadEntry(at: run.source + index * 4))
      guard clone(entry.frame, to: run, index, region, of: child) else { return false }
      first = index + 1
    }
  }

  /// A reference for each of the child's entries.
  ///
  /// - Returns: where a block ended it that is shared by a grant.
  private mutating func retain(
    _ run: EntryRun, from first: UInt32, stopsAtShared: Bool
  ) -> UInt32 {
    gate.loadEntries(run.count, at: run.source, into: &entriesAtHand)
    let entries = entriesAtHand
    return UInt32(
      blocks.retain(
        entries.span, Int(first)..<Int(run.count), copiedTo: run.target,
        stopsAtShared: stopsAtShared))
  }

  private mutating func clone(
    _ block: PhysicalAddress, to run: EntryRun, _ index: UInt32, _ region: VirtualRegion,
    of child: Int
  ) -> Bool {
    guard let copy = blocks.allocate() else { return false }
    gate.copyPage(from: block, to: copy)
    install(
      copy, isWritable: region.flags.contains(.writable), at: run.target + index * 4,
      translating: run.page + index * AddressSpaceLayout.pageByteCount,
      in: spaces[child].directory)
    return true
  }
}
