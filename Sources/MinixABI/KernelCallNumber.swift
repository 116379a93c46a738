/// Kernel calls, by their index below `KERNEL_CALL` (0x600).
///
/// Source: minix `include/minix/com.h`.
@frozen
public enum KernelCallNumber: Int32, CaseIterable, Sendable, BitwiseCopyable {
  /// `SYS_FORK`.
  case fork = 0
  /// `SYS_EXEC`.
  case exec = 1
  /// `SYS_CLEAR`.
  case clear = 2
  /// `SYS_SCHEDULE`.
  case schedule = 3
  /// `SYS_PRIVCTL`.
  case privilegeControl = 4
  /// `SYS_TRACE`.
  case trace = 5
  /// `SYS_KILL`.
  case kill = 6
  /// `SYS_GETKSIG`.
  case getKernelSignal = 7
  /// `SYS_ENDKSIG`.
  case endKernelSignal = 8
  /// `SYS_SIGSEND`.
  case signalSend = 9
  /// `SYS_SIGRETURN`.
  case signalReturn = 10
  /// `SYS_NEWMAP`.
  case newMap = 11
  /// `SYS_SEGCTL`.
  case segmentControl = 12
  /// `SYS_MEMSET`.
  case memset = 13
  /// `SYS_UMAP`.
  case umap = 14
  /// `SYS_VIRCOPY`.
  case virtualCopy = 15
  /// `SYS_PHYSCOPY`.
  case physicalCopy = 16
  /// `SYS_IRQCTL`.
  case irqControl = 19
  /// `SYS_INT86`.
  case int86 = 20
  /// `SYS_DEVIO`.
  case devio = 21
  /// `SYS_SDEVIO`.
  case sdevio = 22
  /// `SYS_VDEVIO`.
  case vdevio = 23
  /// `SYS_SETALARM`.
  case setAlarm = 24
  /// `SYS_TIMES`.
  case times = 25
  /// `SYS_GETINFO`.
  case getInfo = 26
  /// `SYS_ABORT`.
  case abort = 27
  /// `SYS_IOPENABLE`.
  case ioEnable = 28
  /// `SYS_SAFECOPYFROM`.
  case safeCopyFrom = 31
  /// `SYS_SAFECOPYTO`.
  case safeCopyTo = 32
  /// `SYS_VSAFECOPY`.
  case vectorSafeCopy = 33
  /// `SYS_SETGRANT`.
  case setGrant = 34
  /// `SYS_READBIOS`.
  case readBIOS = 35
  /// `SYS_SPROF`.
  case statisticalProfile = 36
  /// `SYS_CPROF`.
  case callProfile = 37
  /// `SYS_PROFBUF`.
  case profileBuffer = 38
  /// `SYS_STIME`.
  case setTime = 39
  /// `SYS_VMCTL`.
  case vmControl = 43
  /// `SYS_SYSCTL`.
  case systemControl = 44
  /// `SYS_VTIMER`.
  case virtualTimer = 45
  /// `SYS_RUNCTL`.
  case runControl = 46
  /// `SYS_SAFEMAP`.
  case safeMap = 47
  /// `SYS_SAFEREVMAP`.
  case safeRevokeMap = 48
  /// `SYS_SAFEUNMAP`.
  case safeUnmap = 49
  /// `SYS_GETMCONTEXT`.
  case getMachineContext = 50
  /// `SYS_SETMCONTEXT`.
  case setMachineContext = 51
  /// `SYS_UPDATE`.
  case update = 52
  /// `SYS_EXIT`.
  case exit = 53
  /// `SYS_SCHEDCTL`.
  case scheduleControl = 54
  /// `SYS_STATECTL`.
  case stateControl = 55

  /// `KERNEL_CALL`: what a request's `m_type` adds to the index.
  @inlinable public static var base: Int32 { 0x600 }
  /// `NR_SYS_CALLS`: indexes 0…55; seven of them are unassigned.
  @inlinable public static var count: Int32 { 56 }

  /// The request number as it stands in `m_type`.
  @inlinable public var messageType: Int32 { Self.base &+ rawValue }

  /// The call's name in MINIX's headers.
  public var name: String {
    switch self {
    case .fork: "SYS_FORK"
    case .exec: "SYS_EXEC"
    case .clear: "SYS_CLEAR"
    case .schedule: "SYS_SCHEDULE"
    case .privilegeControl: "SYS_PRIVCTL"
    case .trace: "SYS_TRACE"
    case .kill: "SYS_KILL"
    case .getKernelSignal: "SYS_GETKSIG"
    case .endKernelSignal: "SYS_ENDKSIG"
    case .signalSend: "SYS_SIGSEND"
    case .signalReturn: "SYS_SIGRETURN"
    case .newMap: "SYS_NEWMAP"
    case .segmentControl: "SYS_SEGCTL"
    case .memset: "SYS_MEMSET"
    case .umap: "SYS_UMAP"
    case .virtualCopy: "SYS_VIRCOPY"
    case .physicalCopy: "SYS_PHYSCOPY"
    case .irqControl: "SYS_IRQCTL"
    case .int86: "SYS_INT86"
    case .devio: "SYS_DEVIO"
    case .sdevio: "SYS_SDEVIO"
    case .vdevio: "SYS_VDEVIO"
    case .setAlarm: "SYS_SETALARM"
    case .times: "SYS_TIMES"
    case .getInfo: "SYS_GETINFO"
    case .abort: "SYS_ABORT"
    case .ioEnable: "SYS_IOPENABLE"
    case .safeCopyFrom: "SYS_SAFECOPYFROM"
    case .safeCopyTo: "SYS_SAFECOPYTO"
    case .vectorSafeCopy: "SYS_VSAFECOPY"
    case .setGrant: "SYS_SETGRANT"
    case .readBIOS: "SYS_READBIOS"
    case .statisticalProfile: "SYS_SPROF"
    case .callProfile: "SYS_CPROF"
    case .profileBuffer: "SYS_PROFBUF"
    case .setTime: "SYS_STIME"
    case .vmControl: "SYS_VMCTL"
    case .systemControl: "SYS_SYSCTL"
    case .virtualTimer: "SYS_VTIMER"
    case .runControl: "SYS_RUNCTL"
    case .safeMap: "SYS_SAFEMAP"
    case .safeRevokeMap: "SYS_SAFEREVMAP"
    case .safeUnmap: "SYS_SAFEUNMAP"
    case .getMachineContext: "SYS_GETMCONTEXT"
    case .setMachineContext: "SYS_SETMCONTEXT"
    case .update: "SYS_UPDATE"
    case .exit: "SYS_EXIT"
    case .scheduleControl: "SYS_SCHEDCTL"
    case .stateControl: "SYS_STATECTL"
    }
  }
}

extension Message {
  /// SYS_MEMSET with zeros.
  ///
  /// - Parameters:
  ///   - start: `MEM_PTR`@28, a physical address.
  ///   - byteCount: `MEM_COUNT`@20.
  @inlinable
  public init(zeroing start: UInt32, byteCount: UInt32) {
    self.init(type: KernelCallNumber.memset.messageType)
    self[word: 20] = byteCount
    self[word: 28] = start
  }
}
