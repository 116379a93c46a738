import MinixABI

/// What a played process does, trap after trap, for ever.
struct Script {
  /// One trap.
  enum Step: Sendable {
    /// Writes to the next page of its memory that it has not written to.
    case touch
    /// SEND or SENDREC of a request.
    case call(IPCCall, to: Endpoint)
    /// RECEIVE.
    case receive(from: Endpoint)
    /// SEND to whoever the last message came from.
    case answer
    /// Computes until its quantum has passed.
    case compute
  }

  var steps: [Step]
  /// Whether its first step is where an operation begins.
  var isCounted = true
}

extension HostCase {
  /// The programs, in the order of their slots: the first may be others than the rest.
  var first: [Player] {
    switch self {
    case .zeroFill, .sendrecToResident, .schedule: []
    case .sendReceive:
      [
        Player(Script(steps: [.call(.send, to: Self.secondSystem)]), isSystem: true),
        Player(
          Script(steps: [.receive(from: Self.firstSystem)], isCounted: false), isSystem: true),
      ]
    case .sendrec:
      [
        Player(
          Script(steps: [.receive(from: .any), .answer], isCounted: false), isSystem: true,
          server: .rs)
      ]
    }
  }

  /// All further programs: ordinary users.
  var rest: Player {
    switch self {
    case .zeroFill: Player(Script(steps: [.touch]))
    case .sendrec: Player(Script(steps: [.call(.sendrec, to: .rs)]))
    case .sendrecToResident: Player(Script(steps: [.call(.sendrec, to: .pm)]))
    case .schedule: Player(Script(steps: [.compute]))
    // They never run.
    case .sendReceive: Player(Script(steps: [.compute], isCounted: false))
    }
  }

  private static var firstSystem: Endpoint { tenant(of: 11) }
  private static var secondSystem: Endpoint { tenant(of: 12) }

  /// A slot's first tenant.
  private static func tenant(of slot: Int32) -> Endpoint {
    Endpoint(generation: 1, slot: ProcessSlot(rawValue: slot))
  }
}

/// A program and its script.
struct Player {
  var script: Script
  var isSystem = false
  /// Whose place it takes, if anybody's.
  var server: Endpoint?

  init(_ script: Script, isSystem: Bool = false, server: Endpoint? = nil) {
    self.script = script
    self.isSystem = isSystem
    self.server = server
  }
}
