/// The ring of what happened last: fixed in size, always on, read when something breaks.
///
/// Recording an event is the store of its 24 bytes and an increment, written out where the event
/// happens: no call, no allocation, no formatting.
@safe
public final class FlightRecorder {
  @usableFromInline let events: UnsafeMutablePointer<Event>
  @usableFromInline let mask: Int
  @usableFromInline var position = 0

  /// - Parameter capacity: how many events are kept; a power of two, a precondition.
  public init(capacity: Int = 4096) {
    precondition(capacity > 0 && capacity & (capacity - 1) == 0, "capacity \(capacity)")
    unsafe events = .allocate(capacity: capacity)
    unsafe events.initialize(repeating: Event(), count: capacity)
    mask = capacity - 1
  }

  deinit {
    unsafe events.deallocate()
  }

  /// How many events were recorded in all, the forgotten ones included.
  public var total: Int { position }

  /// The mask keeps the index within the ring, whatever the position.
  @inlinable @inline(__always)
  func store(_ event: Event) {
    unsafe events[position & mask] = event
    position &+= 1
  }

  /// The last events, oldest first.
  public func tail(_ count: Int) -> [Event] {
    let kept = min(position, mask + 1, count)
    return (position - kept..<position).map { unsafe events[$0 & mask] }
  }
}
