import FlightRecorder
public import Kernel
import Machine
public import MinixABI
import VMServer

/// What a run looks like while it goes on.
public struct SessionSnapshot: Sendable {
  /// Since the first instruction.
  public var time: Duration
  /// The processes of ring 3 that there are, by slot.
  public var processes: [Process]
  /// Exits of the processor until now.
  public var exits: UInt64
  /// Pages of guest RAM in use; nil when a guest is in VM's place.
  public var pagesUsed: UInt32?

  public init(
    time: Duration, processes: [Process], exits: UInt64 = 0, pagesUsed: UInt32? = nil
  ) {
    (self.time, self.processes, self.exits) = (time, processes, exits)
    self.pagesUsed = pagesUsed
  }

  /// A process at that moment.
  public struct Process: Sendable {
    public var name: String
    public var endpoint: Endpoint
    /// None for one that can run.
    public var flags: RTSFlags
    public var statistics: ProcessStatistics
    public var userTicks: UInt32
    /// The last message that it has sent or got, in words, if that was lately.
    public var lastMessage: String?

    public init(
      name: String, endpoint: Endpoint, flags: RTSFlags = [],
      statistics: ProcessStatistics = ProcessStatistics(), userTicks: UInt32 = 0,
      lastMessage: String? = nil
    ) {
      (self.name, self.endpoint, self.flags) = (name, endpoint, flags)
      (self.statistics, self.userTicks, self.lastMessage) = (statistics, userTicks, lastMessage)
    }
  }
}

/// Somebody who looks at a run while it goes on. It looks at clock ticks only, so that the way of a
/// fault knows nothing of it.
public struct SessionObserver {
  let interval: Duration
  let show: (SessionSnapshot) -> Void
  /// When it looks next.
  var next: ContinuousClock.Instant?

  /// - Parameters:
  ///   - interval: from one look to the next, at least.
  ///   - show: what is done with what it sees.
  public init(every interval: Duration, show: @escaping (SessionSnapshot) -> Void) {
    (self.interval, self.show) = (interval, show)
  }
}

extension Session where CPU: ~Copyable {
  /// Lets the observer look, if it is time.
  mutating func observe() {
    guard let observer else { return }
    let now = ContinuousClock().now
    if let next = observer.next, now < next { return }
    self.observer?.next = now + observer.interval
    observer.show(snapshot(at: now))
  }

  private func snapshot(at now: ContinuousClock.Instant) -> SessionSnapshot {
    let messages = lastMessages()
    return SessionSnapshot(
      time: start.map { $0.duration(to: now) } ?? .zero,
      processes: kernel.guests.map { endpoint in
        let record = kernel.record(of: endpoint)
        return SessionSnapshot.Process(
          name: name(of: endpoint), endpoint: endpoint, flags: kernel.flags(of: endpoint),
          statistics: record.statistics, userTicks: record.userTicks,
          lastMessage: messages[endpoint])
      },
      exits: processor.exits.total, pagesUsed: pagesUsed)
  }

  private var pagesUsed: UInt32? { vm?.server.physicalPagesUsed }

  private func name(of endpoint: Endpoint) -> String {
    guard let index = endpoints.firstIndex(of: endpoint) else {
      return kernel.name(of: endpoint) ?? "\(endpoint)"
    }
    return configuration.programs[index].name
  }

  /// By sender and by receiver, as far back as the flight recorder looks.
  private func lastMessages() -> [Endpoint: String] {
    var messages: [Endpoint: String] = [:]
    for event in kernel.recorder.tail(512) where event.kind == .message {
      messages[Endpoint(rawValue: event.who)] = "\(event)"
      messages[Endpoint(rawValue: Int32(bitPattern: event.a))] = "\(event)"
    }
    return messages
  }
}
