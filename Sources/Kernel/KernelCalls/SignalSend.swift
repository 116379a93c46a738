import I386
import Machine
import MinixABI

extension Kernel {
  /// SYS_SIGSEND: makes a process run a signal's handler next: its registers go to its stack, and a
  /// frame below them that leads back.
  ///
  /// MINIX changes EBP before it stores the frame, and saves the changed one if the call has to be
  /// made again; here nothing is changed before the whole of it is in place.
  ///
  /// Source: minix `kernel/system/do_sigsend.c`; ABI 8.6.
  func signalSend(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    let slot: ProcessSlot
    switch signalTarget(message.signalEndpoint) {
    case .failure(let refusal): return .reply(refusal.code)
    case .success(let found): slot = found
    }
    let request: KernelImage
    switch fetchBytes(
      of: caller, at: LinearAddress(message.signalContextAddress),
      byteCount: SignalLayout.requestByteCount)
    {
    case .failure(let fault): return outcome(of: fault, caller)
    case .success(let bytes): request = KernelImage(bytes: bytes)
    }
    let context = request[word: 16] &- SignalLayout.contextByteCount
    let frame = context &- SignalLayout.frameByteCount
    let image = fpuImage(of: slot)
    let stack =
      signalFrame(request, of: slot, context: context, code: fpuCode(image)).bytes
      + signalContext(mask: request[word: 4], of: slot, fpu: image).bytes
    if case .failure(let fault) = storeBytes(stack, of: slot, at: LinearAddress(frame)) {
      return outcome(of: fault, caller)
    }
    processes[slot].frame.ebp = frame + SignalLayout.savedEBPOffset
    processes[slot].frame.esp = frame
    processes[slot].frame.eip = request[word: 8]
    processes[slot].misc.remove(.fpuInitialized)
    return .reply(.ok)
  }

  /// `struct sigcontext`.
  private func signalContext(mask: UInt32, of slot: ProcessSlot, fpu: [UInt8]?) -> KernelImage {
    var context = KernelImage(byteCount: Int(SignalLayout.contextByteCount))
    context[word: 0] = fpu == nil ? 0 : SignalLayout.hasFPU
    context[word: 4] = mask
    context.store(processes[slot].frame.image, at: SignalLayout.registersOffset)
    if let fpu { context.store(KernelImage(bytes: fpu), at: SignalLayout.fpuOffset) }
    return context
  }

  /// `struct sigframe`.
  private func signalFrame(
    _ request: KernelImage, of slot: ProcessSlot, context: UInt32, code: UInt32
  ) -> KernelImage {
    var frame = KernelImage(byteCount: Int(SignalLayout.frameByteCount))
    frame[word: 0] = request[word: 12]
    frame[word: 4] = request[word: 0]
    frame[word: 8] = code
    frame[word: 12] = context
    frame[word: 16] = processes[slot].frame.ebp
    frame[word: 20] = processes[slot].frame.eip
    frame[word: 24] = context
    return frame
  }

  /// Whose registers a call may change: neither a kernel task's, nor those of Swift code.
  func signalTarget(_ endpoint: Endpoint) -> Result<ProcessSlot, RegisterRefusal> {
    guard let slot = processes.slot(of: endpoint) else {
      return .failure(RegisterRefusal(code: .einval))
    }
    guard !slot.isKernelTask, !processes[slot].isResident else {
      return .failure(RegisterRefusal(code: .eperm))
    }
    return .success(slot)
  }
}

/// Why a process's registers are not changed.
struct RegisterRefusal: Error {
  var code: ResultCode
}
