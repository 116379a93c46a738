import CClock
public import GuestImage
public import KVM
import Machine
import MinixABI

/// Sets the ways of a page fault side by side: in one process, round by round in turn, so that whatever
/// else the machine does meets all of them.
public struct FaultBenchmark: ~Copyable {
  private let exitLoop: ExitLoop
  private var floor: FaultRun
  private var message: FaultRun
  private var signal: FaultRun
  private let userFaults = UserFaults.open()
  private let rounds: Int

  /// How many rounds can be asked for.
  public static let roundLimits = 6...1000
  /// Rounds that are not timed: all memory is touched in them.
  private static var warmUp: Int { 4 }

  /// Makes all that is compared; nothing is timed yet.
  ///
  /// - Parameters:
  ///   - system: the open KVM device.
  ///   - program: `churn`.
  ///   - rounds: how many each case makes, within ``roundLimits``; a precondition.
  public init(on system: borrowing System, program: ProgramImage, rounds: Int) throws {
    precondition(Self.roundLimits.contains(rounds), "\(rounds) rounds")
    self.rounds = rounds
    let exitLoop = try ExitLoop(on: system)
    let floor = try FaultRun(on: system, program, delivery: .message, isFloor: true)
    let message = try FaultRun(on: system, program, delivery: .message, isFloor: false)
    let signal = try FaultRun(on: system, program, delivery: .signal, isFloor: false)
    self.exitLoop = exitLoop
    self.floor = floor
    self.message = message
    self.signal = signal
  }

  /// Makes all rounds.
  ///
  /// - Parameter isInterrupted: asked after each round of all cases; true ends the measurement.
  public mutating func run(unless isInterrupted: () -> Bool) throws -> FaultMeasurement {
    for _ in 0..<Self.warmUp {
      for way in FaultCase.allCases { _ = try round(of: way) }
    }
    var periods = FaultPeriods()
    let clock = ContinuousClock()
    let (start, startCycles) = (clock.now, cclock_cycles())
    for round in 0..<rounds {
      // Nobody always comes after the same one.
      let cases = FaultCase.allCases
      for turn in cases.indices {
        let way = cases[(turn + round) % cases.count]
        if let cycles = try self.round(of: way) { periods.append(cycles, of: way) }
      }
      if isInterrupted() { throw FaultBenchmarkError.interrupted }
    }
    let cycles = Double(cclock_cycles() - startCycles)
    let nanoseconds = start.duration(to: clock.now) / .nanoseconds(1)
    return try measurement(periods, nanosecondsPerCycle: nanoseconds / cycles)
  }

  /// Cycles from each exit to the next; nil for a case that this machine does not have.
  private mutating func round(of way: FaultCase) throws -> [UInt64]? {
    switch way {
    case .exit: try exitLoop.round(FaultRound.periodCount)
    case .floor: try floor.round()
    case .message: try message.round()
    case .signal: try signal.round()
    case .userfaultfd: try userFaultsRound()
    }
  }

  private borrowing func userFaultsRound() throws -> [UInt64]? {
    switch userFaults {
    case .served(let faults): try faults.round()
    case .refused: nil
    }
  }

  /// The counts come from a round more of each.
  private mutating func measurement(
    _ periods: FaultPeriods, nanosecondsPerCycle: Double
  ) throws -> FaultMeasurement {
    _ = try message.round(countsRuntimeCalls: true)
    _ = try signal.round(countsRuntimeCalls: true)
    var measurement = FaultMeasurement(periods, nanosecondsPerCycle: nanosecondsPerCycle)
    measurement.exits = [
      .floor: floor.exitsPerFault, .message: message.exitsPerFault, .signal: signal.exitsPerFault,
    ]
    measurement.allocations = [
      .message: message.allocationsPerFault, .signal: signal.allocationsPerFault,
    ]
    measurement.referenceCounts = [
      .message: message.referenceCountsPerFault, .signal: signal.referenceCountsPerFault,
    ]
    measurement.userfaultfdErrno = userFaults.errno
    return measurement
  }
}
