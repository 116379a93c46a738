import I386
import Machine
import MinixABI

/// How small structures (segment maps, signal contexts, privilege structures) get from a process to
/// the kernel and back: whole or not at all.
extension Kernel {
  /// Copies a range of a process to the kernel.
  func fetchBytes(
    of slot: ProcessSlot, at address: LinearAddress, byteCount: UInt32
  ) -> Result<[UInt8], CopyFault> {
    if processes[slot].isResident {
      guard let memory = residentMemories[slot.rawValue],
        memory.contains(address, byteCount: byteCount)
      else { return .failure(.invalid) }
      return .success(memory.bytes(at: address, byteCount: byteCount))
    }
    if let fault = byteFault(of: slot, at: address, byteCount, isWrite: false) {
      return .failure(fault)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(byteCount))
    for index in 0..<byteCount {
      guard let place = translate(address + index, of: slot, isWrite: false),
        let byte = memory.load(UInt8.self, at: place)
      else { return .failure(.invalid) }
      bytes.append(byte)
    }
    return .success(bytes)
  }

  /// Copies the kernel's bytes to a process.
  func storeBytes(
    _ bytes: [UInt8], of slot: ProcessSlot, at address: LinearAddress
  ) -> Result<Void, CopyFault> {
    let byteCount = UInt32(bytes.count)
    if processes[slot].isResident {
      guard let memory = residentMemories[slot.rawValue],
        memory.contains(address, byteCount: byteCount)
      else { return .failure(.invalid) }
      memory.store(bytes, at: address)
      return .success(())
    }
    if let fault = byteFault(of: slot, at: address, byteCount, isWrite: true) {
      return .failure(fault)
    }
    for (index, byte) in bytes.enumerated() {
      guard let place = translate(address + UInt32(index), of: slot, isWrite: true) else {
        return .failure(.invalid)
      }
      memory.store(byte, at: place)
    }
    return .success(())
  }

  /// What a kernel call answers when a copy has failed: it waits for VM, or gives up.
  func outcome(
    of fault: CopyFault, _ caller: ProcessSlot, refusal: ResultCode = .efault
  ) -> CallOutcome {
    // VM can't wait for itself.
    guard case .memory(let fault, _) = fault, mayHelp(fault), processes[caller].endpoint != .vm
    else { return .reply(refusal) }
    return .suspended(fault)
  }

  private func byteFault(
    of slot: ProcessSlot, at start: LinearAddress, _ byteCount: UInt32, isWrite: Bool
  ) -> CopyFault? {
    guard AddressSpaceLayout.isUserRange(start.rawValue, byteCount: byteCount) else {
      return .invalid
    }
    var page = start.pageStart.rawValue
    while page < start.rawValue &+ byteCount {
      if translate(LinearAddress(page), of: slot, isWrite: isWrite) == nil {
        let fault = MemoryFault(
          process: slot, start: start, byteCount: byteCount, isWrite: isWrite)
        return .memory(fault, isSource: !isWrite)
      }
      page += 4096
    }
    return nil
  }
}
