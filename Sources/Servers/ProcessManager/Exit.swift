import Kernel
import MinixABI

/// The end of a process, and who hears of it. Source: ABI 9.15; POSIX sheet 2.2.
extension ProcessManager {
  func exit(_ request: Message, _ caller: ProcessSlot) {
    end(caller, .exit(status: UInt8(truncatingIfNeeded: request[int: 8])))
  }

  /// `exit_proc`: stops the process; VM and the kernel are told one after the other, and the parent
  /// when nothing is left of it.
  func end(_ slot: ProcessSlot, _ end: ProcessEnd) {
    guard roster[slot].isLiving, roster[slot].kind != .resident else { return }
    let endpoint = roster[slot].endpoint
    if roster[slot].isAwaited { livingCount -= 1 }
    roster[slot].end = end
    roster[slot].wait = .none
    if originals[endpoint] != nil { originals[endpoint]?.end = end }
    cancelAlarm(of: slot)
    callKernel(.runControl) { $0[endpoint: 8] = endpoint }
    hangUpGroup(ledBy: slot)
    later { [self] in sayFarewell(to: slot) }
  }

  /// A process whose pid is its group's takes the group with it.
  private func hangUpGroup(ledBy slot: ProcessSlot) {
    let group = roster[slot].identity.processGroup
    guard group == roster[slot].pid else { return }
    for member in Array(roster.occupied) where roster[member].identity.processGroup == group {
      raise(.hangup, on: member)
    }
  }

  private func sayFarewell(to slot: ProcessSlot) {
    let endpoint = roster[slot].endpoint
    addTimesToParent(of: slot)
    // A guest in VM's place: there is nobody to tell.
    guard endpoint != .vm else {
      clear(endpoint)
      return bury(slot)
    }
    callVM(.willExit) {
      $0[endpoint: 8] = endpoint
    } then: { [self] _ in
      clear(endpoint)
      callVM(.exit) {
        $0[endpoint: 8] = endpoint
      } then: { [self] _ in
        bury(slot)
      }
    }
  }

  /// SYS_CLEAR: the kernel forgets the process.
  private func clear(_ endpoint: Endpoint) {
    callKernel(.clear) { $0[endpoint: 8] = endpoint }
  }

  private func addTimesToParent(of slot: ProcessSlot) {
    let times = callKernel(.times) { $0[endpoint: 8] = roster[slot].endpoint }
    let parent = roster[slot].parent
    roster[parent].childrenUserTicks &+= times.userTime &+ roster[slot].childrenUserTicks
    roster[parent].childrenSystemTicks &+= times.systemTime &+ roster[slot].childrenSystemTicks
  }

  /// The children get INIT as their parent, and the own parent is told.
  private func bury(_ slot: ProcessSlot) {
    descriptorKeeper?.exit(roster[slot].endpoint)
    roster[slot].state = .zombie
    startFollowers(of: roster[slot].endpoint)
    let initSlot = Endpoint.initProcess.slot
    for child in roster.children(of: slot) {
      roster.move(child, to: initSlot)
      if roster[child].state == .zombie { tell(initSlot, of: child) }
    }
    tell(roster[slot].parent, of: slot)
  }

  /// Answers the parent's WAIT if it is one for this child; else the child stays a zombie, and the
  /// parent gets SIGCHLD.
  private func tell(_ parent: ProcessSlot, of child: ProcessSlot) {
    if case .child(let pid) = roster[parent].wait, isWaitedFor(child, pid: pid, by: parent) {
      roster[parent].wait = .none
      return report(child, to: parent)
    }
    raise(.child, on: parent)
  }
}

// MARK: - Waiting

extension ProcessManager {
  /// WAIT and WAITPID.
  func wait(for pid: Int32, options: Int32, _ caller: ProcessSlot) {
    // By slot, as MINIX finds them.
    let candidates = roster.children(of: caller)
      .filter { isWaitedFor($0, pid: pid, by: caller) }
    if let zombie = candidates.filter({ roster[$0].state == .zombie }).min() {
      return report(zombie, to: caller)
    }
    // INIT always waits: somebody will come.
    guard !candidates.isEmpty || roster[caller].kind == .resident else {
      return answer(.echild, caller)
    }
    guard options & Self.withoutHanging == 0 else { return answer(0, caller) }
    roster[caller].wait = .child(pid)
  }

  /// `WNOHANG`.
  private static var withoutHanging: Int32 { 1 }

  private func isWaitedFor(
    _ child: ProcessSlot, pid: Int32, by parent: ProcessSlot
  ) -> Bool {
    switch pid {
    case 1...: roster[child].pid == pid
    case -1: true
    case 0: roster[child].identity.processGroup == roster[parent].identity.processGroup
    default: Int64(roster[child].identity.processGroup) == -Int64(pid)
    }
  }

  /// The parent hears of a zombie, and its slot is free.
  private func report(_ child: ProcessSlot, to parent: ProcessSlot) {
    let identity = roster[child].identity
    let status = roster[child].end?.statusWord(
      hasOwnIDs: identity.realUser == identity.effectiveUser)
    answer(roster[child].pid, parent) { $0[int: 8] = status ?? 0 }
    roster.remove(child)
  }
}
