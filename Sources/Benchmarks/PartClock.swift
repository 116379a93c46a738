/// Times a run of operations in equal parts, after some that are not timed.
struct PartClock {
  static var partCount: Int { 100 }

  private let clock = ContinuousClock()
  private let warmUp: Int
  private let rounds: Int
  private var operations = 0
  /// The operation with which the next part begins.
  private var boundary: Int
  /// When each part began, and the last one ended.
  private var instants: [ContinuousClock.Instant] = []

  /// - Parameters:
  ///   - warmUp: operations that are not timed.
  ///   - rounds: operations that are; at least ``partCount``, a precondition.
  init(warmUp: Int, rounds: Int) {
    precondition(rounds >= Self.partCount, "\(rounds) rounds")
    self.warmUp = warmUp
    self.rounds = rounds
    boundary = warmUp
    instants.reserveCapacity(Self.partCount + 1)
  }

  /// Whether the first operation that is timed has just begun.
  var isAtStart: Bool { operations == warmUp + 1 }

  /// Counts an operation that is about to begin.
  ///
  /// - Returns: whether there have been enough: this one is not to be made.
  mutating func operationBegins() -> Bool {
    guard operations == boundary else {
      operations += 1
      return false
    }
    return partBegins()
  }

  private mutating func partBegins() -> Bool {
    operations += 1
    instants.append(clock.now)
    guard instants.count <= Self.partCount else { return true }
    boundary = warmUp + rounds * instants.count / Self.partCount
    return false
  }

  /// Nanoseconds an operation, in each part.
  var parts: [Double] {
    zip(instants, instants.dropFirst()).enumerated().map { index, part in
      let first = rounds * index / Self.partCount
      let count = rounds * (index + 1) / Self.partCount - first
      return part.0.duration(to: part.1) / .nanoseconds(count)
    }
  }
}
