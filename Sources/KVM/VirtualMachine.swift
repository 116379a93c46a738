internal import CKVM

/// A virtual machine: guest-physical memory, and the vCPUs that share it.
public struct VirtualMachine: ~Copyable {
  let descriptor: Descriptor

  /// The size of each vCPU's run page, asked once when the machine was made.
  let runPageByteCount: Int

  init(descriptor: consuming Descriptor, runPageByteCount: Int) {
    self.descriptor = descriptor
    self.runPageByteCount = runPageByteCount
  }

  /// KVM_SET_TSS_ADDR and KVM_SET_IDENTITY_MAP_ADDR: gives old Intel hosts the four pages that they
  /// need. On other hosts nothing happens. Before the first vCPU.
  ///
  /// - Parameter address: guest-physical, a multiple of 4096, with four pages outside every memory
  ///   slot and below 4 GiB.
  public borrowing func reserveIntelPages(at address: UInt32) throws(KVMError) {
    try KVMError.check(
      ckvm_set_identity_map_address(descriptor.rawValue, UInt64(address)), .setIdentityMapAddress)
    try KVMError.check(
      ckvm_set_tss_address(descriptor.rawValue, address + 0x1000), .setTSSAddress)
  }

  /// KVM_CREATE_VCPU. All further requests on it belong to one thread at a time.
  ///
  /// - Parameter identifier: 0 for the first and usually only one.
  /// - Throws: EEXIST for an identifier in use; ENOMEM; EMFILE.
  public borrowing func makeVCPU(identifier: UInt32 = 0) throws(KVMError) -> VCPU {
    let vcpu = try Descriptor(ckvm_create_vcpu(descriptor.rawValue, identifier), of: .createVCPU)
    let runPage = try RunPage(mapping: vcpu, byteCount: runPageByteCount)
    return VCPU(descriptor: vcpu, runPage: runPage)
  }
}
