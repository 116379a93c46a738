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
  /// How often the last fault has come in a row.
  public private(set) var repeats: UInt32 = 0

  /// So many identical faults in a row are no longer a coincidence of scheduling.
  @inlinable public static var limit: UInt32 { 64 }

  @inlinable
  public init() {}

  /// Takes note of a page fault.
  ///
  /// - Returns: whether the limit is reached.
  public mutating func observe(_ frame: TrapFrame) -> Bool {
    if frame.eip == eip, frame.cr2 == address, frame.errorCode == errorCode {
      repeats &+= 1
    } else {
      eip = frame.eip
      address = frame.cr2
      errorCode = frame.errorCode
      repeats = 1
    }
    return isAtLimit
  }

  /// Whether the last fault has come too often in a row.
  public var isAtLimit: Bool { repeats >= Self.limit }

  /// Takes note of any other trap: the process has made progress.
  public mutating func reset() {
    repeats = 0
    errorCode = .max
  }
}
