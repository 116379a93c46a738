/// The ring of what happened last: fixed in size, always on, read when something breaks.
///
/// Recording an event is the store of its 32 bytes, written out where the event happens: no call, no
/// allocation, no formatting. The ring is two blocks that are filled in turn. Whoever wants all events
/// gets each block when it is full, and gives another one to go on with.
@safe
public final class FlightRecorder {
  /// Takes what a block holds, and gives the next block to fill, of the same size; it may wait. It is
  /// called once in a block, and must neither allocate nor record.
  public typealias Drain =
    (_ full: UnsafeMutableBufferPointer<Event>) -> UnsafeMutableBufferPointer<Event>

  /// Where the next event goes.
  @usableFromInline var cursor: UnsafeMutablePointer<Event>
  /// From here on up there are only ``reserve`` slots left.
  @usableFromInline var limit: UnsafeMutablePointer<Event>

  /// Whether nothing is kept.
  private let isOff: Bool
  /// The block that is being filled, and what the one before it held.
  private var block: UnsafeMutableBufferPointer<Event>
  private var former: UnsafeMutableBufferPointer<Event>
  private var drain: Drain?
  private let own: UnsafeMutableBufferPointer<Event>
  /// Events in the blocks before this one.
  private var countBefore: UInt64 = 0

  /// What may be recorded after one look at whether there is room.
  @usableFromInline static var reserve: Int { 8 }

  /// - Parameters:
  ///   - capacity: how many events there is room for; nearly the half of them are always kept.
  ///   - isOff: whether nothing is to be kept. The stores are made all the same: to ask each time
  ///     would cost as much.
  public init(capacity: Int = 4096, isOff: Bool = false) {
    precondition(capacity >= 2 * Self.reserve && capacity.isMultiple(of: 2), "too small a ring")
    // The reserve comes on top, or a small ring would keep little besides.
    let half = capacity / 2 + Self.reserve / 2
    unsafe own = .allocate(capacity: 2 * half)
    unsafe own.initialize(repeating: Event())
    unsafe block = UnsafeMutableBufferPointer(rebasing: own[..<half])
    unsafe former = UnsafeMutableBufferPointer(rebasing: own[half...])
    unsafe cursor = own.baseAddress.unsafelyUnwrapped
    unsafe limit = cursor + (half - Self.reserve)
    self.isOff = isOff
  }

  deinit {
    unsafe own.deallocate()
  }

  /// Whether somebody gets all events: then more may be recorded than a ring would be worth.
  public var isDrained: Bool { unsafe drain != nil }

  /// How many events were recorded in all, the forgotten ones included.
  public var total: UInt64 { isOff ? 0 : countBefore + UInt64(filledCount) }

  private var filledCount: Int { unsafe cursor - block.baseAddress.unsafelyUnwrapped }

  /// Whether ``turn()`` must be called before anything more is recorded.
  ///
  /// The test is apart from the store so that a function on the path of a fault can begin with it, and
  /// leave the rare case to another function: then it needs no registers for it.
  @inlinable @inline(__always)
  public var isFull: Bool { unsafe cursor >= limit }

  /// Stores an event where there is room, as there is for ``reserve`` of them after a look.
  @inlinable @inline(__always)
  func store(_ event: Event) {
    unsafe cursor.pointee = event
    unsafe cursor += 1
  }

  /// Looks whether there is room, and makes some.
  @inlinable @inline(__always)
  public func makeRoom() {
    if isFull { turn() }
  }

  /// Goes on with the other block, or with what the drain gives for a full one.
  @inline(never)
  public func turn() {
    countBefore += UInt64(filledCount)
    let full = unsafe UnsafeMutableBufferPointer(rebasing: block[..<filledCount])
    if let drain = unsafe self.drain {
      unsafe block = drain(full)
    } else {
      let half = unsafe own.count / 2
      let isFirst = unsafe block.baseAddress == own.baseAddress
      unsafe block = UnsafeMutableBufferPointer(
        rebasing: isFirst ? own[half...] : own[..<half])
    }
    unsafe former = full
    begin(at: 0)
  }

  /// Goes on in the block behind so many events.
  private func begin(at index: Int) {
    unsafe cursor = block.baseAddress.unsafelyUnwrapped + index
    unsafe limit = block.baseAddress.unsafelyUnwrapped + (block.count - Self.reserve)
  }

  /// The last events, oldest first; fewer when the ring holds fewer, and never the second half of one.
  public func tail(_ count: Int) -> [Event] {
    if isOff { return [] }
    let events = unsafe Array(former) + Array(block[..<filledCount])
    let kept = events.suffix(count).filter { $0.kind != Event.Kind.empty }
    return Array(kept.drop { $0.kind == .messageRest || $0.kind == .kernelCallRest })
  }
}

// MARK: - All events

extension FlightRecorder {
  /// From now on, hands over every block that is full. What was recorded until now stays in the ring.
  ///
  /// - Parameters:
  ///   - first: the block to go on with.
  ///   - drain: see ``Drain``.
  public func attach(first: UnsafeMutableBufferPointer<Event>, _ drain: @escaping Drain) {
    countBefore += UInt64(filledCount)
    unsafe former = UnsafeMutableBufferPointer(rebasing: block[..<filledCount])
    unsafe block = first
    begin(at: 0)
    unsafe self.drain = drain
  }

  /// Ends that, and goes on in the ring of its own, with a copy of what came last.
  ///
  /// - Returns: what the last block holds.
  public func detach() -> UnsafeMutableBufferPointer<Event> {
    let rest = unsafe UnsafeMutableBufferPointer(rebasing: block[..<filledCount])
    let last = unsafe tail(own.count / 2 - Self.reserve)
    countBefore = total - UInt64(last.count)
    unsafe block = UnsafeMutableBufferPointer(rebasing: own[..<(own.count / 2)])
    unsafe former = UnsafeMutableBufferPointer(rebasing: own[..<0])
    for (index, event) in last.enumerated() { unsafe block[index] = event }
    begin(at: last.count)
    unsafe drain = nil
    return unsafe rest
  }
}
