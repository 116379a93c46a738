import I386
import Machine
import MinixABI

/// One side of a copy.
enum CopySide {
  /// A process's memory, as ring 3 sees it.
  case process(ProcessSlot, LinearAddress)
  /// Guest-physical memory, as far as a process may have it.
  case physical(PhysicalAddress, for: ProcessSlot)
  /// The kernel's own bytes.
  case kernel(KernelBuffer)
}

/// Why a copy did not happen.
enum CopyFault: Error {
  /// VM can perhaps make the range accessible.
  case memory(MemoryFault, isSource: Bool)
  /// No such memory, whoever asks.
  case invalid
}

extension Kernel {
  /// `lin_lin_copy`: copies page by page between processes, resident servers, physical memory and
  /// the kernel.
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

  /// Copies a range of a process to the kernel.
  func fetchBytes(
    of slot: ProcessSlot, at address: LinearAddress, byteCount: UInt32
  ) -> Result<[UInt8], CopyFault> {
    let side = CopySide.process(slot, address)
    // Before the buffer is allocated: the length is the caller's.
    if let fault = accessFault(side, byteCount, isWrite: false) { return .failure(fault) }
    let buffer = KernelBuffer(byteCount: Int(byteCount))
    return copy(from: side, to: .kernel(buffer), byteCount: byteCount).map { buffer.bytes }
  }

  /// Copies the kernel's bytes to a process.
  func storeBytes(
    _ bytes: [UInt8], of slot: ProcessSlot, at address: LinearAddress
  ) -> Result<Void, CopyFault> {
    copy(
      from: .kernel(KernelBuffer(bytes)), to: .process(slot, address),
      byteCount: UInt32(bytes.count))
  }

  /// What becomes of a kernel call whose copy has ended so: done, or suspended until VM has made the
  /// range accessible, or refused.
  ///
  /// - Parameter refusal: the error when nobody can make it so.
  func outcome(
    of copied: Result<Void, CopyFault>, _ caller: ProcessSlot, refusal: ResultCode = .efault
  ) -> CallOutcome {
    switch copied {
    case .success: .reply(.ok)
    case .failure(let fault): outcome(of: fault, caller, refusal: refusal)
    }
  }

  func outcome(
    of fault: CopyFault, _ caller: ProcessSlot, refusal: ResultCode = .efault
  ) -> CallOutcome {
    // VM can't wait for itself.
    guard case .memory(var fault, _) = fault, mayHelp(fault), processes[caller].endpoint != .vm
    else { return .reply(refusal) }
    fault.refusal = refusal
    return .suspended(fault)
  }

  /// Why a whole range cannot be accessed, if so.
  func accessFault(_ side: CopySide, _ byteCount: UInt32, isWrite: Bool) -> CopyFault? {
    switch side {
    case .kernel(let buffer):
      return buffer.contains(0, byteCount: byteCount) ? nil : .invalid
    case .physical(let address, let slot):
      return isMemory(address, byteCount: byteCount, for: slot) ? nil : .invalid
    case .process(let slot, let start):
      if processes[slot].isResident {
        let memory = residentMemories[slot.rawValue]
        return memory?.offset(of: start, byteCount: byteCount) == nil ? .invalid : nil
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
    case .physical(let address, _): 4096 - ((address.rawValue &+ done) & 0xFFF)
    case .process(_, let address): 4096 - (address + done).pageOffset
    case .kernel: 4096
    }
  }

  private func copyStep(
    _ source: CopySide, _ destination: CopySide, at done: UInt32, byteCount: UInt32
  ) -> Bool {
    let to = place(destination, done, isWrite: true)
    if case .guest(let address) = to, !memory.isRAM(address, byteCount: byteCount) {
      tables.willOverwrite(address, byteCount: byteCount)
    }
    switch (place(source, done, isWrite: false), to) {
    case (.guest(let from), .guest(let to)):
      return memory.copy(from: from, to: to, byteCount: Int(byteCount))
    case (.guest(let from), .host(let buffer, let offset)):
      return buffer.withBytes(at: offset, byteCount: byteCount) { bytes in
        memory.read(from, into: &bytes)
      }
    case (.host(let buffer, let offset), .guest(let to)):
      return buffer.withBytes(at: offset, byteCount: byteCount) { bytes in
        memory.write(bytes.bytes, at: to)
      }
    case (.host(let source, let start), .host(let destination, let offset)):
      destination.replace(at: offset, byteCount: byteCount, by: source, at: start)
      return true
    default:
      return false
    }
  }

  private enum Place {
    case guest(PhysicalAddress)
    case host(KernelBuffer, Int)
    case none
  }

  private func place(_ side: CopySide, _ done: UInt32, isWrite: Bool) -> Place {
    switch side {
    case .kernel(let buffer): return .host(buffer, Int(done))
    case .physical(let address, _): return .guest(address + done)
    case .process(let slot, let address):
      if processes[slot].isResident {
        guard let memory = residentMemories[slot.rawValue],
          let offset = memory.offset(of: address + done, byteCount: 1)
        else { return .none }
        return .host(memory.buffer, offset)
      }
      return translate(address + done, of: slot, isWrite: isWrite).map { .guest($0) } ?? .none
    }
  }
}
