import I386
import MinixABI

/// Physical memory that a process has mapped without owning it: a device's, in MINIX.
///
/// Source: minix `servers/vm/mmap.c`; ABI 9.14 and 17.
extension VMServer {
  /// VM_MAP_PHYS: a region that is present from the start and never faults. What is no RAM, or the
  /// stub's, or a page table, is nobody's to map.
  mutating func mapPhysical(_ request: Message, _ reply: inout Message) -> ResultCode {
    let target = self.target(of: request)
    let start = PhysicalAddress(request[word: 24])
    guard callSlot(of: target) != nil, let byteCount = wholePages(request[word: 12]),
      start.rawValue & 0xFFF == 0
    else { return .einval }
    guard mayMap(start, byteCount: request[word: 12], request.source, for: target) else {
      return .eperm
    }
    guard let slot = slot(of: target) else { return .enxio }
    guard blocks.isRAM(start, byteCount: byteCount) else { return .efault }
    guard let address = gap(of: byteCount, from: LinearAddress(0), in: slot) else {
      return .enomem
    }
    let region = VirtualRegion(
      start: address, byteCount: byteCount, flags: [.direct, .noPageFaults, .writable])
    guard hasTables(for: region, in: spaces[slot].directory),
      insertRegion(region, of: slot)
    else { return .enomem }
    mapDirectly(region, to: start, of: slot)
    reply[word: 28] = address.rawValue
    return .ok
  }

  /// VM_UNMAP_PHYS: unmaps the region around an address, if it is such a one.
  mutating func unmapPhysical(_ request: Message) -> ResultCode {
    let target = self.target(of: request)
    guard let slot = slot(of: target),
      let region = regions.region(
        containing: LinearAddress(request[word: 20]), in: spaces[slot].regions),
      region.flags.contains(.direct)
    else { return .einval }
    guard target == request.source || request.source == .tty else { return .eperm }
    removeRegion(region, of: slot)
    return .ok
  }

  private func target(of request: Message) -> Endpoint {
    request[endpoint: 8] == .itself ? request.source : request[endpoint: 8]
  }

  /// `map_perm_check`: TTY may map anything for anybody, the memory driver anything for itself, and
  /// everybody else for himself what SYS_PRIVCTL has given him.
  private func mayMap(
    _ start: PhysicalAddress, byteCount: UInt32, _ caller: Endpoint, for target: Endpoint
  ) -> Bool {
    if caller == .tty { return true }
    guard caller == target else { return false }
    return caller == .memory || gate.mayHaveMemory(target, start, byteCount: byteCount)
  }

  /// Stores the entries of a direct region, whose page tables can be had. Nothing is counted.
  private mutating func mapDirectly(
    _ region: VirtualRegion, to start: PhysicalAddress, of slot: Int
  ) {
    let directory = spaces[slot].directory
    for page in 0..<region.byteCount >> 12 {
      let (address, frame) = (region.start + page << 12, start + page << 12)
      guard let entryAddress = entryAddress(making: address, in: directory) else { return }
      gate.storeEntry(
        PageTableEntry(frame: frame, isWritable: true).rawValue, at: entryAddress,
        translating: address, in: directory)
    }
  }
}

extension KernelGate {
  /// SYS_PRIVCTL, QUERY_MEM: whether a process may have a range of physical memory.
  func mayHaveMemory(
    _ process: Endpoint, _ start: PhysicalAddress, byteCount: UInt32
  ) -> Bool {
    var message = Message(type: KernelCallNumber.privilegeControl.messageType)
    message[endpoint: 8] = process
    message[int: 12] = PrivilegeControl.queryMemory.rawValue
    message[word: 20] = start.rawValue
    message[word: 24] = byteCount
    return kernelCall(&message) == .ok
  }
}
