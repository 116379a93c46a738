import I386
import MinixABI

extension VMServer {
  /// VM_RS_UPDATE: two system processes change places. The kernel swaps what it knows of them, then VM
  /// does: each endpoint has the other's memory from then on, and the calls that go with its program.
  ///
  /// A directory stays with its slot, as always, so its entries change places.
  ///
  /// Source: minix `servers/vm/rs.c`; ABI 9.2.
  mutating func update(_ request: Message) -> ResultCode {
    guard let source = slot(of: request[endpoint: 8]),
      let destination = slot(of: request[endpoint: 12])
    else { return .einval }
    let updated = gate.update(request[endpoint: 8], request[endpoint: 12])
    guard updated == .ok, source != destination else { return updated }
    swapDirectories(source, destination)
    swapSpaces(source, destination)
    dma.swapOwners(spaces[source].endpoint, spaces[destination].endpoint)
    for slot in [source, destination] {
      gate.vmControl(.setCR3, spaces[slot].endpoint, spaces[slot].directory.rawValue)
    }
    return .ok
  }

  private mutating func swapDirectories(_ a: Int, _ b: Int) {
    let (first, second) = (spaces[a].directory, spaces[b].directory)
    for index in 0..<AddressSpaceLayout.userEnd >> 22 {
      let (one, other) = (
        gate.loadEntry(at: first + index * 4), gate.loadEntry(at: second + index * 4)
      )
      guard one != other else { continue }
      let span = LinearAddress(index << 22)
      gate.storeEntry(other, at: first + index * 4, translating: span, in: first)
      gate.storeEntry(one, at: second + index * 4, translating: span, in: second)
      tablePages.giveTable(PageDirectoryEntry(rawValue: other), to: first, at: index)
      tablePages.giveTable(PageDirectoryEntry(rawValue: one), to: second, at: index)
    }
  }

  /// What stays is who it is and whether PM has announced its end, where its directory is, and what
  /// became of its faults.
  private mutating func swapSpaces(_ a: Int, _ b: Int) {
    let (first, second) = (spaces[a], spaces[b])
    spaces[a].takePlace(of: second)
    spaces[b].takePlace(of: first)
  }
}

extension AddressSpace {
  fileprivate mutating func takePlace(of other: AddressSpace) {
    regions = other.regions
    calls = other.calls
    hasDMA = other.hasDMA
  }
}

extension KernelGate {
  /// SYS_UPDATE.
  func update(_ source: Endpoint, _ destination: Endpoint) -> ResultCode {
    var message = Message(type: KernelCallNumber.update.messageType)
    message[endpoint: 8] = source
    message[endpoint: 12] = destination
    return kernelCall(&message)
  }
}
