internal import CKVM

extension VCPU {
  /// What a linear address means under the vCPU's current tables.
  public struct Translation: Equatable, Sendable {
    /// The guest-physical address.
    public let physicalAddress: UInt64
  }

  /// KVM_TRANSLATE: walks the guest's tables in KVM. It finds addresses and judges no permissions.
  ///
  /// - Parameter linearAddress: what the guest would use with a flat segment.
  /// - Returns: nil where nothing is mapped.
  public borrowing func translate(_ linearAddress: UInt32) throws(KVMError) -> Translation? {
    let result = ckvm_translate(descriptor.rawValue, UInt64(linearAddress))
    try KVMError.check(result.error, .translate)
    guard result.value.valid != 0 else { return nil }
    return Translation(physicalAddress: result.value.physical_address)
  }

  /// What KVM holds back for the guest's next entry.
  public struct PendingEvents: Equatable, Sendable {
    /// The vector of an exception that is being delivered.
    public let exception: UInt8?
    /// The vector of an interrupt that is being delivered.
    public let interrupt: UInt8?
    /// Whether interrupts are held back by a preceding `sti` or `mov ss`.
    public let hasInterruptShadow: Bool
  }

  /// KVM_GET_VCPU_EVENTS, the part that tells what a vCPU was about to do.
  public borrowing func pendingEvents() throws(KVMError) -> PendingEvents {
    let result = ckvm_get_vcpu_events(descriptor.rawValue)
    try KVMError.check(result.error, .getVCPUEvents)
    let events = result.value
    return PendingEvents(
      exception: events.exception.injected != 0 ? events.exception.nr : nil,
      interrupt: events.interrupt.injected != 0 ? events.interrupt.nr : nil,
      hasInterruptShadow: events.interrupt.shadow != 0)
  }

  /// KVM_SET_VCPU_EVENTS: forgets every exception and interrupt that was to be delivered, so that
  /// the next entry begins with the vCPU's registers and nothing else.
  public borrowing func clearPendingEvents() throws(KVMError) {
    let result = ckvm_get_vcpu_events(descriptor.rawValue)
    try KVMError.check(result.error, .getVCPUEvents)
    var events = result.value
    events.exception.injected = 0
    events.exception.pending = 0
    events.interrupt.injected = 0
    events.nmi.injected = 0
    events.nmi.pending = 0
    try KVMError.check(
      ckvm_set_vcpu_events(descriptor.rawValue, events), .setVCPUEvents)
  }
}
