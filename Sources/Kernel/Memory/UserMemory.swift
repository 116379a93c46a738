import I386
import Machine
import MinixABI

/// A place that a process cannot reach: what a memory request to VM is about.
struct MemoryFault: Error, Equatable {
  /// Whose memory.
  var process: ProcessSlot
  /// The whole range that was asked for.
  var start: LinearAddress
  var byteCount: UInt32
  var isWrite: Bool
  /// What a kernel call answers if VM doesn't help either.
  var refusal = ResultCode.efault
}

/// How the kernel reaches the memory of processes: by a walk of their page tables, page by page.
/// Nothing is mapped behind VM's back; what is missing is a ``MemoryFault``.
extension Kernel {
  /// Whether `[address, address + byteCount)` is memory that a process may have: RAM, and for VM the
  /// arena of page tables too. The stub is nobody's.
  @inline(__always)
  func isMemory(_ address: PhysicalAddress, byteCount: UInt32, for slot: ProcessSlot) -> Bool {
    if memory.isRAM(address, byteCount: byteCount) { return true }
    return processes[slot].endpoint == .vm && GuestMemory.isArena(address, byteCount: byteCount)
  }

  /// Where a byte of a process lies for an access, if it is there.
  @inline(__always)
  func translate(
    _ address: LinearAddress, of slot: ProcessSlot, isWrite: Bool
  ) -> PhysicalAddress? {
    let directory = processes[slot].directory
    guard address.rawValue < AddressSpaceLayout.userEnd, directory.rawValue != 0,
      case .mapped(let physical) = tables.translate(address, in: directory, isWrite: isWrite),
      isMemory(physical, byteCount: 1, for: slot)
    else { return nil }
    return physical
  }

  /// Fetches the 36 bytes of a message from ring 3.
  func fetchMessage(
    of slot: ProcessSlot, at address: LinearAddress
  ) -> Result<Message, MemoryFault> {
    var message = Message()
    if let fault = fetchMessage(of: slot, at: address, into: &message) { return .failure(fault) }
    return .success(message)
  }

  /// - Returns: nil if the message is there now.
  func fetchMessage(
    of slot: ProcessSlot, at address: LinearAddress, into message: inout Message
  ) -> MemoryFault? {
    if AddressSpaceLayout.isUserRange(address.rawValue, byteCount: 36) {
      if address.pageOffset <= 4096 - 36 {
        if let place = translate(address, of: slot, isWrite: false),
          let whole = memory.load(Message.self, at: place)
        {
          message = whole
          return nil
        }
      } else if fetchWords(of: slot, at: address, into: &message) {
        return nil
      }
    }
    return MemoryFault(process: slot, start: address, byteCount: 36, isWrite: false)
  }

  /// A message that lies across two pages.
  private func fetchWords(
    of slot: ProcessSlot, at address: LinearAddress, into message: inout Message
  ) -> Bool {
    for index in 0..<9 {
      guard let word = fetchWord(of: slot, at: address + UInt32(index * 4)) else { return false }
      message.words[index] = word
    }
    return true
  }

  /// A word of a process at any address, or nil if it is not all there.
  func fetchWord(of slot: ProcessSlot, at address: LinearAddress) -> UInt32? {
    var word: UInt32 = 0
    for index in 0..<UInt32(4) {
      guard let place = translate(address + index, of: slot, isWrite: false),
        let byte = memory.load(UInt8.self, at: place)
      else { return nil }
      word |= UInt32(byte) << (8 * index)
    }
    return word
  }

  /// Stores a word at any address, as far as it is there and writable.
  func storeWord(_ word: UInt32, of slot: ProcessSlot, at address: LinearAddress) {
    for index in 0..<UInt32(4) {
      guard let place = translate(address + index, of: slot, isWrite: true) else { return }
      memory.store(UInt8(truncatingIfNeeded: word >> (8 * index)), at: place)
    }
  }

  /// Stores a message into ring 3's memory.
  ///
  /// - Returns: nil if it is there now.
  func storeMessage(
    _ message: Message, of slot: ProcessSlot, at address: LinearAddress
  ) -> MemoryFault? {
    if AddressSpaceLayout.isUserRange(address.rawValue, byteCount: 36),
      let first = translate(address, of: slot, isWrite: true)
    {
      if address.pageOffset <= 4096 - 36 {
        if memory.store(message, at: first) { return nil }
      } else if let last = translate(address + 35, of: slot, isWrite: true) {
        storeBytes(message, at: first, last, split: 4096 - address.pageOffset)
        return nil
      }
    }
    return MemoryFault(process: slot, start: address, byteCount: 36, isWrite: true)
  }

  /// A message across two pages, both of which are there and writable: nothing is left half done.
  private func storeBytes(
    _ message: Message, at first: PhysicalAddress, _ last: PhysicalAddress, split: UInt32
  ) {
    for index in 0..<UInt32(36) {
      let word = message.words[Int(index / 4)]
      let byte = UInt8(truncatingIfNeeded: word >> (8 * (index % 4)))
      let place = index < split ? first + index : last.frameStart + (index - split)
      memory.store(byte, at: place)
    }
  }
}
