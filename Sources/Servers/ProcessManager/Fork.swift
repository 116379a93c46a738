import Kernel
import MinixABI

/// FORK: VM makes the copy, the kernel's part of it included. Source: POSIX sheet 2.2; ABI 9.11.
extension ProcessManager {
  func fork(_ caller: ProcessSlot) {
    let isRoot = roster[caller].identity.isRoot
    guard roster.capacity - roster.usedCount > (isRoot ? 0 : Self.reservedForRoot),
      let child = roster.takeSlot()
    else { return answer(.eagain, caller) }
    callVM(.fork) {
      $0[endpoint: 8] = roster[caller].endpoint
      $0[int: 12] = child.rawValue
    } then: { [self] reply in
      guard reply.type == 0 else { return answer(reply.type, caller) }
      enter(child, of: caller, as: reply[endpoint: 16])
      descriptorKeeper?.fork(roster[caller].endpoint, roster[child].endpoint)
      answer(roster[child].pid, caller)
      answer(0, child)
    }
  }

  /// The last slots are root's alone.
  private static var reservedForRoot: Int { 2 }

  /// A child begins with what its parent has, but for timers, times and, unlike in MINIX, pending
  /// signals.
  private func enter(_ child: ProcessSlot, of parent: ProcessSlot, as endpoint: Endpoint) {
    var process = ManagedProcess()
    process.state = .living
    process.endpoint = endpoint
    process.pid = roster.takePID()
    process.parent = parent
    process.isAwaited = roster[parent].isAwaited
    process.identity = roster[parent].identity
    process.signals = roster[parent].signals
    process.signals.pending = 0
    process.signals.isDelayed = false
    process.nice = roster[parent].nice
    process.quantum = roster[parent].quantum
    if roster[parent].kind == .user {
      process.bestPriority = roster[parent].bestPriority
      process.priority = roster[parent].priority
      if process.priority > process.bestPriority { lowered.append(endpoint) }
    } else {
      process.bestPriority = Int32(BootProcess.userQueue)
      process.priority = process.bestPriority
      makeUser(endpoint)
    }
    roster.insert(process, in: child)
    if process.isAwaited { livingCount += 1 }
    schedule(child)
  }

  /// The child of a process with system privileges has none, and waits for somebody to say that it
  /// may run without.
  private func makeUser(_ endpoint: Endpoint) {
    callKernel(.privilegeControl) {
      $0[endpoint: 8] = endpoint
      $0[int: 12] = PrivilegeControl.allow.rawValue
    }
    callKernel(.scheduleControl) { $0[endpoint: 8] = endpoint }
  }
}
