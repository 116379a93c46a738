import Machine
import MinixABI

/// The x87 and SSE state of a process, for those who copy it: forks, signals and contexts.
extension Kernel {
  /// The state as an FXSAVE image; nil for a process that has never run, or has to begin anew.
  func fpuImage(of slot: ProcessSlot) -> [UInt8]? {
    guard processes[slot].misc.contains(.fpuInitialized), let area = fpuArea(of: slot) else {
      return nil
    }
    return memory.fpuImage(of: area)
  }

  /// Replaces the state; with nil the process begins with an FPU that nobody has used.
  func setFPUImage(_ image: [UInt8]?, of slot: ProcessSlot) {
    guard let image, let area = fpuArea(of: slot) else {
      processes[slot].misc.remove(.fpuInitialized)
      return
    }
    memory.setFPUImage(image, of: area)
    processes[slot].misc.insert(.fpuInitialized)
  }

  /// The images follow two processes that change places; their flags have done so already.
  func swapFPUImages(_ a: ProcessSlot, _ b: ProcessSlot) {
    guard let first = fpuArea(of: a), let second = fpuArea(of: b) else { return }
    memory.swapFPUImages(first, second)
  }

  private func fpuArea(of slot: ProcessSlot) -> FPUArea? {
    UInt32(exactly: slot.rawValue).map { FPUArea(rawValue: $0) }
  }

  /// `code`, the handler's second argument: what the FPU complains of, whatever the signal.
  ///
  /// Source: minix `kernel/system/do_sigsend.c`; POSIX sheet 6.4.
  func fpuCode(_ image: [UInt8]?) -> UInt32 {
    guard let image else { return 0 }
    let state = KernelImage(bytes: image)
    let errors = state[short: 2] & ~state[short: 0]
    if errors & 0x01 != 0 { return FPUErrorCode.invalid }
    if errors & 0x04 != 0 { return FPUErrorCode.divide }
    if errors & 0x08 != 0 { return FPUErrorCode.overflow }
    if errors & 0x12 != 0 { return FPUErrorCode.underflow }
    if errors & 0x20 != 0 { return FPUErrorCode.inexact }
    return 0
  }
}
