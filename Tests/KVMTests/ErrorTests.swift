import Glibc
import KVM
import Testing

/// Failures are told apart, and each says what to do.
@Suite struct ErrorTests {
  @Test(
    arguments: [
      (.open, ENOENT, .absent, 69),
      (.open, ENODEV, .absent, 69),
      (.open, ENXIO, .absent, 69),
      (.open, EACCES, .noPermission(nil), 69),
      (.open, EPERM, .noPermission(nil), 69),
      (.open, EMFILE, .limitReached, 71),
      (.getAPIVersion, ENOTTY, .notTheDevice, 69),
      (.createVM, EBUSY, .busy, 69),
      (.createVM, EOPNOTSUPP, .unsupported, 69),
      (.createVM, ENODEV, .unsupported, 69),
      (.createVM, EINVAL, .unsupported, 69),
      (.createVM, ENOMEM, .outOfMemory, 71),
      (.createVM, EMFILE, .limitReached, 71),
      (.createVCPU, ENOMEM, .outOfMemory, 71),
      (.setUserMemoryRegion, ENOSPC, .limitReached, 71),
      (.setUserMemoryRegion, EINVAL, .mistake, 70),
      (.run, EFAULT, .badMemory, 70),
      (.run, ENOMEM, .outOfMemory, 71),
      (.run, EINTR, .interrupted, 130),
      (.run, EBADF, .mistake, 70),
      (.mapMemory, ENOMEM, .outOfMemory, 71),
      (.startTicker, EAGAIN, .limitReached, 71),
    ] as [(KVMError.Request, Int32, KVMError.Diagnosis, Int32)])
  func errnosAreDiagnosed(
    request: KVMError.Request, errno: Int32, diagnosis: KVMError.Diagnosis, exitCode: Int32
  ) {
    let error = KVMError(request: request, errno: errno)
    #expect(error.diagnosis == diagnosis)
    #expect(error.exitCode == exitCode)
    #expect(error.errno == errno)
    #expect(error.description.contains("(\(request.name): E"))
  }

  /// Whatever comes, the text is one line with a problem and a remedy.
  @Test func everyErrorIsOneLine() {
    for request in KVMError.Request.allCases {
      for errno in Int32(1)...140 {
        let text = KVMError(request: request, errno: errno).description
        #expect(!text.contains("\n") && text.contains("; "), "\(request.name) \(errno): \(text)")
      }
    }
  }

  @Test func requestNamesAreDistinct() {
    let names = KVMError.Request.allCases.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(KVMError.Request.createVM.name == "KVM_CREATE_VM")
  }

  @Test(arguments: [
    (
      KVMError(request: .open, errno: ENOENT),
      "/dev/kvm does not exist (open: ENOENT); load kvm_amd or kvm_intel; "
        + "in a virtual machine, enable nested virtualisation"
    ),
    (
      KVMError(request: .createVM, errno: EBUSY),
      "another hypervisor holds this processor's virtualisation (KVM_CREATE_VM: EBUSY); "
        + "stop the other hypervisor (VirtualBox, VMware, Xen) and try again"
    ),
    (
      KVMError(request: .getAPIVersion, cause: .apiVersion(11)),
      "KVM speaks version 11 of its interface, not 12; run a newer Linux kernel"
    ),
    (
      KVMError(request: .checkExtension, cause: .missing(.immediateExit)),
      "this KVM lacks KVM_CAP_IMMEDIATE_EXIT; run a newer Linux kernel"
    ),
  ])
  func textsAreThese(error: KVMError, text: String) {
    #expect(error.description == text)
  }

  /// The four ways not to be let in lead to four things to do.
  @Test(arguments: [
    (false, false, false, "use sudo"),
    (true, true, true, "sandbox or container"),
    (true, false, true, "log in again"),
    (true, false, false, "usermod -aG"),
  ])
  func permissionSaysTheOneThing(
    groupMayOpen: Bool, isMember: Bool, isListed: Bool, remedy: String
  ) {
    let permission = DevicePermission(
      group: 4_000_000_000, groupMayOpen: groupMayOpen, isMember: isMember, isListed: isListed)
    let error = KVMError(request: .open, cause: .forbidden(EACCES, permission))
    #expect(error.diagnosis == .noPermission(permission))
    #expect(error.exitCode == 69)
    #expect(error.description.hasPrefix("no permission to use /dev/kvm (open: EACCES); "))
    #expect(error.description.contains(remedy))
    #expect(error.description.contains("4000000000") == groupMayOpen)
  }
}
