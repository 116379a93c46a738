internal import CLab

/// One of our own output streams.
struct HostStream {
  let descriptor: Int32
  var box = Outbox()
  /// The lab has sent the last of it.
  var hasEnded = false
  /// The lab has been told that nobody reads.
  var saidBroken = false

  init(descriptor: Int32) {
    self.descriptor = descriptor
    // A pipe that is ready takes one page without blocking; files take anything.
    if Paths.kind(of: "/proc/self/fd/\(descriptor)") != .regular { box.largestWrite = 4096 }
  }

  var isFinished: Bool { hasEnded && box.isEmpty }
}

/// Decides when signals end the lab itself.
struct Interruption {
  private var first: ContinuousClock.Instant?
  private var last: (signal: Int32, instant: ContinuousClock.Instant)?

  /// Signals this close together are one: `timeout` sends each twice, a terminal and a parent may.
  private static let together = Duration.milliseconds(250)

  mutating func note(_ signal: Int32, at instant: ContinuousClock.Instant) {
    if first == nil { first = instant }
    last = (signal, instant)
  }

  /// Our exit status when the lab must end now: a signal before the command began, or a second one.
  func status(at now: ContinuousClock.Instant, hasStarted: Bool) -> Int32? {
    guard let first, let last else { return nil }
    if hasStarted && last.instant - first < Self.together { return nil }
    return 128 + last.signal
  }
}
