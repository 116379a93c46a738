public import I386
public import MinixABI

/// The VM server: regions, physical pages, page tables, and the decision on every page fault.
///
/// Source: minix `servers/vm/main.c`; ABI 9.
public struct VMServer<Gate: KernelGate>: ~Copyable {
  let gate: Gate
  /// How page faults arrive.
  let delivery: FaultDelivery
  /// Which pages are made present.
  let policy: FaultPolicy
  let spaces: FixedTable<AddressSpace>
  var regions = RegionTree()
  var blocks: PhysicalBlocks
  /// A page table's entries, as long as they are looked at.
  var entriesAtHand = [UInt32](repeating: 0, count: 1024)
  var tablePages: TablePages
  var dma = DMATable()
  var exitNotices = ExitNotices()
  var books: FaultBooks
  /// The page table of the kernel's mappings, which all directories share; nil before ``start()``.
  var kernelTable: PhysicalAddress?

  /// - Parameters:
  ///   - gate: the way to the kernel.
  ///   - frameCount: frames of RAM; those below are VM's to hand out.
  ///   - arenaStart: the first page-table page.
  ///   - arenaByteCount: the arena's size.
  ///   - processCapacity: slots from 0 up.
  ///   - delivery: how page faults arrive.
  ///   - policy: which pages are made present.
  public init(
    gate: Gate, frameCount: UInt32, arenaStart: PhysicalAddress, arenaByteCount: UInt32,
    processCapacity: Int, delivery: FaultDelivery = .message, policy: FaultPolicy = .exact
  ) {
    self.gate = gate
    self.delivery = delivery
    self.policy = policy
    spaces = FixedTable(repeating: AddressSpace(), count: processCapacity)
    books = FaultBooks(processCapacity: processCapacity)
    blocks = PhysicalBlocks(frameCount: frameCount)
    tablePages = TablePages(
      start: arenaStart, byteCount: arenaByteCount, slotCount: processCapacity)
    for slot in 0...Int(Endpoint.initProcess.rawValue) where slot < processCapacity {
      spaces[slot].calls = .ofBootProcess(Endpoint(rawValue: Int32(slot)))
    }
  }

  /// Handles one message: the body of MINIX's main loop. Afterwards VM receives from anyone again.
  @inline(__always)
  public mutating func handle(_ message: Message, status: IPCStatus) {
    // No notification has this type.
    guard message.type == VMCallNumber.pageFault.messageType, status.isFromKernel,
      delivery == .message
    else { return handleOther(message, status) }
    pageFault(
      of: message.source, at: LinearAddress(message.pageFaultAddress),
      PageFaultErrorCode(rawValue: message.pageFaultErrorCode))
  }

  /// Whatever is no page fault.
  @inline(never)
  private mutating func handleOther(_ message: Message, _ status: IPCStatus) {
    guard status.isNotification else { return serveCall(message) }
    if message.source == .system { serveSignals(message.notifyArgument) }
    // A ping.
    if message.source == .rs { gate.notify(.rs) }
  }

  /// The slot of a process that VM knows by exactly this endpoint.
  @inline(__always)
  func slot(of endpoint: Endpoint) -> Int? {
    let slot = Int(endpoint.slot.rawValue)
    guard slot >= 0, slot < spaces.count, spaces[slot].isInUse, spaces[slot].endpoint == endpoint
    else { return nil }
    return slot
  }
}

// MARK: - What a run is told at its end

extension VMServer {
  /// The most physical pages that were in use at once.
  public var physicalPagesPeak: UInt32 { blocks.peakCount }
  /// Physical pages in use now.
  public var physicalPagesUsed: UInt32 { blocks.usedCount }
  /// The most page tables and directories that were in use at once.
  public var tablePagesPeak: UInt32 { tablePages.peakCount }
  /// Page tables and directories in use now.
  public var tablePagesUsed: UInt32 { tablePages.usedCount }

  /// Physical and page-table pages that living processes have; a page that several have counts once,
  /// and what they have mapped without owning it not at all.
  public func pageCount(of endpoints: [Endpoint]) -> UInt32 {
    var isCounted = [Bool](repeating: false, count: Int(blocks.capacity) + 1)
    var count: UInt32 = 0
    for endpoint in endpoints {
      guard let slot = slot(of: endpoint) else { continue }
      let directory = spaces[slot].directory
      count += 1
      for index in 0..<AddressSpaceLayout.userEnd >> 22 {
        let entry = PageDirectoryEntry(rawValue: gate.loadEntry(at: directory + index * 4))
        guard entry.isPresent else { continue }
        count += 1 + countPages(of: entry.table, index, slot, &isCounted)
      }
    }
    return count
  }

  /// Pages of a page table that belong to a region and have not been counted yet.
  private func countPages(
    of table: PhysicalAddress, _ index: UInt32, _ slot: Int, _ isCounted: inout [Bool]
  ) -> UInt32 {
    var count: UInt32 = 0
    for page in 0..<UInt32(1024) {
      let entry = PageTableEntry(rawValue: gate.loadEntry(at: table + page * 4))
      guard entry.isPresent,
        let region = regions.region(
          containing: LinearAddress(index << 22 | page << 12), in: spaces[slot].regions),
        !region.flags.contains(.direct)
      else { continue }
      let frame = Int(entry.frame.rawValue >> 12)
      guard !isCounted[frame] else { continue }
      isCounted[frame] = true
      count += 1
    }
    return count
  }
}
