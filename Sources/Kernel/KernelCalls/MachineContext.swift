import I386
import MinixABI

/// SYS_GETMCONTEXT and SYS_SETMCONTEXT: the part of a user context that user mode can't reach, the
/// FPU's.
///
/// Source: minix `kernel/system/do_mcontext.c`; ABI 8.9, POSIX sheet 6.4.
extension Kernel {
  /// Stores the FPU's state and the flag that says so; a process without one gets nothing.
  func getMachineContext(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    let slot: ProcessSlot
    switch signalTarget(message.processEndpoint) {
    case .failure(let refusal): return .reply(refusal.code)
    case .success(let found): slot = found
    }
    guard let image = fpuImage(of: slot) else { return .reply(.ok) }
    let flags = [UInt8(0), UInt8(SignalLayout.hasFPU >> 8)]
    let address =
      message.machineContextAddress &+ UInt32(MachineContextLayout.fpuOffset)
    guard message.machineContextAddress <= address else { return .reply(.efault) }
    switch storeBytes(image + flags, of: slot, at: LinearAddress(address)) {
    case .failure(let fault): return outcome(of: fault, caller)
    case .success: return .reply(.ok)
    }
  }

  /// Loads the FPU's state, or begins with a fresh one where the context has none.
  func setMachineContext(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    let slot: ProcessSlot
    switch signalTarget(message.processEndpoint) {
    case .failure(let refusal): return .reply(refusal.code)
    case .success(let found): slot = found
    }
    let address = LinearAddress(message.machineContextAddress)
    switch fetchBytes(of: slot, at: address, byteCount: MachineContextLayout.byteCount) {
    case .failure(let fault): return outcome(of: fault, caller)
    case .success(let bytes):
      let flags = KernelImage(bytes: bytes)[short: MachineContextLayout.flagsOffset]
      let start = MachineContextLayout.fpuOffset
      let hasFPU = UInt32(flags) & SignalLayout.hasFPU != 0
      setFPUImage(hasFPU ? Array(bytes[start..<start + 512]) : nil, of: slot)
      return .reply(.ok)
    }
  }
}
