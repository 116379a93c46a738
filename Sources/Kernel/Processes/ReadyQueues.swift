import MinixABI

/// The heads and tails of the ready queues (`rdy_head`, `rdy_tail`).
struct ReadyQueues: BitwiseCopyable {
  /// `NR_SCHED_QUEUES`.
  static var count: Int { 16 }

  private var heads = InlineArray<16, ProcessSlot>(repeating: .none)
  private var tails = InlineArray<16, ProcessSlot>(repeating: .none)
  /// How many processes are queued, in all queues.
  var slotCount = 0
  /// A bit for each queue that is not empty.
  private(set) var occupied: UInt32 = 0

  /// The first process of a queue, or none.
  @inline(__always)
  func head(_ queue: Int) -> ProcessSlot { heads[queue] }

  /// The last process of a queue; meaningful while it has a head.
  @inline(__always)
  func tail(_ queue: Int) -> ProcessSlot { tails[queue] }

  /// A process becomes a queue's first.
  @inline(__always)
  mutating func setHead(_ queue: Int, _ slot: ProcessSlot) {
    heads[queue] = slot
    occupied |= 1 &<< UInt32(truncatingIfNeeded: queue)
  }

  /// A queue has no process any more.
  @inline(__always)
  mutating func empty(_ queue: Int) {
    heads[queue] = .none
    occupied &= ~(1 &<< UInt32(truncatingIfNeeded: queue))
  }

  @inline(__always)
  mutating func setTail(_ queue: Int, _ slot: ProcessSlot) { tails[queue] = slot }
}
