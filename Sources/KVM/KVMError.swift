/// A request that KVM, or the kernel on its behalf, refused.
///
/// A small trivial value, so that the path which throws it allocates nothing. What it means for the
/// user is ``diagnosis``; ``description`` is one line that ends in the one thing to do.
@frozen public struct KVMError: Error, Equatable, Sendable {
  /// What was asked for.
  public let request: Request

  /// What came back.
  public let cause: Cause

  /// What came back from a request.
  @frozen public enum Cause: Equatable, Sendable {
    /// The kernel's errno, positive.
    case errno(Int32)

    /// Opening the device was forbidden: errno, and who may open it.
    case forbidden(Int32, DevicePermission)

    /// KVM_GET_API_VERSION gave a number other than 12.
    case apiVersion(Int32)

    /// A capability that we can't do without is absent.
    case missing(Capability)

    /// CR0.PG was accepted and is not there when read back: kvm_pvm's way.
    case pagingDropped
  }

  /// Makes an error from a request and the positive errno it failed with.
  @_noLocks @inlinable public init(request: Request, errno: Int32) {
    self.init(request: request, cause: .errno(errno))
  }

  /// Makes an error from a request and its cause.
  @_noLocks @inlinable public init(request: Request, cause: Cause) {
    self.request = request
    self.cause = cause
  }

  /// The positive errno, where there is one.
  public var errno: Int32? {
    switch cause {
    case .errno(let code), .forbidden(let code, _): code
    case .apiVersion, .missing, .pagingDropped: nil
    }
  }

  /// Passes a shim call's result on, or throws when it is −errno.
  @inlinable @discardableResult
  static func check(_ result: Int32, _ request: Request) throws(KVMError) -> Int32 {
    if result < 0 { throw KVMError(request: request, errno: -result) }
    return result
  }
}

extension KVMError {
  /// A request, under the name that the kernel's documentation gives it.
  @frozen public enum Request: UInt8, Equatable, Sendable, CaseIterable {
    case open
    case getAPIVersion
    case createVM
    case checkExtension
    case getVCPUMapSize
    case getSupportedCPUID
    case createVCPU
    case setUserMemoryRegion
    case getDirtyLog
    case setTSSAddress
    case setIdentityMapAddress
    case run
    case getRegisters
    case setRegisters
    case getSpecialRegisters
    case setSpecialRegisters
    case setCPUID
    case getFPU
    case getXSAVE
    case setFPU
    case interrupt
    case translate
    case getVCPUEvents
    case setVCPUEvents
    case mapRunPage
    case mapMemory
    case startTicker
    case watchInterrupts

    /// The name to search for: the ioctl's, or the system call's.
    public var name: String {
      switch self {
      case .open: "open"
      case .getAPIVersion: "KVM_GET_API_VERSION"
      case .createVM: "KVM_CREATE_VM"
      case .checkExtension: "KVM_CHECK_EXTENSION"
      case .getVCPUMapSize: "KVM_GET_VCPU_MMAP_SIZE"
      case .getSupportedCPUID: "KVM_GET_SUPPORTED_CPUID"
      case .createVCPU: "KVM_CREATE_VCPU"
      case .setUserMemoryRegion: "KVM_SET_USER_MEMORY_REGION"
      case .getDirtyLog: "KVM_GET_DIRTY_LOG"
      case .setTSSAddress: "KVM_SET_TSS_ADDR"
      case .setIdentityMapAddress: "KVM_SET_IDENTITY_MAP_ADDR"
      case .run: "KVM_RUN"
      case .getRegisters: "KVM_GET_REGS"
      case .setRegisters: "KVM_SET_REGS"
      case .getSpecialRegisters: "KVM_GET_SREGS"
      case .setSpecialRegisters: "KVM_SET_SREGS"
      case .setCPUID: "KVM_SET_CPUID2"
      case .getFPU: "KVM_GET_FPU"
      case .getXSAVE: "KVM_GET_XSAVE"
      case .setFPU: "KVM_SET_FPU"
      case .interrupt: "KVM_INTERRUPT"
      case .translate: "KVM_TRANSLATE"
      case .getVCPUEvents: "KVM_GET_VCPU_EVENTS"
      case .setVCPUEvents: "KVM_SET_VCPU_EVENTS"
      case .mapRunPage: "mmap of kvm_run"
      case .mapMemory: "mmap of guest memory"
      case .startTicker: "timer_create"
      case .watchInterrupts: "sigaction"
      }
    }
  }
}
