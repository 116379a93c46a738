public import CKVM

/// The memory that a vCPU shares with whoever runs it (`struct kvm_run`): requests go in, the reason
/// of an exit comes out. Owns the mapping, and the ticker that writes to it from a signal handler.
@safe @frozen public struct RunPage: ~Copyable {
  @usableFromInline let page: UnsafeMutablePointer<kvm_run>
  @usableFromInline let byteCount: Int

  /// The running ticker's number, or −1.
  @usableFromInline var ticker: Int32 = -1

  /// Maps a vCPU's run page.
  ///
  /// - Parameters:
  ///   - vcpu: the vCPU's descriptor.
  ///   - byteCount: what KVM_GET_VCPU_MMAP_SIZE gave, in bytes.
  init(mapping vcpu: borrowing Descriptor, byteCount: Int) throws(KVMError) {
    var page: UnsafeMutablePointer<kvm_run>?
    try KVMError.check(unsafe ckvm_map_run(vcpu.rawValue, byteCount, &page), .mapRunPage)
    guard let page = unsafe page else { preconditionFailure("kvm_run was mapped at address 0") }
    unsafe self.page = unsafe page
    self.byteCount = byteCount
  }

  /// A page with no vCPU behind it, all zeros: for tests of what writes to it.
  package init(byteCount: Int) throws(KVMError) {
    var base: UnsafeMutableRawPointer?
    try KVMError.check(unsafe ckvm_map_anonymous(byteCount, 0, &base), .mapRunPage)
    guard let base = unsafe base else { preconditionFailure("kvm_run was mapped at address 0") }
    unsafe self.page = unsafe base.assumingMemoryBound(to: kvm_run.self)
    self.byteCount = byteCount
  }

  deinit {
    if ticker >= 0 { ckvm_ticker_stop(ticker) }
    _ = unsafe ckvm_unmap(page, byteCount)
  }
}

extension RunPage {
  /// Whether the next KVM_RUN returns at once.
  package var leavesImmediately: Bool {
    get { unsafe ckvm_run_immediate_exit(page) }
    nonmutating set { unsafe ckvm_run_set_immediate_exit(page, newValue) }
  }

  /// Whether KVM_RUN is to return as soon as the guest can take an interrupt.
  @inlinable var requestsInterruptWindow: Bool {
    @_noLocks get { unsafe ckvm_run_requests_interrupt_window(page) }
    @_noLocks nonmutating set { unsafe ckvm_run_set_requests_interrupt_window(page, newValue) }
  }

  /// Whether an interrupt injected now would be taken at the next entry.
  @inlinable var isReadyForInterrupt: Bool {
    @_noLocks get { unsafe ckvm_run_ready_for_interrupt(page) }
  }

  /// The guest's EFLAGS.IF at the last exit.
  @inlinable var interruptFlag: Bool {
    @_noLocks get { unsafe ckvm_run_interrupt_flag(page) }
  }

  /// What the guest's `in` shall read.
  @_noLocks @inlinable func setInputValue(_ value: UInt32) {
    unsafe ckvm_run_set_io_value(page, value)
  }

  /// What the guest's read outside every slot shall give.
  @_noLocks @inlinable func setMemoryReadValue(_ value: UInt64) {
    unsafe ckvm_run_set_mmio_value(page, value)
  }
}

extension RunPage {
  /// Starts `hertz` ticks per second for the calling thread; replaces a running ticker.
  package mutating func startTicking(hertz: UInt32) throws(KVMError) {
    stopTicking()
    ticker = try KVMError.check(unsafe ckvm_ticker_start(page, hertz), .startTicker)
  }

  /// Clears the request to leave, and gives the number of ticks since the last call.
  @_noLocks @inlinable package func takeTicks() -> UInt32 {
    ticker >= 0 ? ckvm_ticker_take(ticker) : 0
  }

  /// Stops the ticker, if one runs. Ticks that were not taken are forgotten.
  package mutating func stopTicking() {
    if ticker >= 0 { ckvm_ticker_stop(ticker) }
    ticker = -1
    leavesImmediately = false
  }
}
