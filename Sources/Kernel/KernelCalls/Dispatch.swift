import FlightRecorder
import I386
import Machine
import MinixABI

/// What a kernel call's handler says of its reply (MINIX: the result and two magic values).
enum CallOutcome {
  /// The result goes into `m_type`, the message back to the caller.
  case reply(ResultCode)
  /// EDONTREPLY: the caller gets nothing.
  case noReply
  /// VMSUSPEND: a memory request has to be answered first.
  case suspended(MemoryFault)
  /// The same for pages that VM has to map or unmap; its answer is the call's.
  case mapping(MapRequest)
}

extension Kernel {
  /// `kernel_call`: fetches the request that EAX points to, and carries it out.
  ///
  /// Source: minix `kernel/system.c`; ABI 8.1.
  func makeKernelCall(_ caller: ProcessSlot) {
    let buffer = LinearAddress(processes[caller].frame.eax)
    // The reply goes to the same place, whatever becomes of EAX while the call waits for VM.
    processes[caller].deliverAddress = buffer
    switch fetchMessage(of: caller, at: buffer) {
    case .failure(let fault):
      if suspendTrap(of: caller, on: fault) { return }
      failToFetchRequest(of: caller)
    case .success(var message):
      message.source = processes[caller].endpoint
      let outcome = dispatch(&message, from: caller)
      finishKernelCall(caller, message, outcome)
    }
  }

  /// EBADREQUEST: a request that can't be read has no place for a reply either, so it is only counted.
  func failToFetchRequest(of caller: ProcessSlot) {
    count(nil, type: 0, parameter: 0, .reply(.ebadrequest), by: caller)
  }

  /// Answers a suspended call with VM's result.
  func answerKernelCall(_ caller: ProcessSlot, _ request: Message, _ result: ResultCode) {
    let call = KernelCallNumber(rawValue: request.type &- KernelCallNumber.base)
    count(call, type: request.type, parameter: request[int: 12], .reply(result), by: caller)
    recorder.recordKernelResult(
      result, of: request.type, by: processes[caller].endpoint, request)
    finishKernelCall(caller, request, .reply(result))
  }

  /// Answers a suspended call that VM does not help. SYS_EXEC alone can do without the memory.
  func refuseKernelCall(_ caller: ProcessSlot, _ request: Message, _ error: ResultCode) {
    let isExec = request.type == KernelCallNumber.exec.messageType
    answerKernelCall(caller, request, isExec ? execUnnamed(request) : error)
  }

  /// `kernel_call_dispatch` and the one door of all kernel calls: tests, counts, records, calls.
  func dispatch(_ message: inout Message, from caller: ProcessSlot) -> CallOutcome {
    dispatch(&message, from: processes.entry(caller))
  }

  /// The same, written out where it is called.
  @inline(__always)
  func dispatch(_ message: inout Message, from caller: ProcessEntry) -> CallOutcome {
    // The reply may overwrite what the request was.
    let (type, parameter) = (message.type, message[int: 12])
    let index = type &- KernelCallNumber.base
    recorder.recordKernelCall(message, by: caller.process.endpoint)
    let outcome: CallOutcome
    if index < 0 || index >= KernelCallNumber.count {
      outcome = .reply(.ebadrequest)
    } else if !privileges[caller.process.privilege].allowsKernelCall(index) {
      // The mask comes before the table: an unassigned number is denied like any other.
      outcome = .reply(.ecalldenied)
    } else if index == KernelCallNumber.vmControl.rawValue {
      // The two calls that resolve a page fault need no table.
      outcome = vmControl(&message, caller.process.slot)
    } else if index == KernelCallNumber.memset.rawValue {
      outcome = memset(message, caller.process.slot)
    } else {
      outcome = handle(index, &message, caller.process.slot)
    }
    if case .reply(.ok) = outcome, Self.hasOnlyResult(index, parameter) {
      caller.process.statistics.kernelCalls &+= 1
      counters.countKernelCall(index, parameter: parameter)
    } else {
      note(outcome, of: type, parameter, message, by: caller.process.slot)
    }
    return outcome
  }

  /// Counts and records what a call has come to that says more than OK.
  private func note(
    _ outcome: CallOutcome, of type: Int32, _ parameter: Int32, _ reply: Message,
    by caller: ProcessSlot
  ) {
    let call = KernelCallNumber(rawValue: type &- KernelCallNumber.base)
    count(call, type: type, parameter: parameter, outcome, by: caller)
    recordResult(outcome, of: type, reply, by: caller)
  }

  /// The table of kernel calls.
  private func handle(
    _ index: Int32, _ message: inout Message, _ caller: ProcessSlot
  ) -> CallOutcome {
    switch KernelCallNumber(rawValue: index) {
    case nil: .reply(.ebadrequest)
    case .vmControl: vmControl(&message, caller)
    case .memset: memset(message, caller)
    case .privilegeControl: privilegeControl(message, caller)
    case .irqControl: irqControl(&message, caller)
    case .ioEnable: ioEnable(message, caller)
    case .segmentControl: segmentControl()
    case .update: update(message)
    case .abort: abort(message, caller)
    case .signalSend: signalSend(message, caller)
    case .signalReturn: signalReturn(message, caller)
    case .getMachineContext: getMachineContext(message, caller)
    case .setMachineContext: setMachineContext(message, caller)
    case .trace: trace(&message, caller)
    case .fork: fork(&message, caller)
    case .exec: exec(message, caller)
    case .newMap: newMap(message, caller)
    case .clear: clear(message)
    case .exit: exit(caller)
    case .schedule: schedule(message, caller)
    case .scheduleControl: scheduleControl(message, caller)
    case .runControl: runControl(message)
    case .setAlarm: setAlarm(&message, caller)
    case .times: times(&message, caller)
    case .setTime: setTime(message)
    case .virtualTimer: virtualTimer(&message, caller)
    case .stateControl: stateControl(message, caller)
    case .kill: kill(message)
    case .getKernelSignal: getKernelSignal(&message, caller)
    case .endKernelSignal: endKernelSignal(message, caller)
    case .virtualCopy: virtualCopy(message, caller, allowsPhysical: false)
    case .physicalCopy: virtualCopy(message, caller, allowsPhysical: true)
    case .umap: umap(&message, caller)
    case .getInfo: getInfo(&message, caller)
    case .systemControl: systemControl(message, caller)
    case .devio: deviceIO(&message, caller)
    case .vdevio: vectorDeviceIO(message, caller)
    case .sdevio: stringDeviceIO(message, caller)
    case .int86: int86(message)
    case .readBIOS: readBIOS(message)
    case .statisticalProfile, .callProfile, .profileBuffer: profile()
    case .setGrant: setGrant(message, caller)
    case .safeCopyFrom: safeCopy(message, caller, .read)
    case .safeCopyTo: safeCopy(message, caller, .write)
    case .vectorSafeCopy: vectorSafeCopy(message, caller)
    case .safeMap: safeMap(message, caller)
    case .safeRevokeMap: safeRevokeMap(message, caller)
    case .safeUnmap: safeUnmap(message, caller)
    }
  }

  /// `kernel_call_finish`: the reply goes where the request came from.
  func finishKernelCall(_ caller: ProcessSlot, _ message: Message, _ outcome: CallOutcome) {
    switch outcome {
    case .noReply: return
    case .suspended, .mapping: suspend(caller, on: outcome, message)
    case .reply(let code):
      var reply = message
      reply.source = .system
      reply.type = code.rawValue
      if processes[caller].isResident {
        processes[caller].deliverMessage = reply
        return setResult(.ok, of: caller)
      }
      storeReply(reply, of: caller)
    }
  }

  /// A call that can't go on before VM has helped.
  func suspend(_ caller: ProcessSlot, on outcome: CallOutcome, _ message: Message) {
    switch outcome {
    case .suspended(let fault):
      suspend(caller, on: fault, kind: .kernelCall)
      processes[caller].request.savedMessage = message
    case .mapping(let request): invokeVM(request, for: caller, message)
    case .reply, .noReply: return
    }
  }

  /// Writes a reply to where its request stood. If that could be read but can't be written, as
  /// copy-on-write memory, VM is asked; where VM can't help either the reply is lost.
  ///
  /// Differs from MINIX: there such a reply was lost with a warning.
  func storeReply(_ reply: Message, of caller: ProcessSlot) {
    // Whoever has just ended himself has no memory any more.
    guard processes[caller].rts != .slotFree,
      let fault = storeMessage(reply, of: caller, at: processes[caller].deliverAddress),
      mayHelp(fault)
    else { return }
    suspend(caller, on: fault, kind: .kernelCall)
    processes[caller].request.savedMessage = reply
    processes[caller].request.isReply = true
  }

  /// Counts a call that is answered or needs no answer; a suspended one will be.
  private func count(
    _ call: KernelCallNumber?, type: Int32, parameter: Int32, _ outcome: CallOutcome,
    by caller: ProcessSlot
  ) {
    switch outcome {
    case .suspended, .mapping: return
    case .noReply: counters.countKernelCall(call, parameter: parameter, .ok)
    case .reply(let code): counters.countKernelCall(call, parameter: parameter, code)
    }
    processes[caller].statistics.kernelCalls &+= 1
  }

  /// Records what a call has come to.
  private func recordResult(
    _ outcome: CallOutcome, of type: Int32, _ reply: Message, by caller: ProcessSlot
  ) {
    let result: ResultCode
    switch outcome {
    case .noReply: return
    case .reply(let code): result = code
    case .suspended, .mapping: result = .vmSuspend
    }
    recorder.recordKernelResult(result, of: type, by: processes[caller].endpoint, reply)
  }

  /// Whether OK is all that a call answers, which need not be told: VMCTL_CLEAR_PAGEFAULT and the like
  /// are the most frequent calls.
  @inline(__always)
  private static func hasOnlyResult(_ index: Int32, _ parameter: Int32) -> Bool {
    if index == KernelCallNumber.vmControl.rawValue {
      return controlsWithReply &>> UInt64(truncatingIfNeeded: parameter) & 1 == 0
    }
    return callsWithReply &>> UInt64(truncatingIfNeeded: index) & 1 == 0
  }

  @inline(__always)
  private static var controlsWithReply: UInt64 {
    bit(.getPageFault) | bit(.getCR3) | bit(.kernelPhysicalMap)
  }

  @inline(__always)
  private static func bit(_ call: KernelCallNumber) -> UInt64 { 1 &<< UInt64(call.rawValue) }

  @inline(__always)
  private static func bit(_ control: VMControl) -> UInt64 { 1 &<< UInt64(control.rawValue) }

  @inline(__always)
  private static var callsWithReply: UInt64 {
    bit(.fork) | bit(.getKernelSignal) | bit(.setAlarm) | bit(.times) | bit(.umap) | bit(.trace)
      | bit(.virtualTimer)
  }

  /// `isokendpt` for a field that may say SELF.
  func target(_ endpoint: Endpoint, _ caller: ProcessSlot) -> ProcessSlot? {
    endpoint == .itself ? caller : processes.slot(of: endpoint)
  }
}
