/// The parameters of SYS_VMCTL (`SVMCTL_PARAM`).
///
/// Source: minix `include/minix/com.h`.
@frozen
public enum VMControl: Int32, CaseIterable, Sendable, BitwiseCopyable {
  /// `VMCTL_I386_SETCR3`.
  case setCR3 = 10
  /// `VMCTL_GET_PAGEFAULT`.
  case getPageFault = 11
  /// `VMCTL_CLEAR_PAGEFAULT`.
  case clearPageFault = 12
  /// `VMCTL_I386_GETCR3`.
  case getCR3 = 13
  /// `VMCTL_MEMREQ_GET`.
  case memoryRequestGet = 14
  /// `VMCTL_MEMREQ_REPLY`.
  case memoryRequestReply = 15
  /// `VMCTL_INCSP`.
  case incrementStackPointer = 16
  /// `VMCTL_NOPAGEZERO`.
  case noPageZero = 18
  /// `VMCTL_I386_KERNELLIMIT`.
  case kernelLimit = 19
  /// `VMCTL_I386_PAGEDIRS`.
  case pageDirectories = 20
  /// `VMCTL_I386_FREEPDE`.
  case freePDE = 23
  /// `VMCTL_ENABLE_PAGING`.
  case enablePaging = 24
  /// `VMCTL_I386_INVLPG`.
  case invalidatePage = 25
  /// `VMCTL_FLUSHTLB`.
  case flushTLB = 26
  /// `VMCTL_KERN_PHYSMAP`.
  case kernelPhysicalMap = 27
  /// `VMCTL_KERN_MAP_REPLY`.
  case kernelMapReply = 28

  /// The parameter's name in MINIX's headers.
  public var name: String {
    switch self {
    case .setCR3: "VMCTL_I386_SETCR3"
    case .getPageFault: "VMCTL_GET_PAGEFAULT"
    case .clearPageFault: "VMCTL_CLEAR_PAGEFAULT"
    case .getCR3: "VMCTL_I386_GETCR3"
    case .memoryRequestGet: "VMCTL_MEMREQ_GET"
    case .memoryRequestReply: "VMCTL_MEMREQ_REPLY"
    case .incrementStackPointer: "VMCTL_INCSP"
    case .noPageZero: "VMCTL_NOPAGEZERO"
    case .kernelLimit: "VMCTL_I386_KERNELLIMIT"
    case .pageDirectories: "VMCTL_I386_PAGEDIRS"
    case .freePDE: "VMCTL_I386_FREEPDE"
    case .enablePaging: "VMCTL_ENABLE_PAGING"
    case .invalidatePage: "VMCTL_I386_INVLPG"
    case .flushTLB: "VMCTL_FLUSHTLB"
    case .kernelPhysicalMap: "VMCTL_KERN_PHYSMAP"
    case .kernelMapReply: "VMCTL_KERN_MAP_REPLY"
    }
  }
}

extension Message {
  /// A SYS_VMCTL request.
  @inlinable
  public init(_ parameter: VMControl, who: Endpoint, value: UInt32 = 0) {
    self.init(type: KernelCallNumber.vmControl.messageType)
    self[endpoint: 8] = who
    self[int: 12] = parameter.rawValue
    self[word: 16] = value
  }
  /// `SVMCTL_WHO`@8.
  @inlinable public var vmControlWho: Endpoint { self[endpoint: 8] }
  /// `SVMCTL_PARAM`@12.
  @inlinable public var vmControlParameter: Int32 { self[int: 12] }
  /// `SVMCTL_VALUE`@16.
  @inlinable public var vmControlValue: UInt32 {
    get { self[word: 16] }
    set { self[word: 16] = newValue }
  }
}
