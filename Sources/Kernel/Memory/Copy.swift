import I386
import Machine
import MinixABI

/// One side of a copy.
enum CopySide {
  /// A process's memory, as ring 3 sees it.
  case process(ProcessSlot, LinearAddress)
  /// Guest-physical memory.
  case physical(PhysicalAddress)
}

/// Why a copy did not happen.
enum CopyFault: Error {
  /// VM can perhaps make the range accessible.
  case memory(MemoryFault, isSource: Bool)
  /// No such memory, whoever asks.
  case invalid
}

extension Kernel {
  /// `lin_lin_copy`: copies page by page between processes, resident servers and physical memory.
  ///
  /// Both ranges are walked before the first byte is written, so a copy that must wait for VM has
  /// done nothing yet.
  ///
  /// Source: minix `kernel/arch/i386/memory.c`; ABI 8.2.
  func copy(
    from source: CopySide, to destination: CopySide, byteCount: UInt32
  ) -> Result<Void, CopyFault> {
    if let fault = accessFault(source, byteCount, isWrite: false) { return .failure(fault) }
    if let fault = accessFault(destination, byteCount, isWrite: true) { return .failure(fault) }
    var done: UInt32 = 0
    while done < byteCount {
      let step = min(
        byteCount - done, bytesToPageEnd(source, done), bytesToPageEnd(destination, done))
      guard copyStep(source, destination, at: done, byteCount: step) else {
        return .failure(.invalid)
      }
      done += step
    }
    return .success(())
  }

  /// Why a whole range cannot be accessed, if so.
  private func accessFault(_ side: CopySide, _ byteCount: UInt32, isWrite: Bool) -> CopyFault? {
    switch side {
    case .physical(let address):
      return memory.isRAM(address, byteCount: byteCount) ? nil : .invalid
    case .process(let slot, let start):
      if processes[slot].isResident {
        let isInside = residentMemories[slot.rawValue]?.contains(start, byteCount: byteCount)
        return isInside == true ? nil : .invalid
      }
      guard AddressSpaceLayout.isUserRange(start.rawValue, byteCount: byteCount) else {
        return .invalid
      }
      var page = start.pageStart.rawValue
      let end = start.rawValue &+ byteCount
      while page < end {
        if translate(LinearAddress(page), of: slot, isWrite: isWrite) == nil {
          return .memory(
            MemoryFault(process: slot, start: start, byteCount: byteCount, isWrite: isWrite),
            isSource: !isWrite)
        }
        page += 4096
      }
      return nil
    }
  }

  private func bytesToPageEnd(_ side: CopySide, _ done: UInt32) -> UInt32 {
    switch side {
    case .physical(let address): 4096 - ((address.rawValue &+ done) & 0xFFF)
    case .process(_, let address): 4096 - (address + done).pageOffset
    }
  }

  private func copyStep(
    _ source: CopySide, _ destination: CopySide, at done: UInt32, byteCount: UInt32
  ) -> Bool {
    switch (place(source, done, isWrite: false), place(destination, done, isWrite: true)) {
    case (.guest(let from), .guest(let to)):
      return memory.copy(from: from, to: to, byteCount: Int(byteCount))
    case (.guest(let from), .resident(let server, let offset)):
      return server.withBytes(at: offset, byteCount: byteCount) { bytes in
        memory.read(from, into: &bytes)
      }
    case (.resident(let server, let offset), .guest(let to)):
      return server.withBytes(at: offset, byteCount: byteCount) { bytes in
        memory.write(bytes.bytes, at: to)
      }
    default:
      return false
    }
  }

  private enum Place {
    case guest(PhysicalAddress)
    case resident(ResidentMemory, LinearAddress)
    case none
  }

  private func place(_ side: CopySide, _ done: UInt32, isWrite: Bool) -> Place {
    switch side {
    case .physical(let address): return .guest(address + done)
    case .process(let slot, let address):
      if processes[slot].isResident {
        return residentMemories[slot.rawValue].map { .resident($0, address + done) } ?? .none
      }
      return translate(address + done, of: slot, isWrite: isWrite).map { .guest($0) } ?? .none
    }
  }
}
