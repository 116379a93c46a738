internal import CKVM

/// The KVM device itself: the first of the three owners (`System`, ``VirtualMachine``, ``VCPU``).
public struct System: ~Copyable {
  /// Where Linux puts the device.
  public static let devicePath = "/dev/kvm"

  /// The version of KVM's interface that this module speaks.
  public static let apiVersion: Int32 = 12

  let descriptor: Descriptor

  /// Opens the device for reading and writing, closed on exec. Checks nothing yet: see
  /// ``checkRequirements()``.
  ///
  /// - Parameter path: another file, for tests and for containers that move the device.
  /// - Throws: what `open` refused; permission errors carry who may open the device.
  public init(path: String = System.devicePath) throws(KVMError) {
    let result = Descriptor.open(path: path)
    if result == -EACCES || result == -EPERM, let permission = Accounts.permission(ofDevice: path) {
      throw KVMError(request: .open, cause: .forbidden(-result, permission))
    }
    self.descriptor = try Descriptor(result, of: .open)
  }

  /// Makes sure that this KVM has what a machine of ours needs.
  ///
  /// - Throws: for a file that is not KVM, an unknown version, a missing required capability.
  public borrowing func checkRequirements() throws(KVMError) {
    let version = try reportedAPIVersion()
    guard version == System.apiVersion else {
      throw KVMError(request: .getAPIVersion, cause: .apiVersion(version))
    }
    for capability in Capability.allCases where capability.isRequired {
      if try value(of: capability) == 0 {
        throw KVMError(request: .checkExtension, cause: .missing(capability))
      }
    }
  }

  /// KVM_GET_API_VERSION.
  public borrowing func reportedAPIVersion() throws(KVMError) -> Int32 {
    try KVMError.check(ckvm_get_api_version(descriptor.rawValue), .getAPIVersion)
  }

  /// KVM_CHECK_EXTENSION: 0 = absent; otherwise 1, or the capability's size or bits.
  public borrowing func value(of capability: Capability) throws(KVMError) -> Int32 {
    try KVMError.check(
      ckvm_check_extension(descriptor.rawValue, capability.number), .checkExtension)
  }

  /// KVM_CREATE_VM: a machine without memory and vCPUs.
  ///
  /// - Throws: EBUSY when another hypervisor holds the processor, ENOMEM, EMFILE.
  public borrowing func makeVirtualMachine() throws(KVMError) -> VirtualMachine {
    let runPageByteCount = try KVMError.check(
      ckvm_get_vcpu_mmap_size(descriptor.rawValue), .getVCPUMapSize)
    let result = uninterrupted { ckvm_create_vm(descriptor.rawValue) }
    let machine = try Descriptor(result, of: .createVM)
    return VirtualMachine(descriptor: machine, runPageByteCount: Int(runPageByteCount))
  }

  /// Repeats a request that gives up when a signal comes: KVM_CREATE_VM waits for other work of the
  /// kernel and answers EINTR although nothing is wrong.
  private borrowing func uninterrupted(_ request: () -> Int32) -> Int32 {
    var result = request()
    while result == -EINTR { result = request() }
    return result
  }
}
