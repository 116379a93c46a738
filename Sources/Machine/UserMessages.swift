public import I386
public import MinixABI

/// Messages of processes, where they nearly always lie: within a page of RAM that the process may use.
/// Everything else is for whoever looks closer.
extension PageTables {
  /// Fetches a message.
  ///
  /// - Returns: nil where it lies elsewhere.
  @inlinable @inline(__always)
  public func fetchMessage(at address: LinearAddress, in directory: PhysicalAddress) -> Message? {
    guard let place = place(of: address, in: directory, PageEntryBits.user) else { return nil }
    return memory.load(Message.self, at: place)
  }

  /// Stores a message.
  ///
  /// - Returns: false, and nothing has changed, where it would lie elsewhere.
  @inlinable @inline(__always)
  public func put(
    _ message: Message, at address: LinearAddress, in directory: PhysicalAddress
  ) -> Bool {
    let rights = PageEntryBits.user | PageEntryBits.writable
    guard let place = place(of: address, in: directory, rights) else { return false }
    return memory.store(message, at: place)
  }

  /// - Parameter rights: bits that both entries must have, besides P.
  @inlinable @inline(__always)
  func place(
    of address: LinearAddress, in directory: PhysicalAddress, _ rights: UInt32
  ) -> PhysicalAddress? {
    let needed = rights | PageEntryBits.present
    guard address.rawValue < AddressSpaceLayout.userEnd,
      address.pageOffset <= AddressSpaceLayout.pageByteCount - UInt32(Message.byteCount),
      let first = memory.arenaEntry(at: directory + address.directoryIndex * 4),
      first & (needed | PageEntryBits.pageSize) == needed,
      let second = memory.arenaEntry(at: PhysicalAddress(first & ~0xFFF | address.tableIndex * 4)),
      second & needed == needed
    else { return nil }
    let place = PhysicalAddress(second & ~0xFFF | address.pageOffset)
    return memory.isRAM(place, byteCount: UInt32(Message.byteCount)) ? place : nil
  }
}
