internal import CKVM

extension System {
  /// KVM_GET_SUPPORTED_CPUID: everything this host's KVM can let a guest see.
  public borrowing func supportedCPUID() throws(KVMError) -> [CPUIDEntry] {
    var entries = [kvm_cpuid_entry2](
      repeating: kvm_cpuid_entry2(), count: Int(CKVM_CPUID_CAPACITY))
    let capacity = UInt32(entries.count)
    let count = try KVMError.check(
      unsafe ckvm_get_supported_cpuid(descriptor.rawValue, &entries, capacity), .getSupportedCPUID)
    return entries.prefix(Int(count)).map(CPUIDEntry.init)
  }
}

extension VCPU {
  /// KVM_SET_CPUID2: what CPUID answers in the guest. Before the first ``run()``.
  public borrowing func setCPUID(_ entries: [CPUIDEntry]) throws(KVMError) {
    let raw = entries.map(\.rawValue)
    try KVMError.check(
      unsafe ckvm_set_cpuid(descriptor.rawValue, raw, UInt32(raw.count)), .setCPUID)
  }
}
