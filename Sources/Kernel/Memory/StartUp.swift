import I386
import Machine
import MinixABI

/// What VM and the kernel have agreed upon at the start.
struct PagingStart {
  /// Whether VMCTL_ENABLE_PAGING has been called: before, a page fault is the end.
  var isEnabled = false
  /// Where the kernel's page will be, as VMCTL_KERN_MAP_REPLY said.
  var promisedPage: LinearAddress?
  /// Where it is, once paging is on.
  var page: LinearAddress?
}

/// The kernel's side of VM's start-up handshake.
///
/// MINIX's kernel may want the registers of the local APIC mapped. Ours wants a page of its own,
/// whatever the machine: the clock page, see `ClockPage.swift`.
///
/// Source: minix `kernel/arch/i386/memory.c`, `arch_phys_map`, `arch_phys_map_reply`,
/// `arch_enable_paging`; ABI 6 and 10.6.
extension Kernel {
  /// VMCTL_KERN_PHYSMAP: what the kernel wants mapped; EINVAL for an index beyond the last.
  func kernelPhysicalMap(_ message: inout Message) -> CallOutcome {
    guard message.vmControlValue == 0 else { return .reply(.einval) }
    message[word: 8] = 0
    message[word: 20] = GuestMemory.kernelPage.rawValue
    message[word: 24] = AddressSpaceLayout.pageByteCount
    return .reply(.ok)
  }

  /// VMCTL_KERN_MAP_REPLY: where that will be, among the kernel's own addresses. It counts from
  /// VMCTL_ENABLE_PAGING on, and a later one not at all.
  func kernelMapReply(_ message: Message) -> CallOutcome {
    let address = LinearAddress(message[word: 20])
    guard message.vmControlValue == 0, address.pageOffset == 0,
      address.rawValue >= AddressSpaceLayout.kernelMappings
    else { return .reply(.einval) }
    if !paging.isEnabled { paging.promisedPage = address }
    return .reply(.ok)
  }

  /// VMCTL_I386_FREEPDE: the kernel reaches all memory without windows, and takes none.
  func freeDirectoryEntry(_ index: UInt32) -> CallOutcome {
    .reply(index < 1024 ? .ok : .einval)
  }

  /// VMCTL_I386_PAGEDIRS: where slot 0's page directory is, and the others behind it. The kernel's
  /// window shows the whole arena at its physical addresses.
  func pageDirectories(_ address: UInt32) -> CallOutcome {
    .reply(GuestMemory.isArenaPage(PhysicalAddress(address)) ? .ok : .einval)
  }

  /// VMCTL_I386_KERNELLIMIT: a flat kernel's limit is as high as can be; one at its base is none.
  func kernelLimit(_ limit: UInt32) -> CallOutcome { .reply(limit > 0 ? .ok : .einval) }

  /// VMCTL_ENABLE_PAGING: takes VM's segment map and the clock page's address. From now on page faults
  /// go to VM.
  func enablePaging(_ argument: UInt32, of slot: ProcessSlot, _ caller: ProcessSlot) -> CallOutcome
  {
    guard processes[slot].endpoint == .vm, processes[slot].directory.rawValue != 0,
      !paging.isEnabled
    else { return .reply(.einval) }
    let map: SegmentMap
    switch fetchPagingArgument(of: caller, at: argument) {
    case .failure(let refusal): return refusal.outcome
    case .success(let fetched): map = fetched
    }
    guard let page = paging.promisedPage, isKernelPage(page, in: processes[slot].directory) else {
      return .reply(.einval)
    }
    processes[slot].segments = map
    paging.page = page
    paging.isEnabled = true
    updateClockPage()
    return .reply(.ok)
  }

  /// `struct paging_desc`: a pointer to the segment map, and the kernel's limit.
  private func fetchPagingArgument(
    of caller: ProcessSlot, at address: UInt32
  ) -> Result<SegmentMap, CallRefusal> {
    let words: KernelImage
    switch fetchBytes(of: caller, at: LinearAddress(address), byteCount: 8) {
    case .failure(let fault): return .failure(CallRefusal(outcome: refuse(fault, caller)))
    case .success(let bytes): words = KernelImage(bytes: bytes)
    }
    guard words[word: 4] > 0 else { return .failure(CallRefusal(outcome: .reply(.einval))) }
    switch fetchSegmentMap(of: caller, at: words[word: 0]) {
    case .failure(let fault): return .failure(CallRefusal(outcome: refuse(fault, caller)))
    case .success(let map): return .success(map)
    }
  }

  /// A copy that goes without VM's help, if the caller is VM: a page that isn't there is EFAULT_SRC.
  private func refuse(_ fault: CopyFault, _ caller: ProcessSlot) -> CallOutcome {
    guard case .memory = fault else { return .reply(.efault) }
    return outcome(of: fault, caller, refusal: .efaultSource)
  }
}

/// Why a call ends before it has done anything.
private struct CallRefusal: Error {
  var outcome: CallOutcome
}
