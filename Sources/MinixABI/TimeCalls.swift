/// `VT_WHICH`@8 of SYS_VTIMER. Source: minix `include/minix/com.h`.
@frozen
public enum VirtualTimer: Int32, Sendable, BitwiseCopyable {
  /// `VT_VIRTUAL`: the process's own time.
  case virtual = 1
  /// `VT_PROF`: that, and what the system does for it.
  case profile = 2
}

/// The fields of the calls about time. Source: ABI 8.3, appendix C.
extension Message {
  /// `ALRM_ABS_TIME`@12: whether ``alarmTime`` counts from the start of the system.
  @inlinable public var alarmIsAbsolute: Bool { self[int: 12] != 0 }
  /// `ALRM_EXP_TIME`@20, in the reply `ALRM_TIME_LEFT`, in ticks.
  @inlinable public var alarmTime: Int32 {
    get { self[int: 20] }
    set { self[int: 20] = newValue }
  }
  /// `T_USER_TIME`@8, in ticks.
  @inlinable public var userTime: UInt32 {
    get { self[word: 8] }
    set { self[word: 8] = newValue }
  }
  /// `T_SYSTEM_TIME`@12, in ticks.
  @inlinable public var systemTime: UInt32 {
    get { self[word: 12] }
    set { self[word: 12] = newValue }
  }
  /// `T_BOOTTIME`@16, in seconds.
  @inlinable public var bootTime: Int32 {
    get { self[int: 16] }
    set { self[int: 16] = newValue }
  }
  /// `T_BOOT_TICKS`@24: ticks since the start.
  @inlinable public var bootTicks: UInt32 {
    get { self[word: 24] }
    set { self[word: 24] = newValue }
  }
  /// `VT_WHICH`@8.
  @inlinable public var virtualTimerWhich: Int32 { self[int: 8] }
  /// `VT_SET`@12.
  @inlinable public var virtualTimerIsSet: Bool { self[int: 12] != 0 }
  /// `VT_VALUE`@20, in ticks.
  @inlinable public var virtualTimerValue: Int32 {
    get { self[int: 20] }
    set { self[int: 20] = newValue }
  }
  /// `VT_ENDPT`@24.
  @inlinable public var virtualTimerEndpoint: Endpoint { self[endpoint: 24] }
}
