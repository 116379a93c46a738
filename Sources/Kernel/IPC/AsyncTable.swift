import I386
import Machine
import MinixABI

/// `s_asyntab` and `s_asynsize`: the SENDA table that a process has registered, if any.
struct AsyncTable: BitwiseCopyable {
  var start = LinearAddress(0)
  /// Entries; 0 for no table.
  var count: UInt32 = 0
}

/// One entry, as the kernel has read it.
struct AsyncEntry {
  var address: LinearAddress
  var flags: AsyncMessageFlags
  var destination: Endpoint
}

/// How the kernel reads and marks an entry of somebody's SENDA table. What is not there is a
/// ``MemoryFault``: VM is asked where MINIX gave up (ABI 13.12).
extension Kernel {
  /// Reads the flags first: an empty entry is nothing but its flags.
  func asyncEntry(_ index: UInt32, of table: AsyncTable, in slot: ProcessSlot)
    -> Result<AsyncEntry, MemoryFault>
  {
    let address = table.start + index * AsyncMessageLayout.byteCount
    guard let flags = fetchWord(of: slot, at: address) else {
      return .failure(
        MemoryFault(process: slot, start: address, byteCount: 4, isWrite: false))
    }
    guard flags != 0 else {
      return .success(AsyncEntry(address: address, flags: [], destination: .none))
    }
    let place = address + AsyncMessageLayout.destinationOffset
    guard let destination = fetchWord(of: slot, at: place) else {
      return .failure(entryFault(address, of: slot, isWrite: false))
    }
    return .success(
      AsyncEntry(
        address: address, flags: AsyncMessageFlags(rawValue: flags),
        destination: Endpoint(rawValue: Int32(bitPattern: destination))))
  }

  /// The message of an entry that can also be marked: nothing may be delivered twice.
  func asyncMessage(
    of entry: AsyncEntry, in slot: ProcessSlot
  ) -> Result<Message, MemoryFault> {
    if let fault = markFault(entry, of: slot) { return .failure(fault) }
    return fetchMessage(of: slot, at: entry.address + AsyncMessageLayout.messageOffset)
      .mapError { _ in entryFault(entry.address, of: slot, isWrite: false) }
  }

  /// Writes an entry's result, then its flags with AMF_DONE.
  func finish(
    _ entry: AsyncEntry, of slot: ProcessSlot, _ result: ResultCode
  ) -> Result<Void, MemoryFault> {
    if let fault = markFault(entry, of: slot) { return .failure(fault) }
    let resultPlace = entry.address + AsyncMessageLayout.resultOffset
    storeWord(UInt32(bitPattern: result.rawValue), of: slot, at: resultPlace)
    storeWord(entry.flags.union(.done).rawValue, of: slot, at: entry.address)
    return .success(())
  }

  private func markFault(_ entry: AsyncEntry, of slot: ProcessSlot) -> MemoryFault? {
    let last = entry.address + (AsyncMessageLayout.messageOffset - 1)
    if translate(entry.address, of: slot, isWrite: true) != nil,
      translate(last, of: slot, isWrite: true) != nil
    {
      return nil
    }
    return entryFault(entry.address, of: slot, isWrite: true)
  }

  private func entryFault(
    _ address: LinearAddress, of slot: ProcessSlot, isWrite: Bool
  ) -> MemoryFault {
    MemoryFault(
      process: slot, start: address, byteCount: AsyncMessageLayout.byteCount, isWrite: isWrite)
  }
}
