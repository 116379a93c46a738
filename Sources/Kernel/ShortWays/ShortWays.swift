import I386
import Machine
import MinixABI

/// The short ways: what page faults and IPC calls nearly always come to, in one go.
///
/// Each looks at all that could make its case another one, and only then changes anything: whatever is out of
/// the ordinary goes the long way, which is MINIX's code, function by function. The short one leaves behind
/// exactly what the long one would have, events and counts included; tests run both on the same traps.
///
/// Idea: seL4 `src/fastpath/fastpath.c`.
extension Kernel {
  /// - Parameter entry: the process that has trapped; there is room in the recorder.
  /// - Returns: whether that was all; if not, nothing has changed.
  func takesShortWay(_ entry: ProcessEntry) -> Bool {
    guard mayTakeShortWay(entry) else { return false }
    switch entry.process.frame.vector {
    case UInt32(Vector.pageFault.rawValue): return passPageFaultOn(entry)
    case UInt32(TrapVector.ipc): return callsAtOnce(entry)
    default: return false
    }
  }

  /// Whether the process that has trapped is the running process, and nothing more.
  @inline(__always)
  func mayTakeShortWay(_ entry: ProcessEntry) -> Bool {
    mayTakeShortWays && entry.process.rts.isEmpty
  }
}

extension Process {
  /// Whether it waits for a message from anyone, and for nothing else.
  @inline(__always)
  var isWaitingForAnyone: Bool {
    rts == .receiving && getFrom == .any && !misc.contains(.replyPend)
  }

  /// Takes a message, to be copied when it is next picked.
  ///
  /// - Parameter status: nil for a reply, which has none.
  @inline(__always)
  mutating func take(_ message: Message, from source: Endpoint, _ status: IPCStatus?) {
    deliverMessage = message
    deliverMessage.source = source
    misc.insert(.deliverMessage)
    if let status { frame.ebx |= status.rawValue }
  }
}
