import I386
import MinixABI

extension Kernel {
  /// SYS_ABORT: the system ends a second from now, so that everyone can still hear of it.
  ///
  /// Source: minix `kernel/system/do_abort.c`, `prepare_shutdown`; ABI 8.9.
  func abort(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    let how = ShutdownKind(rawValue: message.abortKind)
    if how == .monitor, let outcome = abortParametersFault(message, caller) { return outcome }
    prepareShutdown(how)
    return .reply(.ok)
  }

  /// The boot monitor's commands are read, and forgotten: there is no monitor to return to.
  private func abortParametersFault(_ message: Message, _ caller: ProcessSlot) -> CallOutcome? {
    let byteCount = message.abortParametersByteCount &+ 1
    guard byteCount <= Self.parametersByteCount else { return .reply(.e2big) }
    guard let slot = processes.slot(of: message.abortParametersEndpoint) else {
      return .reply(.edeadsrcdst)
    }
    guard byteCount > 0 else { return .reply(.edom) }
    let address = LinearAddress(message.abortParametersAddress)
    switch fetchBytes(of: slot, at: address, byteCount: byteCount) {
    case .success: return nil
    case .failure(let fault): return outcome(of: fault, caller)
    }
  }

  /// The size of MINIX's boot parameters.
  private static var parametersByteCount: UInt32 { 512 }
}

/// When the system ends, and how.
struct Shutdown {
  var tick: Int64
  var how: ShutdownKind
}
