import MinixABI

/// Who is who: pids, users, groups. Source: POSIX sheet 2.1 and 2.6.
extension ProcessManager {
  func answerPID(_ caller: ProcessSlot) {
    answer(roster[caller].pid, caller) { $0[int: 8] = roster[roster[caller].parent].pid }
  }

  func answerUser(_ caller: ProcessSlot) {
    let identity = roster[caller].identity
    answer(Int32(identity.realUser), caller) { $0[int: 8] = Int32(identity.effectiveUser) }
  }

  func answerGroup(_ caller: ProcessSlot) {
    let identity = roster[caller].identity
    answer(Int32(identity.realGroup), caller) { $0[int: 8] = Int32(identity.effectiveGroup) }
  }

  /// SETUID and SETEUID.
  func setUser(_ request: Message, setsReal: Bool, _ caller: ProcessSlot) {
    let user = Int16(truncatingIfNeeded: request[int: 8])
    let identity = roster[caller].identity
    guard user == identity.realUser || identity.isRoot else { return answer(.eperm, caller) }
    if setsReal { roster[caller].identity.realUser = user }
    roster[caller].identity.effectiveUser = user
    answer(.ok, caller)
  }

  /// SETGID and SETEGID.
  func setGroup(_ request: Message, setsReal: Bool, _ caller: ProcessSlot) {
    let group = Int8(truncatingIfNeeded: request[int: 8])
    let identity = roster[caller].identity
    guard group == identity.realGroup || identity.isRoot else { return answer(.eperm, caller) }
    if setsReal { roster[caller].identity.realGroup = group }
    roster[caller].identity.effectiveGroup = group
    answer(.ok, caller)
  }

  /// `NGROUPS_MAX`.
  private static var groupLimit: Int32 { 8 }

  func getGroups(_ request: Message, _ caller: ProcessSlot) {
    let groups = roster[caller].identity.groups
    let (room, count) = (request[int: 8], Int32(groups.count))
    guard room != 0 else { return answer(count, caller) }
    guard room >= count, room > 0, room <= Self.groupLimit else { return answer(.einval, caller) }
    let bytes = groups.map { UInt8(bitPattern: $0) }
    copyOut(bytes[...], to: roster[caller].endpoint, at: request[word: 20]) { [self] result in
      answer(result == .ok ? count : result.rawValue, caller)
    }
  }

  func setGroups(_ request: Message, _ caller: ProcessSlot) {
    guard roster[caller].identity.isRoot else { return answer(.eperm, caller) }
    let count = request[int: 8]
    guard count >= 0, count <= Self.groupLimit else { return answer(.einval, caller) }
    guard request[word: 20] != 0 else { return answer(.efault, caller) }
    copyIn(Int(count), from: roster[caller].endpoint, at: request[word: 20]) { [self] bytes in
      switch bytes {
      case .failure(let error): answer(error, caller)
      case .success(let bytes):
        roster[caller].identity.groups = bytes.map { Int8(bitPattern: $0) }
        answer(.ok, caller)
      }
    }
  }

  /// SETSID: a process group of its own.
  func setSession(_ caller: ProcessSlot) {
    let pid = roster[caller].pid
    guard roster[caller].identity.processGroup != pid else { return answer(.eperm, caller) }
    roster.setGroup(of: caller, to: pid)
    answer(pid, caller)
  }

  func answerProcessGroup(_ caller: ProcessSlot) {
    answer(roster[caller].identity.processGroup, caller)
  }
}

// MARK: - Priorities

extension ProcessManager {
  func getPriority(_ request: Message, _ caller: ProcessSlot) {
    guard let target = priorityTarget(request, caller) else { return }
    answer(roster[target].nice + 20, caller)
  }

  func setPriority(_ request: Message, _ caller: ProcessSlot) {
    guard let target = priorityTarget(request, caller) else { return }
    let nice = request[int: 16]
    guard nice >= roster[target].nice || roster[caller].identity.isRoot else {
      return answer(.eacces, caller)
    }
    guard nice >= -20, nice <= 20 else { return answer(.einval, caller) }
    roster[target].nice = nice
    if roster[target].kind == .user, roster[target].isLiving {
      let queue = min((nice + 20) * 16 / 41, 15)
      (roster[target].bestPriority, roster[target].priority) = (queue, queue)
      lowered.removeAll { $0 == roster[target].endpoint }
      schedule(target)
    }
    answer(.ok, caller)
  }

  /// Whose priority it is about; nil if the caller has got its answer.
  private func priorityTarget(_ request: Message, _ caller: ProcessSlot) -> ProcessSlot? {
    guard request[int: 8] == 0 else {
      answer(.einval, caller)
      return nil
    }
    let pid = request[int: 12]
    guard let target = pid == 0 ? caller : roster.slot(ofPID: pid) else {
      answer(.esrch, caller)
      return nil
    }
    let (mine, other) = (roster[caller].identity, roster[target].identity)
    guard
      mine.isRoot || mine.effectiveUser == other.realUser
        || mine.effectiveUser == other.effectiveUser
    else {
      answer(.eperm, caller)
      return nil
    }
    return target
  }
}
