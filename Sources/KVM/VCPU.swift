public import CKVM

/// One virtual processor, and the page that it shares with its runner.
///
/// Every request on it belongs to one thread at a time, which is why it is not `Sendable`. What the
/// path of a fault uses is `@_noLocks`: the compiler rejects allocation and reference counting there.
@frozen public struct VCPU: ~Copyable {
  @usableFromInline let descriptor: Descriptor
  @usableFromInline var runPage: RunPage

  init(descriptor: consuming Descriptor, runPage: consuming RunPage) {
    self.descriptor = descriptor
    self.runPage = runPage
  }

  /// KVM_RUN: runs the guest until it needs us, a signal comes, or a tick is due. Allocates nothing.
  ///
  /// A signal is not an error but ``Exit/interrupted``: the guest stands where it stood, and the
  /// caller decides (take the ticks, look at ``Interruption/signal``) before it runs again. Nothing
  /// is retried in here, or a Ctrl-C would be lost.
  ///
  /// - Returns: why the guest stopped.
  /// - Throws: EFAULT when the host's own mapping of guest memory is stricter than promised, ENOMEM,
  ///   ENOSYS and other refusals by KVM.
  @_noLocks @inlinable public borrowing func run() throws(KVMError) -> Exit {
    let result = ckvm_run(descriptor.rawValue)
    if result == 0 { return runPage.exit() }
    if result == -EINTR || result == -EAGAIN { return .interrupted }
    throw KVMError(request: .run, errno: -result)
  }

  /// What the guest's `in` reads when it goes on after ``Exit/input(port:size:)``.
  @_noLocks @inlinable public borrowing func setInputValue(_ value: UInt32) {
    runPage.setInputValue(value)
  }

  /// What the guest reads when it goes on after ``Exit/memoryRead(address:byteCount:)``.
  @_noLocks @inlinable public borrowing func setMemoryReadValue(_ value: UInt64) {
    runPage.setMemoryReadValue(value)
  }
}

// MARK: - Interrupts

extension VCPU {
  /// KVM_INTERRUPT: queues an external interrupt for the next entry, without an interrupt
  /// controller. KVM does not look at the guest's flag and has room for one interrupt: inject only
  /// when ``isReadyForInterrupt``, or it lands where nobody expects it, and only one per entry, or it
  /// replaces the other.
  ///
  /// - Throws: EINVAL for a vector that KVM does not take.
  @_noLocks @inlinable public borrowing func interrupt(vector: UInt8) throws(KVMError) {
    let result = ckvm_interrupt(descriptor.rawValue, UInt32(vector))
    if result < 0 { throw KVMError(request: .interrupt, errno: -result) }
  }

  /// Whether an interrupt injected now would be taken at the next entry. As of the last exit.
  @inlinable public var isReadyForInterrupt: Bool {
    @_noLocks get { runPage.isReadyForInterrupt }
  }

  /// The guest's EFLAGS.IF. As of the last exit.
  @inlinable public var interruptFlag: Bool {
    @_noLocks get { runPage.interruptFlag }
  }

  /// Whether ``run()`` is to return ``Exit/interruptWindowOpen`` as soon as the guest can take an
  /// interrupt.
  @inlinable public var requestsInterruptWindow: Bool {
    @_noLocks get { runPage.requestsInterruptWindow }
    @_noLocks nonmutating set { runPage.requestsInterruptWindow = newValue }
  }
}

// MARK: - The ticker

extension VCPU {
  /// Starts `hertz` ticks per second (1 to 10,000) for the calling thread, which must be the one that
  /// runs this vCPU. Each tick makes ``run()`` return ``Exit/interrupted``, also one that comes just
  /// before the entry. Replaces a running ticker.
  ///
  /// - Throws: EINVAL for a rate outside the range, EAGAIN when the host has no timer left.
  public mutating func startTicking(hertz: UInt32) throws(KVMError) {
    try runPage.startTicking(hertz: hertz)
  }

  /// The number of ticks since the last call. Call it after every ``Exit/interrupted``, or the next
  /// ``run()`` returns at once: taking the ticks is what clears the request to leave.
  @_noLocks @inlinable public borrowing func takeTicks() -> UInt32 { runPage.takeTicks() }

  /// Stops the ticker, if one runs. A vCPU that ends stops its own.
  public mutating func stopTicking() { runPage.stopTicking() }

  /// Whether the next ``run()`` returns ``Exit/interrupted`` without entering the guest. Taking the
  /// ticks of a running ticker clears it.
  public var leavesImmediately: Bool {
    get { runPage.leavesImmediately }
    nonmutating set { runPage.leavesImmediately = newValue }
  }
}
