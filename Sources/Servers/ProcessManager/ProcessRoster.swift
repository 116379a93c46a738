import MinixABI

/// PM's process table, by slot: `mproc`. Pids and process groups are found without a search, children
/// by their parent's list.
struct ProcessRoster {
  private var entries: [ManagedProcess]
  private var slots: [Int32: ProcessSlot] = [:]
  /// How many processes each process group has.
  private var groups: [Int32: Int] = [:]
  private var lastSlot: ProcessSlot
  private var lastPID: Int32 = 1
  /// How many slots are taken; the boot processes' are.
  private(set) var usedCount: Int

  /// The first slot that is not the boot image's.
  static var firstSlot: Int { Int(Endpoint.initProcess.slot.rawValue) + 1 }

  init(capacity: Int32) {
    entries = Array(repeating: ManagedProcess(), count: Int(capacity))
    usedCount = Self.firstSlot
    lastSlot = ProcessSlot(rawValue: capacity - 1)
  }

  var capacity: Int { entries.count }

  subscript(slot: ProcessSlot) -> ManagedProcess {
    _read { yield entries[Int(slot.rawValue)] }
    _modify { yield &entries[Int(slot.rawValue)] }
  }

  /// The slot of a process that is in the table, a zombie included, by its endpoint.
  func slot(of endpoint: Endpoint) -> ProcessSlot? {
    let slot = endpoint.slot
    guard slot.rawValue >= 0, slot.rawValue < entries.count, self[slot].state != .free,
      self[slot].endpoint == endpoint
    else { return nil }
    return slot
  }

  /// The slot of a process that is in the table, a zombie included, by its pid.
  func slot(ofPID pid: Int32) -> ProcessSlot? { slots[pid] }

  /// The slots that are taken, by number.
  var occupied: some Sequence<ProcessSlot> {
    entries.indices.lazy.filter { entries[$0].state != .free }
      .map { ProcessSlot(rawValue: Int32($0)) }
  }

  /// The slots of a process's children, zombies included.
  func children(of parent: ProcessSlot) -> [ProcessSlot] {
    var children: [ProcessSlot] = []
    var child = self[parent].firstChild
    while child != .none {
      children.append(child)
      child = self[child].nextSibling
    }
    return children
  }
}

// MARK: - Coming and going

extension ProcessRoster {
  /// The next free slot after the one that was given last, round and round.
  mutating func takeSlot() -> ProcessSlot? {
    guard usedCount < capacity else { return nil }
    var slot = Int(lastSlot.rawValue)
    repeat {
      slot = slot + 1 < capacity ? slot + 1 : Self.firstSlot
    } while entries[slot].state != .free
    lastSlot = ProcessSlot(rawValue: Int32(slot))
    return lastSlot
  }

  /// The next pid after the one that was given last that is neither somebody's nor a group's. INIT has
  /// the first.
  mutating func takePID() -> Int32 {
    repeat {
      lastPID = lastPID < Self.pidLimit ? lastPID + 1 : 2
    } while slots[lastPID] != nil || groups[lastPID] != nil
    return lastPID
  }

  /// `NR_PIDS`.
  private static var pidLimit: Int32 { 30_000 }

  /// Enters a process whose parent, pid and group are filled in.
  mutating func insert(_ process: ManagedProcess, in slot: ProcessSlot) {
    precondition(self[slot].state == .free)
    self[slot] = process
    slots[process.pid] = slot
    groups[process.identity.processGroup, default: 0] += 1
    if slot.rawValue >= Self.firstSlot {
      usedCount += 1
      lastSlot = slot
    }
    link(slot)
  }

  /// Forgets a process without children.
  mutating func remove(_ slot: ProcessSlot) {
    precondition(self[slot].firstChild == .none)
    unlink(slot)
    leaveGroup(slot)
    slots[self[slot].pid] = nil
    self[slot] = ManagedProcess()
    if slot.rawValue >= Self.firstSlot { usedCount -= 1 }
  }

  /// Gives a child another parent.
  mutating func move(_ child: ProcessSlot, to parent: ProcessSlot) {
    unlink(child)
    self[child].parent = parent
    link(child)
  }

  /// Puts a process into another process group.
  mutating func setGroup(of slot: ProcessSlot, to group: Int32) {
    leaveGroup(slot)
    self[slot].identity.processGroup = group
    groups[group, default: 0] += 1
  }

  private mutating func leaveGroup(_ slot: ProcessSlot) {
    let group = self[slot].identity.processGroup
    let others = groups[group, default: 1] - 1
    groups[group] = others == 0 ? nil : others
  }

  private mutating func link(_ child: ProcessSlot) {
    let parent = self[child].parent
    guard parent != .none, parent != child else { return }
    let first = self[parent].firstChild
    self[child].nextSibling = first
    self[child].previousSibling = .none
    if first != .none { self[first].previousSibling = child }
    self[parent].firstChild = child
  }

  private mutating func unlink(_ child: ProcessSlot) {
    let parent = self[child].parent
    guard parent != .none, parent != child else { return }
    let (previous, next) = (self[child].previousSibling, self[child].nextSibling)
    if next != .none { self[next].previousSibling = previous }
    if previous == .none {
      self[parent].firstChild = next
    } else {
      self[previous].nextSibling = next
    }
    (self[child].previousSibling, self[child].nextSibling) = (.none, .none)
  }
}
