public import I386
public import MinixABI

/// How an address space comes into being for a program that is loaded from outside.
///
/// MINIX's VM does the same for the processes of the boot image; later EXEC takes this path.
extension VMServer {
  /// An empty address space for a process: the kernel's mappings, and nothing else.
  ///
  /// - Parameters:
  ///   - endpoint: the process. One of the boot image has its own set of calls to VM.
  ///   - isSystem: whether it is a system process.
  public mutating func createAddressSpace(for endpoint: Endpoint, isSystem: Bool = false) {
    let slot = Int(endpoint.slot.rawValue)
    precondition(slot >= 0 && slot < spaces.count && !spaces[slot].isInUse, "slot \(slot)")
    tablePages.takeDirectory()
    let isBootProcess = callSlot(of: endpoint) != nil
    let calls = isBootProcess ? spaces[slot].calls : isSystem ? .service : .basic
    retireFaults(of: slot)
    spaces[slot] = AddressSpace()
    (spaces[slot].founder, spaces[slot].isFounder) = (slot, true)
    spaces[slot].isInUse = true
    spaces[slot].calls = calls
    spaces[slot].endpoint = endpoint
    spaces[slot].directory = tablePages.directory(ofSlot: slot)
    mapKernel(in: spaces[slot].directory)
  }

  /// Adds a region of anonymous memory.
  ///
  /// - Returns: false if it would overlap another one.
  public mutating func addRegion(
    start: LinearAddress, byteCount: UInt32, isWritable: Bool, to endpoint: Endpoint
  ) -> Bool {
    guard let slot = slot(of: endpoint) else { return false }
    let flags: VirtualRegion.Flags = isWritable ? [.anonymous, .writable] : .anonymous
    let region = VirtualRegion(start: start, byteCount: byteCount, flags: flags)
    guard insertRegion(region, of: slot) else { return false }
    if region.end.rawValue != AddressSpaceLayout.stackTop, region.end > spaces[slot].data.end {
      spaces[slot].data = DataSegment(start: region.start, end: region.end)
    }
    return true
  }

  /// Makes present what the policy wants present from the start.
  ///
  /// - Returns: false if memory is used up.
  public mutating func populate(_ endpoint: Endpoint) -> Bool {
    guard let slot = slot(of: endpoint) else { return false }
    return populateAll(of: slot)
  }

  /// Makes a page of a region present and zeroed, so that the loader can fill it.
  ///
  /// - Returns: where it lies, or nil if memory is used up or there is no such region.
  public mutating func presentPage(
    _ page: LinearAddress, of endpoint: Endpoint
  ) -> PhysicalAddress? {
    guard let slot = slot(of: endpoint),
      let region = regions.region(containing: page, in: spaces[slot].regions)
    else { return nil }
    if presentEntry(of: page.pageStart, slot) == nil,
      !mapFreshPage(slot, region, page.pageStart)
    {
      return nil
    }
    guard let address = entryAddress(of: page, in: spaces[slot].directory) else { return nil }
    return PageTableEntry(rawValue: gate.loadEntry(at: address)).frame
  }

  /// Gives the process its page table (VMCTL_I386_SETCR3), which lets it run.
  public mutating func activate(_ endpoint: Endpoint) {
    guard let slot = slot(of: endpoint) else { return }
    gate.vmControl(.setCR3, endpoint, spaces[slot].directory.rawValue)
  }
}
