/// Notices a fault that repeats without progress.
///
/// A stale translation (a page-table edit that the CPU never saw) makes the same instruction fault
/// at the same address for ever: the host maps the page each time and the guest never sees it.
/// A process that makes progress changes EIP, CR2 or the error code between two faults, or traps
/// for another reason.
@frozen
public struct FaultWatchdog: Sendable, BitwiseCopyable {
  @usableFromInline var eip: UInt32 = 0
  @usableFromInline var address: UInt32 = 0
  @usableFromInline var errorCode: UInt32 = 0
  @usableFromInline var repeatCount: UInt32 = 0

  /// How often the last fault has come in a row.
  @inlinable public var repeats: UInt32 { repeatCount }

  /// So many identical faults in a row are no longer a coincidence of scheduling.
  @inlinable public static var limit: UInt32 { 64 }

  @inlinable
  public init() {}

  /// Takes note of a page fault.
  ///
  /// - Returns: whether the limit is reached.
  @inlinable @inline(__always)
  public mutating func observe(_ frame: TrapFrame) -> Bool {
    if frame.eip == eip, frame.cr2 == address, frame.errorCode == errorCode {
      repeatCount &+= 1
    } else {
      eip = frame.eip
      address = frame.cr2
      errorCode = frame.errorCode
      repeatCount = 1
    }
    return isAtLimit
  }

  /// Whether the last fault has come too often in a row.
  @inlinable public var isAtLimit: Bool { repeats >= Self.limit }

  /// Whether the next fault, whichever it is, can't be one too many.
  @inlinable public var isFarFromLimit: Bool { repeats &+ 1 < Self.limit }

  /// Takes note of any other trap: the process has made progress.
  @inlinable @inline(__always)
  public mutating func reset() {
    repeatCount = 0
    errorCode = .max
  }
}
