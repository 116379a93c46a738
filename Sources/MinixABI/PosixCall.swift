/// Calls to PM and VFS that this step of the house serves, by their number in `m_type`.
///
/// Source: minix `include/minix/callnr.h`.
@frozen
public enum PosixCall: Int32, Sendable, BitwiseCopyable {
  /// `EXIT`, to PM: status@8.
  case exit = 1
  /// `WAIT`, to PM: any child; the reply has its pid in `m_type` and its status@8.
  case wait = 7
  /// `WRITE`, to VFS: descriptor@8, byte count@12, buffer@20.
  case write = 4

  /// The call's name in MINIX's headers.
  public var name: String { PosixCallName.name(of: rawValue) ?? "\(rawValue)" }
}

/// Messages of the scheduling protocol. Source: minix `include/minix/com.h`.
@frozen
public enum SchedulingMessage {
  /// `SCHEDULING_NO_QUANTUM`: kernel-originated, on behalf of the process that ran out.
  @inlinable public static var noQuantum: Int32 { 0xF01 }
}
