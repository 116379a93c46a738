internal import Glibc

extension KVMError {
  /// What a failure means to the person at the keyboard.
  public enum Diagnosis: Equatable, Sendable {
    /// There is no /dev/kvm, or nothing behind it.
    case absent
    /// /dev/kvm is there and this user may not open it.
    case noPermission(DevicePermission?)
    /// Something else holds the processor's virtualisation.
    case busy
    /// This KVM, or the machine under it, can't do what we ask.
    case unsupported
    /// The file that was opened is not the KVM device.
    case notTheDevice
    /// KVM speaks another version of its interface.
    case wrongVersion(Int32)
    /// KVM lacks a capability that we need.
    case missing(Capability)
    /// This KVM runs no guest with i386 paging.
    case pagingDropped
    /// The host has no memory for it.
    case outOfMemory
    /// The process or the host is at a limit: descriptors, memory slots, vCPUs, timers.
    case limitReached
    /// KVM met guest memory that the host mapping does not back as promised.
    case badMemory
    /// A signal came first.
    case interrupted
    /// We asked for something impossible: our own mistake.
    case mistake
  }

  /// Tells the causes apart. A pure function of the error.
  public var diagnosis: Diagnosis {
    switch cause {
    case .forbidden(_, let permission): .noPermission(permission)
    case .apiVersion(let version): .wrongVersion(version)
    case .missing(let capability): .missing(capability)
    case .pagingDropped: .pagingDropped
    case .errno(let code): diagnosis(ofErrno: code)
    }
  }

  private func diagnosis(ofErrno code: Int32) -> Diagnosis {
    switch (request, code) {
    case (.open, ENOENT), (.open, ENODEV), (.open, ENXIO), (.open, ENOTDIR): .absent
    case (_, EACCES), (_, EPERM): .noPermission(nil)
    case (_, EBUSY): .busy
    case (.getAPIVersion, ENOTTY), (.getAPIVersion, EINVAL): .notTheDevice
    case (_, EOPNOTSUPP), (_, ENODEV), (_, ENXIO), (_, ENOTTY), (_, ENOSYS), (_, EIO):
      .unsupported
    case (.createVM, EINVAL): .unsupported
    case (_, ENOMEM): .outOfMemory
    case (_, EMFILE), (_, ENFILE), (_, ENOSPC), (_, EAGAIN): .limitReached
    case (_, EFAULT): .badMemory
    case (_, EINTR): .interrupted
    default: .mistake
    }
  }

  /// The process's exit code for this failure, one of sysexits: 69 no usable engine, 71 the host
  /// refused a resource, 70 our own mistake, 130 interrupted.
  public var exitCode: Int32 {
    switch diagnosis {
    case .absent, .noPermission, .busy, .unsupported, .notTheDevice, .wrongVersion, .missing,
      .pagingDropped:
      69
    case .outOfMemory, .limitReached: 71
    case .badMemory, .mistake: 70
    case .interrupted: 130
    }
  }
}

extension KVMError: CustomStringConvertible {
  /// One line: what happened, and the one thing to do about it.
  public var description: String { "\(problem); \(remedy)" }

  /// What happened, with the request's name and the errno's.
  public var problem: String {
    switch diagnosis {
    case .absent: "/dev/kvm does not exist\(evidence)"
    case .noPermission: "no permission to use /dev/kvm\(evidence)"
    case .busy: "another hypervisor holds this processor's virtualisation\(evidence)"
    case .unsupported: "KVM can't do this on this machine\(evidence)"
    case .notTheDevice: "the file opened is not the KVM device\(evidence)"
    case .wrongVersion(let version): "KVM speaks version \(version) of its interface, not 12"
    case .missing(let capability): "this KVM lacks \(capability.name)"
    case .pagingDropped:
      "this KVM can't run i386 paging (\(request.name) drops CR0.PG without an error)"
    case .outOfMemory: "the host refused memory\(evidence)"
    case .limitReached: "the host is at a limit\(evidence)"
    case .badMemory: "KVM could not reach guest memory on the host\(evidence)"
    case .interrupted: "interrupted\(evidence)"
    case .mistake: "KVM refused a request that should be right\(evidence)"
    }
  }

  /// The one thing to do.
  public var remedy: String {
    switch diagnosis {
    case .absent:
      "load kvm_amd or kvm_intel; in a virtual machine, enable nested virtualisation"
    case .noPermission(let permission):
      permission?.remedy ?? "ask the administrator for access to /dev/kvm"
    case .busy: "stop the other hypervisor (VirtualBox, VMware, Xen) and try again"
    case .unsupported:
      "enable virtualisation in the firmware, or nested virtualisation in the outer hypervisor"
    case .notTheDevice: "recreate it: mknod /dev/kvm c 10 232"
    case .wrongVersion, .missing: "run a newer Linux kernel"
    case .pagingDropped: "use --engine lab, or a machine with kvm_amd or kvm_intel"
    case .outOfMemory: "give the guest less with --memory, or free memory on the host"
    case .limitReached: "end other virtual machines, or raise the limits (ulimit -n, ulimit -i)"
    case .badMemory, .mistake: "this is a fault in faultline: please report it"
    case .interrupted: "start again"
    }
  }

  /// " (KVM_CREATE_VM: EBUSY)", or nothing where no errno was given.
  private var evidence: String {
    guard let errno else { return "" }
    return " (\(request.name): \(ErrnoName.of(errno)))"
  }
}
