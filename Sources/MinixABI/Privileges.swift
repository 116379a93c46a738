/// `s_flags` of a privilege structure. Source: minix `kernel/priv.h`.
@frozen
public struct PrivilegeFlags: OptionSet, Sendable, BitwiseCopyable {
  /// The 16 bits as GET_PRIV copies them out.
  public var rawValue: UInt16

  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// `PREEMPTIBLE` 0x02: a tick counts against its quantum, a better process takes its place.
  @inlinable public static var preemptible: PrivilegeFlags { PrivilegeFlags(rawValue: 0x02) }
  /// `BILLABLE` 0x04: system time is charged to it.
  @inlinable public static var billable: PrivilegeFlags { PrivilegeFlags(rawValue: 0x04) }
  /// `DYN_PRIV_ID` 0x08: the id was given out at run time.
  @inlinable public static var dynamicID: PrivilegeFlags { PrivilegeFlags(rawValue: 0x08) }
  /// `SYS_PROC` 0x10: a system process, with a privilege structure of its own.
  @inlinable public static var systemProcess: PrivilegeFlags { PrivilegeFlags(rawValue: 0x10) }
  /// `CHECK_IO_PORT` 0x20: only the listed I/O ranges are its own.
  @inlinable public static var checksIOPort: PrivilegeFlags { PrivilegeFlags(rawValue: 0x20) }
  /// `CHECK_IRQ` 0x40: only the listed interrupt lines.
  @inlinable public static var checksIRQ: PrivilegeFlags { PrivilegeFlags(rawValue: 0x40) }
  /// `CHECK_MEM` 0x80: only the listed ranges of physical memory.
  @inlinable public static var checksMemory: PrivilegeFlags { PrivilegeFlags(rawValue: 0x80) }
}

/// The traps a process may use: bit n allows call number n; SENDA is never tested against it.
@frozen
public struct TrapMask: OptionSet, Sendable, BitwiseCopyable {
  /// The 16 bits.
  public var rawValue: UInt16

  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Every call, as system processes have it.
  @inlinable public static var all: TrapMask { TrapMask(rawValue: 0xFFFF) }
  /// SENDREC alone: an ordinary user's.
  @inlinable public static var user: TrapMask { TrapMask(rawValue: 0x08) }
  /// RECEIVE alone: CLOCK's and SYSTEM's.
  @inlinable public static var task: TrapMask { TrapMask(rawValue: 0x04) }

  /// One call alone.
  @inlinable
  public init(_ call: IPCCall) {
    self.init(rawValue: 1 &<< UInt16(truncatingIfNeeded: call.rawValue & 15))
  }

  /// Whether the mask lets `call` through.
  @inlinable
  public func allows(_ call: IPCCall) -> Bool {
    rawValue & (1 &<< UInt16(truncatingIfNeeded: call.rawValue & 15)) != 0
  }
}
