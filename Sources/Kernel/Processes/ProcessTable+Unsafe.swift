import FlightRecorder
import MinixABI

/// The process table: one allocation for kernel tasks and processes, made at start, never moved.
///
/// `table[slot].field` reads and writes in place.
@safe
final class ProcessTable {
  private let base: UnsafeMutablePointer<Process>
  private let count: Int
  /// Slots from 0 up (`NR_PROCS`); the four tasks come on top.
  let capacity: Int32
  let queues = ReadyQueues()
  /// Where changes of flags go.
  let recorder: FlightRecorder

  /// - Parameters:
  ///   - capacity: the number of slots from 0 up.
  ///   - recorder: where changes of flags go.
  init(capacity: Int32, recorder: FlightRecorder) {
    self.recorder = recorder
    count = Int(capacity + Endpoint.taskCount)
    self.capacity = capacity
    unsafe base = .allocate(capacity: count)
    unsafe base.initialize(repeating: Process(), count: count)
    for index in 0..<Int32(count) {
      let slot = ProcessSlot(rawValue: index - Endpoint.taskCount)
      self[slot].slot = slot
      self[slot].endpoint = Endpoint(generation: 0, slot: slot)
    }
  }

  deinit {
    unsafe base.deallocate()
  }

  subscript(slot: ProcessSlot) -> Process {
    @inline(__always) unsafeAddress {
      unsafe UnsafePointer(base + index(slot))
    }
    @inline(__always) unsafeMutableAddress {
      unsafe base + index(slot)
    }
  }

  @inline(__always)
  private func index(_ slot: ProcessSlot) -> Int {
    let index = Int(slot.rawValue) &+ Int(Endpoint.taskCount)
    // One comparison: as an unsigned number a negative index is too great.
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "no such slot")
    return index
  }
}

/// The heads and tails of the ready queues (`rdy_head`, `rdy_tail`), in one allocation.
@safe
final class ReadyQueues {
  /// `NR_SCHED_QUEUES`.
  static var count: Int { 16 }

  private let slots: UnsafeMutablePointer<ProcessSlot>
  /// How many processes are queued, in all queues.
  var slotCount = 0
  /// A bit for each queue that is not empty.
  private(set) var occupied: UInt32 = 0

  init() {
    unsafe slots = .allocate(capacity: 2 * Self.count)
    unsafe slots.initialize(repeating: .none, count: 2 * Self.count)
  }

  deinit {
    unsafe slots.deallocate()
  }

  /// The first process of a queue, or none.
  subscript(head queue: Int) -> ProcessSlot {
    @inline(__always) get { unsafe slots[checked(queue)] }
    @inline(__always) set {
      unsafe slots[checked(queue)] = newValue
      let bit = UInt32(1) &<< UInt32(truncatingIfNeeded: queue)
      occupied = newValue == .none ? occupied & ~bit : occupied | bit
    }
  }

  /// The last process of a queue; meaningful while it has a head.
  subscript(tail queue: Int) -> ProcessSlot {
    @inline(__always) get { unsafe slots[Self.count &+ checked(queue)] }
    @inline(__always) set { unsafe slots[Self.count &+ checked(queue)] = newValue }
  }

  @inline(__always)
  private func checked(_ queue: Int) -> Int {
    precondition(UInt(bitPattern: queue) < UInt(Self.count), "no such queue")
    return queue
  }
}
