extension VCPU {
  /// Why the guest stopped. The particulars are copied out: the run page may be reused at once.
  ///
  /// Source: Linux Documentation/virt/kvm/api.rst, "The kvm_run structure".
  @frozen public enum Exit: Equatable, Sendable {
    /// KVM_EXIT_IO, one `out`: `size` bytes (1, 2, 4) of `value`, zero-extended.
    case output(port: UInt16, size: UInt8, value: UInt32)
    /// KVM_EXIT_IO, one `in`: answer with ``VCPU/setInputValue(_:)`` before the next run.
    case input(port: UInt16, size: UInt8)
    /// KVM_EXIT_IO of a string instruction: `count` items of `size` bytes.
    case stringTransfer(port: UInt16, size: UInt8, count: UInt32, isOutput: Bool)
    /// KVM_EXIT_IRQ_WINDOW_OPEN: the guest can take an interrupt now.
    case interruptWindowOpen
    /// KVM_RUN returned EINTR: a signal, a tick, or a request to leave. The guest is where it was.
    case interrupted
    /// KVM_EXIT_HLT.
    case halted
    /// KVM_EXIT_SHUTDOWN: a triple fault. The registers may be lost.
    case shutdown
    /// KVM_EXIT_MMIO, a read outside every slot: answer with ``VCPU/setMemoryReadValue(_:)``.
    case memoryRead(address: UInt64, byteCount: UInt32)
    /// KVM_EXIT_MMIO, a write outside every slot or to a read-only one.
    case memoryWrite(address: UInt64, byteCount: UInt32, value: UInt64)
    /// KVM_EXIT_FAIL_ENTRY: the processor refused the vCPU's state, for its own `reason`.
    case failedEntry(reason: UInt64)
    /// KVM_EXIT_INTERNAL_ERROR: KVM gave up; 1 = it could not emulate an instruction, 3 = an exit
    /// while delivering an event, 4 = an unexpected exit.
    case internalError(suberror: UInt32)
    /// KVM_EXIT_UNKNOWN: the processor's own `reason`, which KVM has no name for.
    case unknown(reason: UInt64)
    /// KVM_EXIT_SYSTEM_EVENT: 1 = shutdown, 2 = reset, 3 = crash.
    case systemEvent(UInt32)
    /// KVM_EXIT_DEBUG: a debug exception that KVM was asked to report.
    case debug
    /// A reason that this module does not know: the number of the KVM_EXIT_ macro.
    case unsupported(UInt32)
  }
}

extension VCPU.Exit: CustomStringConvertible {
  /// One line for a person, with the kernel's name of the reason.
  public var description: String {
    switch self {
    case .output(let port, let size, let value):
      "KVM_EXIT_IO: out of \(size) bytes, \(Hexadecimal.of(value)), to port \(Hexadecimal.of(port))"
    case .input(let port, let size):
      "KVM_EXIT_IO: in of \(size) bytes from port \(Hexadecimal.of(port))"
    case .stringTransfer(let port, let size, let count, let isOutput):
      "KVM_EXIT_IO: \(isOutput ? "outs" : "ins") of \(count) × \(size) bytes, "
        + "port \(Hexadecimal.of(port))"
    case .interruptWindowOpen: "KVM_EXIT_IRQ_WINDOW_OPEN"
    case .interrupted: "EINTR"
    case .halted: "KVM_EXIT_HLT"
    case .shutdown: "KVM_EXIT_SHUTDOWN (triple fault)"
    case .memoryRead(let address, let byteCount):
      "KVM_EXIT_MMIO: read of \(byteCount) bytes at \(Hexadecimal.of(address))"
    case .memoryWrite(let address, let byteCount, let value):
      "KVM_EXIT_MMIO: write of \(byteCount) bytes, \(Hexadecimal.of(value)), "
        + "at \(Hexadecimal.of(address))"
    case .failedEntry(let reason):
      "KVM_EXIT_FAIL_ENTRY: hardware reason \(Hexadecimal.of(reason))"
    case .internalError(let suberror): "KVM_EXIT_INTERNAL_ERROR: suberror \(suberror)"
    case .unknown(let reason): "KVM_EXIT_UNKNOWN: hardware reason \(Hexadecimal.of(reason))"
    case .systemEvent(let type): "KVM_EXIT_SYSTEM_EVENT: type \(type)"
    case .debug: "KVM_EXIT_DEBUG"
    case .unsupported(let reason): "exit reason \(reason)"
    }
  }
}

/// Numbers as the manuals print them.
enum Hexadecimal {
  /// "0x1f0".
  static func of(_ value: some BinaryInteger) -> String {
    "0x" + String(value, radix: 16)
  }
}
