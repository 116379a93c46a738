public import CKVM

extension RunPage {
  /// Reads why KVM_RUN returned 0. The most frequent reason has a test of its own: a switch would be a
  /// jump by a table.
  @_noLocks @inlinable @inline(__always) func exit() -> VCPU.Exit {
    let reason = Int32(truncatingIfNeeded: unsafe ckvm_run_exit_reason(page))
    return reason == KVM_EXIT_IO ? portExit() : otherExit(reason)
  }

  @_noLocks @inlinable @inline(never) func otherExit(_ reason: Int32) -> VCPU.Exit {
    switch reason {
    case KVM_EXIT_IRQ_WINDOW_OPEN: .interruptWindowOpen
    case KVM_EXIT_INTR: .interrupted
    case KVM_EXIT_HLT: .halted
    case KVM_EXIT_SHUTDOWN: .shutdown
    case KVM_EXIT_MMIO: memoryExit()
    case KVM_EXIT_FAIL_ENTRY: .failedEntry(reason: unsafe ckvm_run_entry_failure_reason(page))
    case KVM_EXIT_INTERNAL_ERROR:
      .internalError(suberror: unsafe ckvm_run_internal_suberror(page))
    case KVM_EXIT_UNKNOWN: .unknown(reason: unsafe ckvm_run_hardware_exit_reason(page))
    case KVM_EXIT_SYSTEM_EVENT: .systemEvent(unsafe ckvm_run_system_event(page))
    case KVM_EXIT_DEBUG: .debug
    default: .unsupported(unsafe ckvm_run_exit_reason(page))
    }
  }

  /// KVM_EXIT_IO's particulars.
  @_noLocks @inlinable @inline(__always) func portExit() -> VCPU.Exit {
    let port = unsafe ckvm_run_io_port(page)
    let size = unsafe ckvm_run_io_size(page)
    let count = unsafe ckvm_run_io_count(page)
    let isOutput = unsafe ckvm_run_io_is_output(page)
    if count != 1 {
      return .stringTransfer(port: port, size: size, count: count, isOutput: isOutput)
    }
    if isOutput {
      return .output(port: port, size: size, value: unsafe ckvm_run_io_value(page))
    }
    return .input(port: port, size: size)
  }

  /// KVM_EXIT_MMIO's particulars.
  @_noLocks @inlinable func memoryExit() -> VCPU.Exit {
    let address = unsafe ckvm_run_mmio_address(page)
    let byteCount = unsafe ckvm_run_mmio_size(page)
    if unsafe ckvm_run_mmio_is_write(page) {
      let value = unsafe ckvm_run_mmio_value(page)
      return .memoryWrite(address: address, byteCount: byteCount, value: value)
    }
    return .memoryRead(address: address, byteCount: byteCount)
  }
}
