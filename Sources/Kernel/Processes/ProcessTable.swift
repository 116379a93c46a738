import FlightRecorder
import MinixABI

extension ProcessTable {
  /// `isokendpt`: the slot of a living process with exactly this endpoint.
  @inline(__always)
  func slot(of endpoint: Endpoint) -> ProcessSlot? { entry(of: endpoint)?.process.slot }

  /// The same as an entry.
  @inline(__always)
  func entry(of endpoint: Endpoint) -> ProcessEntry? {
    guard let entry = entryIfAny(endpoint.slot), entry.process.isTenant(endpoint) else {
      return nil
    }
    return entry
  }

  /// Whether the table has such a slot, empty or not.
  @inline(__always)
  func exists(_ slot: ProcessSlot) -> Bool {
    slot.rawValue >= -Endpoint.taskCount && slot.rawValue < capacity
  }

  /// The endpoint of an empty slot's next tenant. Generations begin at 1, and again at their end.
  func nextEndpoint(in slot: ProcessSlot) -> Endpoint {
    let generation = self[slot].endpoint.generation + 1
    return Endpoint(generation: generation < Endpoint.maxGeneration ? generation : 1, slot: slot)
  }

  /// All slots, tasks first.
  var allSlots: some Sequence<ProcessSlot> {
    (-Endpoint.taskCount..<capacity).lazy.map { ProcessSlot(rawValue: $0) }
  }

  /// The slots that hold a process, tasks excepted, by number.
  var livingSlots: [ProcessSlot] {
    (0..<capacity).map { ProcessSlot(rawValue: $0) }.filter { self[$0].rts != .slotFree }
  }

  /// `RTS_SET`: adds flags; a process that was runnable leaves its queue.
  mutating func set(_ flags: RTSFlags, on slot: ProcessSlot) { set(flags, on: entry(slot)) }

  /// The same, written out where it is called.
  @inline(__always)
  mutating func set(_ flags: RTSFlags, on entry: ProcessEntry) {
    if recorder.isFull { recorder.turn() }
    let old = entry.process.rts
    store(old.union(flags), over: old, of: entry)
    if old.isEmpty, !flags.isEmpty { remove(entry) }
  }

  /// `RTS_UNSET`: removes flags; a process that becomes runnable by it goes to its queue's tail.
  ///
  /// - Returns: whether it became runnable.
  @discardableResult
  mutating func unset(_ flags: RTSFlags, on slot: ProcessSlot) -> Bool {
    unset(flags, on: entry(slot))
  }

  /// The same, written out where it is called.
  @inline(__always) @discardableResult
  mutating func unset(_ flags: RTSFlags, on entry: ProcessEntry) -> Bool {
    if recorder.isFull { recorder.turn() }
    let old = entry.process.rts
    let new = old.subtracting(flags)
    store(new, over: old, of: entry)
    guard !old.isEmpty, new.isEmpty else { return false }
    append(entry)
    return true
  }

  /// `RTS_SETFLAGS`: replaces all flags by some, of which there is at least one.
  mutating func replace(with flags: RTSFlags, on slot: ProcessSlot) {
    precondition(!flags.isEmpty)
    if recorder.isFull { recorder.turn() }
    let entry = entry(slot)
    let old = entry.process.rts
    if old.isEmpty { remove(entry) }
    store(flags, over: old, of: entry)
  }

  /// The one place where flags change, queues apart. There is room in the recorder.
  @inline(__always)
  private mutating func store(_ new: RTSFlags, over old: RTSFlags, of entry: ProcessEntry) {
    entry.process.rts = new
    if !entry.process.isResident {
      recorder.recordFlags(of: entry.process.endpoint, from: old, to: new)
    }
  }

  /// RTS_SET on a runnable process, where there is room in the recorder.
  @inline(__always)
  mutating func block(_ entry: ProcessEntry, by flags: RTSFlags) {
    store(flags, over: [], of: entry)
    remove(entry)
  }

  /// RTS_UNSET of the only flags that a process has, where there is room in the recorder.
  @inline(__always)
  mutating func wake(_ entry: ProcessEntry, from flags: RTSFlags) {
    store([], over: flags, of: entry)
    append(entry)
  }

  /// RTS_PREEMPTED of a process that is put back into its queue by whoever calls.
  mutating func endPreemption(of slot: ProcessSlot) {
    if recorder.isFull { recorder.turn() }
    let entry = entry(slot)
    let old = entry.process.rts
    store(old.subtracting(.preempted), over: old, of: entry)
  }
}

// MARK: - Ready queues

/// The queues are linked both ways, so that a process leaves from anywhere at the same cost, however
/// many are ready. MINIX searches for it. Whoever is in no queue has no links.
extension ProcessTable {
  /// Appends a runnable process to the tail of its queue.
  mutating func enqueue(_ slot: ProcessSlot) { append(entry(slot)) }

  /// Takes a process out of its queue; nothing happens if it is not there.
  mutating func dequeue(_ slot: ProcessSlot) { remove(entry(slot)) }

  /// Puts a runnable process at the head of its queue: it was preempted with ticks left.
  mutating func enqueueAtHead(_ slot: ProcessSlot) {
    let queue = Int(self[slot].priority)
    let first = queues.head(queue)
    self[slot].nextReady = first
    if first == .none {
      queues.setTail(queue, slot)
    } else {
      self[first].previousReady = slot
    }
    queues.setHead(queue, slot)
    queues.slotCount &+= 1
  }

  @inline(__always)
  private mutating func append(_ entry: ProcessEntry) {
    let (queue, slot) = (Int(entry.process.priority), entry.process.slot)
    if queues.head(queue) == .none {
      queues.setHead(queue, slot)
    } else {
      let last = queues.tail(queue)
      self[last].nextReady = slot
      entry.process.previousReady = last
    }
    queues.setTail(queue, slot)
    queues.slotCount &+= 1
  }

  @inline(__always)
  private mutating func remove(_ entry: ProcessEntry) {
    let queue = Int(entry.process.priority)
    let (previous, next) = (entry.process.previousReady, entry.process.nextReady)
    let isFirst = previous == .none
    // Whoever has nobody before him is the first, or in no queue.
    if isFirst, queues.head(queue) != entry.process.slot { return }
    if next != .none {
      self[next].previousReady = previous
      entry.process.nextReady = .none
      if isFirst { queues.setHead(queue, next) }
    } else if isFirst {
      queues.empty(queue)
    } else {
      queues.setTail(queue, previous)
    }
    if !isFirst {
      self[previous].nextReady = next
      entry.process.previousReady = .none
    }
    queues.slotCount &-= 1
  }

  /// The head of the first queue that is not empty. It stays queued while it runs.
  ///
  /// Mutating though it changes nothing: to read one of an inline array's elements the compiler would else
  /// copy all of them.
  var firstReady: ProcessSlot? {
    @inline(__always) mutating get {
      let occupied = queues.occupied
      return occupied == 0 ? nil : queues.head(occupied.trailingZeroBitCount)
    }
  }
}
