import I386
import Machine
import MinixABI

extension Kernel {
  /// SYS_VMCTL: what VM, and whoever else may, asks of the kernel about paging.
  ///
  /// Source: minix `kernel/system/do_vmctl.c`, `kernel/arch/i386/do_vmctl.c`; ABI 6.
  func vmControl(_ message: inout Message, _ caller: ProcessSlot) -> CallOutcome {
    guard let slot = target(message.vmControlWho, caller) else { return .reply(.einval) }
    let parameter = message.vmControlParameter
    if parameter == VMControl.clearPageFault.rawValue { return clearPageFault(slot) }
    switch VMControl(rawValue: parameter) {
    case .getPageFault: return getPageFault(&message)
    case .setCR3:
      return setDirectory(PhysicalAddress(message.vmControlValue), of: slot, by: caller)
    case .getCR3:
      message.vmControlValue = processes[slot].directory.rawValue
      return .reply(.ok)
    case .memoryRequestGet: return memoryRequestGet(&message)
    case .memoryRequestReply:
      return memoryRequestReply(
        slot, ResultCode(rawValue: Int32(bitPattern: message.vmControlValue)))
    case .incrementStackPointer:
      processes[slot].frame.esp &+= message.vmControlValue
      return .reply(.ok)
    case .flushTLB:
      tables.reloadDirectory()
      return .reply(.ok)
    case .kernelPhysicalMap: return kernelPhysicalMap(&message)
    case .kernelMapReply: return kernelMapReply(message)
    case .freePDE: return freeDirectoryEntry(message.vmControlValue)
    case .pageDirectories: return pageDirectories(message.vmControlValue)
    case .kernelLimit: return kernelLimit(message.vmControlValue)
    case .enablePaging: return enablePaging(message.vmControlValue, of: slot, caller)
    case .clearPageFault, .noPageZero, .invalidatePage, nil: return .reply(.einval)
    }
  }

  /// VMCTL_CLEAR_PAGEFAULT: lets a process go that VM has dealt with.
  @inline(__always)
  private func clearPageFault(_ slot: ProcessSlot) -> CallOutcome {
    let entry = processes.entry(slot)
    guard entry.process.rts.contains(.pageFault) else { return .reply(.einval) }
    processes.unset(.pageFault, on: entry)
    return .reply(.ok)
  }

  /// VMCTL_I386_SETCR3: gives a process its page table, or takes it away. A directory lies in the
  /// arena, has the kernel's page where the kernel expects it, and gets the stub's entries, or the
  /// guest could not be left again. VM can't lose its own once paging is on.
  ///
  /// The call is VM's alone: whoever could name any page of the arena could make a page table a
  /// directory, and its own memory page tables.
  private func setDirectory(
    _ directory: PhysicalAddress, of slot: ProcessSlot, by caller: ProcessSlot
  ) -> CallOutcome {
    guard processes[caller].endpoint == .vm else { return .reply(.einval) }
    if directory.rawValue == 0 {
      guard processes[slot].endpoint != .vm || !paging.isEnabled else { return .reply(.einval) }
      processes[slot].misc.remove(.fullVM)
    } else {
      guard GuestMemory.isArenaPage(directory),
        paging.page.map({ isKernelPage($0, in: directory) }) ?? true
      else { return .reply(.einval) }
      tables.installStubMappings(in: directory)
      processes[slot].misc.insert(.fullVM)
    }
    processes[slot].directory = directory
    processes.unset(.vmInhibit, on: slot)
    return .reply(.ok)
  }

  /// VMCTL_MEMREQ_GET: the request that came last, or ESRCH when there is none.
  private func memoryRequestGet(_ message: inout Message) -> CallOutcome {
    let slot = memoryRequests
    guard slot != .none else { return .reply(.esrch) }
    let request = processes[slot].request
    memoryRequests = request.next
    processes[slot].request.next = .none
    processes[slot].request.result = .vmSuspend
    message[endpoint: 8] = request.target
    message[word: 12] = request.start.rawValue
    message[word: 16] = request.byteCount
    message[endpoint: 28] = processes[slot].endpoint
    message[short: 32] = request.isWrite ? 1 : 0
    if request.type != .check {
      message[endpoint: 20] = request.source
      message[word: 24] = request.sourceStart.rawValue
      releaseTarget(of: request)
    }
    return .reply(ResultCode(rawValue: request.type.rawValue))
  }

  /// VMCTL_MEMREQ_REPLY: VM's answer; the requestor goes on, or fails, when it is next picked.
  private func memoryRequestReply(_ slot: ProcessSlot, _ result: ResultCode) -> CallOutcome {
    guard processes[slot].rts.contains(.vmRequest), processes[slot].request.result == .vmSuspend,
      result != .vmSuspend
    else { return .reply(.einval) }
    processes[slot].request.result = result
    let kind = processes[slot].request.kind
    if kind == .kernelCall || kind == .trap { processes[slot].misc.insert(.kernelCallResume) }
    processes.unset(.vmRequest, on: slot)
    // A message that waited for memory may have been given up since.
    if kind == .deliverMessage, !processes[slot].misc.contains(.deliverMessage) {
      processes[slot].request.kind = .none
    }
    if kind == .receive {
      processes[slot].request.kind = .none
      receiveAgain(slot, result)
    }
    return .reply(.ok)
  }
}
