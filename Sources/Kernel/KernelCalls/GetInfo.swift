import I386
import Machine
import MinixABI

extension Kernel {
  /// SYS_GETINFO: copies one of the kernel's tables to the caller.
  ///
  /// Source: minix `kernel/system/do_getinfo.c`; ABI 8.8.
  func getInfo(_ message: inout Message, _ caller: ProcessSlot) -> CallOutcome {
    guard let request = InformationRequest(rawValue: message[int: 16]) else {
      return .reply(.einval)
    }
    if request == .whoAmI { return whoAmI(&message, caller) }
    let image: KernelImage
    switch information(request, about: message[int: 12], caller) {
    case .failure(let refusal): return .reply(refusal.code)
    case .success(let found): image = found
    }
    let room = message[int: 8]
    guard room <= 0 || image.bytes.count <= Int(room) else { return .reply(.e2big) }
    let place = LinearAddress(message[word: 24])
    return outcome(of: storeBytes(image.bytes, of: caller, at: place), caller)
  }

  /// GET_WHOAMI: the reply is in the message.
  private func whoAmI(_ message: inout Message, _ caller: ProcessSlot) -> CallOutcome {
    message[endpoint: 8] = processes[caller].endpoint
    let name = processes[caller].name.bytes
    for word in 0..<2 {
      message[word: 20 + 4 * word] = (0..<4).reduce(0) { sum, byte in
        sum | UInt32(name[4 * word + byte]) << UInt32(8 * byte)
      }
    }
    return .reply(.ok)
  }

  /// What is copied.
  ///
  /// - Parameter number: which process, bin or entry of the boot table, for a request that asks for one.
  private func information(
    _ request: InformationRequest, about number: Int32, _ caller: ProcessSlot
  ) -> Result<KernelImage, CopyRefusal> {
    switch request {
    case .process, .privilege: return information(request, of: number, caller)
    case .kernelInfo:
      return .success(KernelInfoImage(processCapacity: processes.capacity).image)
    case .bootTable: return .success(BootTableImage.image)
    case .processTable:
      let entries = processes.allSlots.map { ProcessImage(processes[$0], delivery).image }
      return .success(KernelImage.array(of: entries))
    case .privilegeTable:
      return .success(KernelImage.array(of: PrivilegeTable.allIDs.map { privilegeImage($0) }))
    case .bootParameters:
      return .success(BootParameters.image(memoryByteCount: memory.ramByteCount))
    case .kernelMessages: return .success(messages.image)
    case .load: return .success(load.image)
    case .ticksPerSecond:
      var image = KernelImage(byteCount: 4)
      image[word: 0] = ClockRate.ticksPerSecond
      return .success(image)
    case .randomnessBin:
      // No bin is ever full: there is no source.
      let isBin = number >= 0 && number < Int32(EmptyTables.randomSourceCount)
      return .failure(CopyRefusal(code: isBin ? .enoent : .einval))
    case .executableHeader:
      guard number >= 0, number < Int32(BootTableImage.count) else {
        return .failure(CopyRefusal(code: .einval))
      }
      return .success(BootTableImage.executableHeader)
    case .randomness: return .success(EmptyTables.randomness)
    case .interruptHooks: return .success(InterruptHooks.image(of: irqHooks))
    case .interruptActivity: return .success(EmptyTables.interruptActivity)
    case .machine: return .success(MachineImage.image)
    case .lockTiming: return .success(EmptyTables.lockTiming)
    case .idleCycles: return .success(EmptyTables.idleCycles)
    case .whoAmI: return .failure(CopyRefusal(code: .einval))
    }
  }

  /// GET_PROC and GET_PRIV, for one process.
  private func information(
    _ request: InformationRequest, of number: Int32, _ caller: ProcessSlot
  ) -> Result<KernelImage, CopyRefusal> {
    guard let slot = target(Endpoint(rawValue: number), caller) else {
      return .failure(CopyRefusal(code: .einval))
    }
    if request == .process { return .success(ProcessImage(processes[slot], delivery).image) }
    return .success(privilegeImage(processes[slot].privilege))
  }

  private func privilegeImage(_ id: PrivilegeID) -> KernelImage {
    PrivilegeImage(privileges[id], resources[Int(id.rawValue)], id: id).image
  }
}
