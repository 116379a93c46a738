import MinixABI

/// What a played process does, trap after trap, for ever.
struct Script {
  /// One trap.
  enum Step: Sendable {
    /// Writes to the next page of its memory that it has not written to.
    case touch
    /// Writes to its pages one after the other, each for the first time since the fork.
    case rewrite
    /// EXEC of the program that it is.
    case exec
    /// SEND or SENDREC of a request.
    case call(IPCCall, to: Endpoint)
    /// RECEIVE.
    case receive(from: Endpoint)
    /// SEND to whoever the last message came from.
    case answer
    /// Computes until its quantum has passed.
    case compute
    /// A call to PM that says nothing but its number; EXIT's status is 0.
    case posix(PosixCall)
    /// MMAP of the next region of a range.
    case mapRegion(RegionRange)
    /// Writes to a page of the range that it has not written to, far from the last.
    case touchAnywhere(RegionRange)
    /// MUNMAP of the first page that is left of a region far from the last.
    case unmapHead(RegionRange)
    /// MMAP of some pages, wherever there is room.
    case map(pageCount: UInt32)
    /// MUNMAP of what MMAP has just brought.
    case unmap(pageCount: UInt32)
  }

  /// What comes before, and how often.
  var opening: [(step: Step, times: Int)] = []
  var steps: [Step]
  /// Whether its first step is where an operation begins.
  var isCounted = true
}

extension HostCase {
  /// The programs, in the order of their slots: the first may be others than the rest.
  func first(size: Int) -> [Player] {
    switch self {
    case .fork:
      [
        Player(
          Script(opening: [(.touch, size)], steps: [.posix(.fork), .posix(.wait)]))
      ]
    case .copyOnWrite:
      [
        Player(
          Script(
            opening: [(.touch, Self.sharedPageCount)], steps: [.posix(.fork), .posix(.wait)],
            isCounted: false))
      ]
    case .exec: [Player(Script(steps: [.exec]))]
    case .lookup:
      [alone(in: RegionRange(count: size, gap: 0)) { [.touchAnywhere($0)] }]
    case .split:
      [alone(in: RegionRange(count: size, gap: 0)) { [.unmapHead($0)] }]
    case .map:
      [
        alone(in: RegionRange(count: size, gap: 1)) { _ in
          [.map(pageCount: 2), .unmap(pageCount: 2)]
        }
      ]
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
    case .fork, .copyOnWrite, .exec, .lookup, .split, .map:
      Player(Script(steps: [.posix(.pause)], isCounted: false))
    }
  }

  /// What those do who come into being on the way.
  var child: Script? {
    switch self {
    case .fork: Script(steps: [.posix(.exit)], isCounted: false)
    case .copyOnWrite: Script(steps: [.rewrite])
    default: nil
    }
  }

  /// Operations that are not timed, besides two a process.
  var warmUp: Int { self == .fork ? 10 : 1000 }

  /// Enough for ``roundLimits`` and what is not timed: 1000, and two for each of 4096 processes.
  private static var sharedPageCount: Int { 29_192 }

  /// Somebody who makes all regions of a range and then works there.
  private func alone(in range: RegionRange, _ steps: (RegionRange) -> [Script.Step]) -> Player {
    Player(Script(opening: [(.mapRegion(range), range.count)], steps: steps(range)))
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
