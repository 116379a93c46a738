import FlightRecorder
import MinixABI

extension ProcessTable {
  /// `isokendpt`: the slot of a living process with exactly this endpoint.
  @inline(__always)
  func slot(of endpoint: Endpoint) -> ProcessSlot? {
    let slot = endpoint.slot
    return exists(slot) && self[slot].isTenant(endpoint) ? slot : nil
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
  var livingSlots: some Sequence<ProcessSlot> {
    (0..<capacity).lazy.map { ProcessSlot(rawValue: $0) }.filter { self[$0].rts != .slotFree }
  }

  /// `RTS_SET`: adds flags; a process that was runnable leaves its queue.
  func set(_ flags: RTSFlags, on slot: ProcessSlot) {
    if recorder.isFull { return makeRoomAndSet(flags, on: slot) }
    let old = self[slot].rts
    store(old.union(flags), over: old, of: slot)
    if old.isEmpty, !flags.isEmpty { dequeue(slot) }
  }

  /// `RTS_UNSET`: removes flags; a process that becomes runnable by it goes to its queue's tail.
  ///
  /// - Returns: whether it became runnable.
  @discardableResult
  func unset(_ flags: RTSFlags, on slot: ProcessSlot) -> Bool {
    if recorder.isFull { return makeRoomAndUnset(flags, on: slot) }
    let old = self[slot].rts
    let new = old.subtracting(flags)
    store(new, over: old, of: slot)
    guard !old.isEmpty, new.isEmpty else { return false }
    enqueue(slot)
    return true
  }

  /// `RTS_SETFLAGS`: replaces all flags by some, of which there is at least one.
  func replace(with flags: RTSFlags, on slot: ProcessSlot) {
    precondition(!flags.isEmpty)
    if recorder.isFull { recorder.turn() }
    let old = self[slot].rts
    if old.isEmpty { dequeue(slot) }
    store(flags, over: old, of: slot)
  }

  /// The rare case: functions of their own, so that the usual one needs no stack.
  @inline(never)
  private func makeRoomAndSet(_ flags: RTSFlags, on slot: ProcessSlot) {
    recorder.turn()
    set(flags, on: slot)
  }

  @inline(never)
  private func makeRoomAndUnset(_ flags: RTSFlags, on slot: ProcessSlot) -> Bool {
    recorder.turn()
    return unset(flags, on: slot)
  }

  /// The one place where flags change, queues apart. There is room in the recorder.
  @inline(__always)
  private func store(_ new: RTSFlags, over old: RTSFlags, of slot: ProcessSlot) {
    self[slot].rts = new
    if !self[slot].isResident {
      recorder.recordFlags(of: self[slot].endpoint, from: old, to: new)
    }
  }

  /// RTS_PREEMPTED of a process that is put back into its queue by whoever calls.
  @inline(__always)
  func endPreemption(of slot: ProcessSlot) {
    if recorder.isFull { recorder.turn() }
    let old = self[slot].rts
    store(old.subtracting(.preempted), over: old, of: slot)
  }
}

// MARK: - Ready queues

/// The queues are linked both ways, so that a process leaves from anywhere at the same cost, however
/// many are ready. MINIX searches for it.
extension ProcessTable {
  /// Appends a runnable process to the tail of its queue.
  func enqueue(_ slot: ProcessSlot) {
    let queue = Int(self[slot].priority)
    self[slot].nextReady = .none
    if queues[head: queue] == .none {
      queues[head: queue] = slot
    } else {
      let last = queues[tail: queue]
      self[last].nextReady = slot
      self[slot].previousReady = last
    }
    queues[tail: queue] = slot
    queues.slotCount += 1
  }

  /// Puts a runnable process at the head of its queue: it was preempted with ticks left.
  func enqueueAtHead(_ slot: ProcessSlot) {
    let queue = Int(self[slot].priority)
    let first = queues[head: queue]
    self[slot].nextReady = first
    if first == .none {
      queues[tail: queue] = slot
    } else {
      self[first].previousReady = slot
    }
    queues[head: queue] = slot
    queues.slotCount += 1
  }

  /// Takes a process out of its queue; nothing happens if it is not there.
  func dequeue(_ slot: ProcessSlot) {
    let queue = Int(self[slot].priority)
    let (previous, next) = (self[slot].previousReady, self[slot].nextReady)
    guard previous != .none || queues[head: queue] == slot else { return }
    if previous == .none {
      queues[head: queue] = next
    } else {
      self[previous].nextReady = next
    }
    if next == .none {
      queues[tail: queue] = previous
    } else {
      self[next].previousReady = previous
    }
    (self[slot].previousReady, self[slot].nextReady) = (.none, .none)
    queues.slotCount -= 1
  }

  /// The head of the first queue that is not empty. It stays queued while it runs.
  var firstReady: ProcessSlot? {
    let occupied = queues.occupied
    return occupied == 0 ? nil : queues[head: occupied.trailingZeroBitCount]
  }
}
