import I386
import Machine
import MinixABI

extension Kernel {
  /// SYS_SIGRETURN: a handler has returned; the process goes on as its signal context says, as far as
  /// that is its to say.
  ///
  /// Source: minix `kernel/system/do_sigreturn.c`; ABI 8.6.
  func signalReturn(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    let slot: ProcessSlot
    switch signalTarget(message.signalEndpoint) {
    case .failure(let refusal): return .reply(refusal.code)
    case .success(let found): slot = found
    }
    let address = LinearAddress(message.signalContextAddress)
    switch fetchBytes(of: slot, at: address, byteCount: SignalLayout.contextByteCount) {
    case .failure(let fault): return outcome(of: fault, caller)
    case .success(let bytes):
      let context = KernelImage(bytes: bytes)
      processes[slot].frame.restore(context, at: SignalLayout.registersOffset)
      if context[word: 0] & SignalLayout.hasFPU != 0 {
        setFPUImage(Array(bytes[SignalLayout.fpuOffset...]), of: slot)
      }
      return .reply(.ok)
    }
  }
}
