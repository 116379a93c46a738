/// `struct sigaction`, 12 bytes: handler@0, mask@4, flags@8. Source: minix `include/signal.h`; POSIX
/// sheet 4.
@frozen
public struct SignalAction: Equatable, Sendable, BitwiseCopyable {
  /// The handler's address, or one of the two numbers that are none.
  public var handler: UInt32
  /// What is blocked while the handler runs, besides the signal itself.
  public var mask: UInt32
  /// As they were last set, also those that mean nothing here.
  public var flags: UInt32

  @inlinable
  public init(handler: UInt32 = 0, mask: UInt32 = 0, flags: UInt32 = 0) {
    (self.handler, self.mask, self.flags) = (handler, mask, flags)
  }

  /// The size in bytes.
  @inlinable public static var byteCount: Int { 12 }
  /// `SIG_DFL`.
  @inlinable public static var defaultHandler: UInt32 { 0 }
  /// `SIG_IGN`.
  @inlinable public static var ignoringHandler: UInt32 { 1 }
  /// `SA_RESETHAND`: the handler serves once.
  @inlinable public static var resetHandler: UInt32 { 2 }
  /// `SA_NODEFER`: the signal itself is not blocked.
  @inlinable public static var noDefer: UInt32 { 4 }
}

/// `how` of SIGPROCMASK.
@frozen
public enum SignalMaskChange: Int32, Sendable, BitwiseCopyable {
  /// `SIG_BLOCK`.
  case block = 0
  /// `SIG_UNBLOCK`.
  case unblock = 1
  /// `SIG_SETMASK`.
  case set = 2
  /// `SIG_INQUIRE`.
  case inquire = 4
}
