/// `ABRT_HOW`@8 of SYS_ABORT: what is to follow. Source: minix `include/unistd.h`.
@frozen
public struct ShutdownKind: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The number; any is accepted.
  public var rawValue: Int32

  @inlinable
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `RBT_HALT`.
  @inlinable public static var halt: ShutdownKind { ShutdownKind(rawValue: 0) }
  /// `RBT_REBOOT`.
  @inlinable public static var reboot: ShutdownKind { ShutdownKind(rawValue: 1) }
  /// `RBT_PANIC`.
  @inlinable public static var panic: ShutdownKind { ShutdownKind(rawValue: 2) }
  /// `RBT_MONITOR`.
  @inlinable public static var monitor: ShutdownKind { ShutdownKind(rawValue: 3) }
  /// `RBT_RESET`.
  @inlinable public static var reset: ShutdownKind { ShutdownKind(rawValue: 4) }
}

extension ShutdownKind: CustomStringConvertible {
  /// The name in MINIX's headers, or the number.
  public var description: String {
    switch self {
    case .halt: "RBT_HALT"
    case .reboot: "RBT_REBOOT"
    case .panic: "RBT_PANIC"
    case .monitor: "RBT_MONITOR"
    case .reset: "RBT_RESET"
    default: "\(rawValue)"
    }
  }
}

/// The fields of SYS_ABORT. Source: ABI appendix C.
extension Message {
  /// `ABRT_HOW`@8.
  @inlinable public var abortKind: Int32 { self[int: 8] }
  /// `ABRT_MON_ENDPT`@12.
  @inlinable public var abortParametersEndpoint: Endpoint { self[endpoint: 12] }
  /// `ABRT_MON_LEN`@16.
  @inlinable public var abortParametersByteCount: UInt32 { self[word: 16] }
  /// `ABRT_MON_ADDR`@20.
  @inlinable public var abortParametersAddress: UInt32 { self[word: 20] }
}
