import I386
import MinixABI

/// SYS_PRIVCTL: gives a process privileges, and takes them away.
///
/// Source: minix `kernel/system/do_privctl.c`; ABI 8.5.
extension Kernel {
  func privilegeControl(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    guard privileges[processes[caller].privilege].flags.contains(.systemProcess) else {
      return .reply(.eperm)
    }
    guard let slot = target(message.controlEndpoint, caller) else { return .reply(.einval) }
    guard let request = PrivilegeControl(rawValue: message.controlRequest) else {
      return .reply(.einval)
    }
    // A kernel task's privileges are nobody's to change.
    guard !slot.isKernelTask || request == .queryMemory else { return .reply(.eperm) }
    switch request {
    case .allow: return allow(slot)
    case .disallow: return disallow(slot)
    case .setSystem: return setSystem(slot, message, caller)
    case .setUser: return setUser(slot)
    case .addIO, .addMemory, .addIRQ: return addResource(request, slot, message, caller)
    case .queryMemory: return queryMemory(slot, message)
    }
  }

  /// Lets a process run that has a privilege structure.
  private func allow(_ slot: ProcessSlot) -> CallOutcome {
    guard processes[slot].rts.contains(.noPriv),
      privileges[processes[slot].privilege].owner != .none
    else { return .reply(.eperm) }
    processes.unset(.noPriv, on: slot)
    return .reply(.ok)
  }

  private func disallow(_ slot: ProcessSlot) -> CallOutcome {
    guard !processes[slot].rts.contains(.noPriv) else { return .reply(.eperm) }
    processes.set(.noPriv, on: slot)
    return .reply(.ok)
  }

  private func setUser(_ slot: ProcessSlot) -> CallOutcome {
    guard processes[slot].rts.contains(.noPriv) else { return .reply(.eperm) }
    releasePrivileges(of: slot)
    processes[slot].privilege = .user
    return .reply(.ok)
  }

  /// Gives a process a structure of its own: the defaults of a service, or what the caller has
  /// described. Nothing is changed by a request that is refused.
  private func setSystem(
    _ slot: ProcessSlot, _ message: Message, _ caller: ProcessSlot
  ) -> CallOutcome {
    guard processes[slot].rts.contains(.noPriv) else { return .reply(.eperm) }
    var request: PrivilegeRequest?
    if message.controlArgument != 0 {
      let address = LinearAddress(message.controlArgument)
      switch fetchBytes(of: caller, at: address, byteCount: PrivilegeRequest.byteCount) {
      case .failure(let fault): return outcome(of: fault, caller)
      case .success(let bytes):
        request = PrivilegeRequest(KernelImage(bytes: bytes))
        if request == nil { return .reply(.einval) }
      }
    }
    switch freeID(for: request) {
    case .failure(let refusal): return .reply(refusal.code)
    case .success(let id):
      releasePrivileges(of: slot)
      install(request, as: id, of: slot)
      return .reply(.ok)
    }
  }

  private struct PrivilegeRefusal: Error {
    var code: ResultCode
  }

  /// `get_priv`: a dynamic structure, or the static one that was asked for.
  private func freeID(
    for request: PrivilegeRequest?
  ) -> Result<PrivilegeID, PrivilegeRefusal> {
    guard let request, !request.flags.contains(.dynamicID) else {
      return privileges.firstFreeDynamicID().map { .success($0) }
        ?? .failure(PrivilegeRefusal(code: .enospc))
    }
    guard request.id >= 0, request.id <= Int16(PrivilegeID.user.rawValue) else {
      return .failure(PrivilegeRefusal(code: .einval))
    }
    let id = PrivilegeID(rawValue: Int8(request.id))
    guard privileges[id].owner == .none else {
      return .failure(PrivilegeRefusal(code: .ebusy))
    }
    return .success(id)
  }

  private func install(_ request: PrivilegeRequest?, as id: PrivilegeID, of slot: ProcessSlot) {
    // RS manages services' signals; where it is absent, PM does (ABI 17).
    let manager: Endpoint = processes.slot(of: .rs) == nil ? .pm : .rs
    privileges[id] = Privilege(
      owner: slot, flags: request?.flags ?? [.systemProcess, .preemptible, .dynamicID],
      trapMask: request?.trapMask ?? .all,
      kernelCallMask: request?.kernelCallMask ?? BootProcess.allKernelCalls,
      signalManager: request?.signalManager ?? manager)
    resources[Int(id.rawValue)] = request?.resources ?? PrivilegeResources()
    processes[slot].privilege = id
    privileges.setIPCTo(request?.ipcTo ?? ~PrivilegeID.user.bit, of: id)
  }

  /// Adds an I/O range, a memory range or an interrupt line, which are checked from then on.
  private func addResource(
    _ request: PrivilegeControl, _ slot: ProcessSlot, _ message: Message, _ caller: ProcessSlot
  ) -> CallOutcome {
    let id = processes[slot].privilege
    guard !processes[slot].rts.contains(.noPriv), privileges[id].flags.contains(.systemProcess)
    else { return .reply(.eperm) }
    let byteCount = request == .addIRQ ? 4 : ResourceRange.byteCount
    let address = LinearAddress(message.controlArgument)
    switch fetchBytes(of: caller, at: address, byteCount: byteCount) {
    case .failure(let fault): return outcome(of: fault, caller)
    case .success(let bytes):
      let image = KernelImage(bytes: bytes)
      return .reply(add(request, image, to: id))
    }
  }

  private func add(
    _ request: PrivilegeControl, _ image: KernelImage, to id: PrivilegeID
  ) -> ResultCode {
    var list = resources[Int(id.rawValue)]
    let flag: PrivilegeFlags
    switch request {
    case .addIO:
      guard list.ioRanges.count < PrivilegeResources.ioRangeCapacity else { return .enomem }
      list.ioRanges.append(ResourceRange(image))
      flag = .checksIOPort
    case .addMemory:
      guard list.memoryRanges.count < PrivilegeResources.memoryRangeCapacity else {
        return .enomem
      }
      list.memoryRanges.append(ResourceRange(image))
      flag = .checksMemory
    default:
      guard list.irqs.count < PrivilegeResources.irqCapacity else { return .enomem }
      list.irqs.append(image[int: 0])
      flag = .checksIRQ
    }
    resources[Int(id.rawValue)] = list
    privileges[id].flags.insert(flag)
    return .ok
  }

  /// Whether a range of physical memory lies in one of those that a process may have.
  private func queryMemory(_ slot: ProcessSlot, _ message: Message) -> CallOutcome {
    let id = processes[slot].privilege
    let (start, byteCount) = (message[word: 20], message[word: 24])
    let last = start &+ byteCount &- 1
    guard last >= start, privileges[id].flags.contains(.systemProcess),
      resources[Int(id.rawValue)].memoryRanges.contains(where: { $0.contains(start, through: last) }
      )
    else { return .reply(.eperm) }
    return .reply(.ok)
  }
}
