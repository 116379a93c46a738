/// The ring of what happened last: fixed in size, always on, read when something breaks.
///
/// Recording an event is a store of 32 bytes and an increment; nothing is allocated or formatted.
public final class FlightRecorder {
  private var events: [Event]
  private let mask: Int
  private var position = 0

  /// - Parameter capacity: how many events are kept; a power of two, a precondition.
  public init(capacity: Int = 4096) {
    precondition(capacity > 0 && capacity & (capacity - 1) == 0, "capacity \(capacity)")
    events = Array(repeating: Event(), count: capacity)
    mask = capacity - 1
  }

  /// How many events were recorded in all, the forgotten ones included.
  public var total: Int { position }

  func store(_ event: Event) {
    events[position & mask] = event
    position &+= 1
  }

  /// The last events, oldest first.
  public func tail(_ count: Int) -> [Event] {
    let kept = min(position, events.count, count)
    return (position - kept..<position).map { events[$0 & mask] }
  }
}
