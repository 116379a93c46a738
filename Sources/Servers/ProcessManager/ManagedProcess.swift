import Kernel
import MinixABI

/// What PM knows of a process. Source: minix `servers/pm/mproc.h`.
struct ManagedProcess {
  enum State { case free, living, zombie }

  var state = State.free
  var endpoint = Endpoint.none
  var pid: Int32 = 0
  /// How it has ended, as soon as that is certain; its farewell may be under way.
  var end: ProcessEnd?
  /// Whether the run waits for its end: for the programs that it was started with, and those that come
  /// of them.
  var isAwaited = false
  var kind = Kind.user

  /// Its family: the parent, and the parent's other children.
  var parent = ProcessSlot.none
  var firstChild = ProcessSlot.none
  var nextSibling = ProcessSlot.none
  var previousSibling = ProcessSlot.none

  var identity = ProcessIdentity()
  var signals = SignalState()
  var wait = Wait.none
  var timers = ProcessTimers()
  /// Ticks of its dead children, and their dead children.
  var childrenUserTicks: UInt32 = 0
  var childrenSystemTicks: UInt32 = 0

  var nice: Int32 = 0
  /// The best queue that it may have, and the one it is in.
  var bestPriority: Int32 = 0
  var priority: Int32 = 0
  /// Its time slice, in ticks.
  var quantum = Int32(BootProcess.userQuantum)
  /// Whether it has not begun: it waits for its time, or for another's end.
  var isHeld = false

  /// Whom PM has to do with.
  enum Kind {
    /// An ordinary process, which PM schedules.
    case user
    /// A program with system privileges.
    case system
    /// A guest in a server's place.
    case server
    /// Swift code: INIT.
    case resident
  }

  /// What a process that waits for PM's answer waits for.
  enum Wait: Equatable {
    case none
    /// WAIT or WAITPID, with the pid of the request.
    case child(Int32)
    /// PAUSE.
    case signal
    /// SIGSUSPEND, with the mask to be restored.
    case signalWithMask(saved: UInt32)
  }

  /// Whether it can still do something.
  var isLiving: Bool { state == .living && end == nil }
}

/// Who somebody is. `uid_t` has 16 bits and `gid_t` 8, both signed.
struct ProcessIdentity {
  var realUser: Int16 = 0
  var effectiveUser: Int16 = 0
  var realGroup: Int8 = 0
  var effectiveGroup: Int8 = 0
  /// The supplementary groups, at most 8.
  var groups: [Int8] = []
  /// The process group.
  var processGroup: Int32 = 0

  var isRoot: Bool { effectiveUser == 0 }

  /// Whether it may signal another, by their users.
  func maySignal(_ other: ProcessIdentity) -> Bool {
    isRoot
      || [other.realUser, other.effectiveUser].contains { $0 == realUser || $0 == effectiveUser }
  }
}
