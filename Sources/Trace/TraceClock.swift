/// How a trace's cycles become nanoseconds: by the straight line through its first and its last block.
public struct TraceClock: Equatable, Sendable {
  /// Both clocks at one moment.
  struct Stamp: Equatable, Sendable {
    var cycles: UInt64
    var nanoseconds: UInt64
  }

  /// Nanoseconds a cycle.
  public let nanosecondsPerCycle: Double

  /// A file of one block has one stamp, from which no rate can be told: a cycle is a nanosecond then.
  init(_ stamps: [Stamp]) {
    guard let first = stamps.first, let last = stamps.last, last.cycles > first.cycles,
      last.nanoseconds > first.nanoseconds
    else {
      nanosecondsPerCycle = 1
      return
    }
    nanosecondsPerCycle =
      Double(last.nanoseconds - first.nanoseconds) / Double(last.cycles - first.cycles)
  }

  /// Nanoseconds between two readings of the cycle counter; never negative.
  public func nanoseconds(from start: UInt64, to end: UInt64) -> UInt64 {
    end > start ? UInt64(Double(end - start) * nanosecondsPerCycle) : 0
  }
}
