import I386
import Machine
import MinixABI

/// A process-table entry as GET_PROC and GET_PROCTAB hand it out (`struct proc`).
///
/// Source: minix `kernel/proc.h`, `include/minix/sys_config.h`; ABI 15.1 and 15.2, 17 for the segments.
struct ProcessImage {
  private(set) var image: KernelImage
  private let delivery: FaultDelivery

  init(_ process: Process, _ delivery: FaultDelivery) {
    self.delivery = delivery
    image = KernelImage(byteCount: delivery.processByteCount)
    storeRegisters(process.frame)
    image[word: 600] = process.directory.rawValue  // p_seg.p_cr3
    image[int: 644] = process.slot.rawValue  // p_nr
    image[word: 648] = KernelAddress.of(process.privilege)  // p_priv
    image[short: 652] = process.rts.rawValue  // p_rts_flags
    image[short: 654] = process.misc.rawValue  // p_misc_flags
    image[byte: 656] = UInt8(bitPattern: process.priority)  // p_priority
    image[byte: 657] = UInt8(bitPattern: process.ticksLeft)  // p_ticks_left
    image[byte: 658] = UInt8(bitPattern: process.quantum)  // p_quantum_size
    image[word: 660] = schedulerAddress(process.scheduler)  // p_scheduler
    store(process.segments)
    if delivery == .signal { storeFault(process) }
    storeRest(process)
    storeRequest(process.request)
  }

  /// `p_reg`@0 (ABI 15.1).
  private mutating func storeRegisters(_ frame: TrapFrame) {
    let selectors = [frame.gs, frame.fs, frame.es, frame.ds]
    for (index, selector) in selectors.enumerated() {
      image[short: 2 * index] = UInt16(truncatingIfNeeded: selector)
    }
    let words = [
      frame.edi, frame.esi, frame.ebp, frame.esp, frame.ebx, frame.edx, frame.ecx, frame.eax, 0,
      frame.eip, frame.cs, frame.eflags, frame.esp, frame.ss,
    ]
    for (index, word) in words.enumerated() { image[word: 8 + 4 * index] = word }
  }

  /// `p_memmap`@664: virtual start, physical start and length of text, data and stack, in clicks.
  private mutating func store(_ segments: SegmentMap) {
    for (index, segment) in [segments.text, segments.data, segments.stack].enumerated() {
      image[word: 664 + 12 * index] = segment.start
      image[word: 668 + 12 * index] = segment.physical
      image[word: 672 + 12 * index] = segment.length
    }
  }

  /// Before the change, what the process's fault was, and whose VM will hear of after it.
  private mutating func storeFault(_ process: Process) {
    if process.rts.contains(.pageFault) {
      image[word: 700] = process.frame.cr2
      image[word: 704] = process.frame.errorCode
    }
    image[word: 708] = address(process.nextPageFault)
  }

  private mutating func storeRest(_ process: Process) {
    put(700, process.userTicks)  // p_user_time
    put(704, process.systemTicks)  // p_sys_time
    put(708, UInt32(bitPattern: process.virtualTicksLeft))  // p_virt_left
    put(712, UInt32(bitPattern: process.profileTicksLeft))  // p_prof_left
    // p_cycles@716: nobody counts them, and what a process costs the host is not told.
    put(724, address(process.nextReady))  // p_nextready
    put(728, address(process.callerQueueHead))  // p_caller_q
    put(732, address(process.queueLink))  // p_q_link
    put(736, process.getFrom)  // p_getfrom_e
    put(740, process.sendTo)  // p_sendto_e
    put(744, process.pendingSignals)  // p_pending
    for index in 0..<8 { image[byte: 748 + delivery.shift + index] = process.name.bytes[index] }
    put(756, process.endpoint)  // p_endpoint
    image.store(process.sendMessage, at: 760 + delivery.shift)  // p_sendmsg
    image.store(process.deliverMessage, at: 796 + delivery.shift)  // p_delivermsg
    put(832, process.deliverAddress.rawValue)  // p_delivermsg_vir
    put(836, process.deliverAddress.rawValue)  // p_delivermsg_lin
    put(920, 0x0C0F_FEE1)  // p_magic, twice
    put(924, 0x0C0F_FEE1)
  }

  /// `p_vmrequest`@840.
  private mutating func storeRequest(_ request: MemoryRequest) {
    put(844, address(request.next))  // nextrequestor
    put(848, kind(request))  // type
    image.store(request.savedMessage, at: 852 + delivery.shift)  // saved.reqmsg
    guard request.kind != .none else { return }
    put(888, UInt32(bitPattern: request.type.rawValue))  // req_type
    put(892, request.target)  // target
    let isWrite: UInt8 = request.isWrite ? 1 : 0
    if request.type == .check {
      put(896, request.start.rawValue)
      put(900, request.byteCount)
      image[byte: 904 + delivery.shift] = isWrite
    } else {
      image[byte: 896 + delivery.shift] = isWrite
      put(900, request.source)
      put(904, request.sourceStart.rawValue)
      put(908, request.start.rawValue)
      put(912, request.byteCount)
    }
    put(916, UInt32(bitPattern: request.result.rawValue))  // vmresult
  }

  /// `VMSTYPE_…`: none 0, kernel call 1, message delivery 2, map 3. A trap that is made again has no
  /// number in MINIX, and shows as the kernel call that it may be.
  private func kind(_ request: MemoryRequest) -> UInt32 {
    switch request.kind {
    case .none: 0
    case .deliverMessage: 2
    default: request.type == .check ? 1 : 3
    }
  }

  private mutating func put(_ offset: Int, _ word: UInt32) {
    image[word: offset + delivery.shift] = word
  }

  private mutating func put(_ offset: Int, _ endpoint: Endpoint) {
    image[endpoint: offset + delivery.shift] = endpoint
  }

  private func address(_ slot: ProcessSlot) -> UInt32 { KernelAddress.of(slot, delivery) }

  private func schedulerAddress(_ scheduler: Endpoint) -> UInt32 {
    scheduler == .none ? 0 : address(scheduler.slot)
  }
}

extension FaultDelivery {
  /// The size of a process-table entry.
  var processByteCount: Int { 928 + shift }
  /// How much later the fields from the user time on begin: before the change, three words for a fault
  /// come first.
  fileprivate var shift: Int { self == .signal ? 12 : 0 }
}
