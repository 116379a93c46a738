/// `CTL_REQUEST` of SYS_STATECTL. Source: minix `include/minix/com.h`.
@frozen
public enum StateControlRequest {
  /// `SYS_STATE_CLEAR_IPC_REFS`.
  @inlinable public static var clearIPCReferences: Int32 { 1 }
}

/// `CTL_REQUEST` of SYS_PRIVCTL. Source: minix `include/minix/com.h`.
@frozen
public enum PrivilegeControl: Int32, CaseIterable, Sendable, BitwiseCopyable {
  /// `SYS_PRIV_ALLOW`.
  case allow = 1
  /// `SYS_PRIV_DISALLOW`.
  case disallow = 2
  /// `SYS_PRIV_SET_SYS`.
  case setSystem = 3
  /// `SYS_PRIV_SET_USER`.
  case setUser = 4
  /// `SYS_PRIV_ADD_IO`.
  case addIO = 5
  /// `SYS_PRIV_ADD_MEM`.
  case addMemory = 6
  /// `SYS_PRIV_ADD_IRQ`.
  case addIRQ = 7
  /// `SYS_PRIV_QUERY_MEM`.
  case queryMemory = 8
}

/// `IRQ_REQUEST` of SYS_IRQCTL. Source: minix `include/minix/com.h`.
@frozen
public enum IRQRequest: Int16, Sendable, BitwiseCopyable {
  /// `IRQ_SETPOLICY`.
  case setPolicy = 1
  /// `IRQ_RMPOLICY`.
  case removePolicy = 2
  /// `IRQ_ENABLE`.
  case enable = 3
  /// `IRQ_DISABLE`.
  case disable = 4
}

/// The fields of the calls that control something. Source: ABI 8.3, appendix C.
extension Message {
  /// `CTL_ENDPT`@8.
  @inlinable public var controlEndpoint: Endpoint { self[endpoint: 8] }
  /// `CTL_REQUEST`@12.
  @inlinable public var controlRequest: Int32 { self[int: 12] }
  /// `CTL_ADDRESS`@20.
  @inlinable public var controlAddress: UInt32 { self[word: 20] }
  /// `CTL_DATA`@24.
  @inlinable public var controlData: UInt32 {
    get { self[word: 24] }
    set { self[word: 24] = newValue }
  }
  /// `CTL_ARG_PTR`@28.
  @inlinable public var controlArgument: UInt32 { self[word: 28] }
  /// `IRQ_REQUEST`@8.
  @inlinable public var irqRequest: Int16 { self[short: 8] }
  /// `IRQ_VECTOR`@10: the interrupt line.
  @inlinable public var irqLine: Int16 { self[short: 10] }
  /// `IRQ_POLICY`@12.
  @inlinable public var irqPolicy: Int32 { self[int: 12] }
  /// `IRQ_HOOK_ID`@28: the notification's bit, then the hook's number from 1 up.
  @inlinable public var irqHookID: Int32 {
    get { self[int: 28] }
    set { self[int: 28] = newValue }
  }
}
