import MinixABI

/// A small model of MINIX's IPC, written from the ABI (3.3–3.12, 4.1–4.4, 5.3, 8.4, 8.6, with the
/// readings of 13) and from nothing else. It is slow and obvious: arrays that are searched and
/// shifted, no links between processes, no memory but what a message needs.
///
/// With the kernel it shares only the wire (`Message`); its numbers are the ABI's, stated again.
struct IPCModel {
  /// The slots, the four tasks first.
  var processes: [ModelProcess]
  /// The 32 privilege structures.
  var structures: [ModelStructure]
  /// Who can run, by priority, in order.
  var ready: [[Int]] = Array(repeating: [], count: 16)
  /// Who ran last.
  var current = ModelSlot.idle
  /// Ticks since the start.
  var uptime: UInt32 = 0
  /// How often what happened: a run in which little happens tests little.
  var tally = ModelTally()

  subscript(slot: Int) -> ModelProcess {
    get { processes[slot + 4] }
    _modify { yield &processes[slot + 4] }
  }

  /// The slots that the table has.
  var slots: Range<Int> { -4..<processes.count - 4 }

  /// 2.1: the slot of a living process with exactly this endpoint.
  func slot(of endpoint: Int32) -> Int? {
    let slot = (Int(endpoint) + 1023) % 36558 - 1023
    guard slots.contains(slot), self[slot].rts != ModelRTS.slotFree,
      self[slot].endpoint == endpoint
    else { return nil }
    return slot
  }

  // MARK: Flags and ready queues (4.1, 4.3)

  /// A process that could run and now can't leaves its queue.
  mutating func set(_ flags: UInt16, on slot: Int) {
    if self[slot].rts == 0 { unready(slot) }
    self[slot].rts |= flags
  }

  /// A process that couldn't run and now can goes to the tail of its queue.
  mutating func clear(_ flags: UInt16, on slot: Int) {
    let couldRun = self[slot].rts == 0
    self[slot].rts &= ~flags
    if !couldRun, self[slot].rts == 0 { ready[self[slot].priority].append(slot) }
  }

  mutating func unready(_ slot: Int) {
    ready[self[slot].priority].removeAll { $0 == slot }
  }

  /// The best queue in which somebody is.
  var best: [Int]? { ready.first { !$0.isEmpty } }

  /// 4.4: who runs next. Somebody better takes a preemptible process's place, which goes to the head
  /// of its queue. Whoever is picked gets the message that waits for it.
  ///
  /// - Returns: whether it got one.
  mutating func pickNext() -> Bool {
    guard let best, let first = best.first else {
      current = ModelSlot.idle
      return false
    }
    let (mine, its) = (self[current].priority, self[first].priority)
    if self[current].rts != 0 {
      current = first
    } else if its < mine,
      structures[self[current].structure].flags & ModelPrivilege.preemptible != 0
    {
      unready(current)
      ready[mine].insert(current, at: 0)
      current = first
    }
    let delivers = self[current].misc & ModelMisc.deliver != 0
    self[current].misc &= ~ModelMisc.deliver
    return delivers
  }
}

/// A slot of the process table.
struct ModelProcess {
  var endpoint: Int32
  /// 4.1.
  var rts = ModelRTS.slotFree
  /// 4.2, as far as IPC is concerned.
  var misc: UInt16 = 0
  /// The index of its privilege structure.
  var structure = 14
  var priority = 0
  /// Whether somebody but the kernel schedules it.
  var hasScheduler = false
  var eax: UInt32 = 0
  var ebx: UInt32 = 0
  /// From whom it receives, to whom it sends.
  var source: Int32 = 0
  var destination: Int32 = 0
  /// What it sends, while it waits to.
  var outgoing = Message()
  /// What it has received last, and where that goes.
  var incoming = Message()
  var buffer: UInt32 = 0
  /// Who waits to send to it, first come first.
  var callers: [Int] = []
  /// Kernel signals that its manager has not fetched.
  var signals: UInt32 = 0
  /// Its memory where its SENDA tables stand.
  var table: [ModelEntry] = []
}

/// An entry of a SENDA table (3.11).
struct ModelEntry {
  var flags: UInt32
  var destination: Int32
  var result: Int32 = 0
  var message = Message()
}

/// A privilege structure (2.3).
struct ModelStructure {
  var owner: Int?
  var flags: UInt16 = 0
  var trapMask: UInt16 = 0
  var ipcTo: UInt32 = 0
  var manager: Int32 = ModelEndpoint.pm
  /// A bit for each structure whose owner has notified.
  var notifications: UInt32 = 0
  /// Signals that travel in a notification from SYSTEM.
  var signals: UInt32 = 0
  /// The entries of the table that SENDA has registered; 0 for none.
  var tableSize = 0
}

/// What has happened how often.
struct ModelTally {
  var delivered = 0
  var notified = 0
  var asynchronous = 0
  var queued = 0
  var faultsQueued = 0
  var locked = 0
  var released = 0
  var signals = 0
  var delayed = 0
  var runnable = 0
  var forked = 0
}
