import GuestImage
import I386
import Kernel
import Machine
public import MinixABI
public import Session

/// Runs a case: a session like any other, with played processes.
public struct HostBenchmark: Sendable {
  private let hostCase: HostCase
  private let processes: Int
  private let rounds: Int
  private let size: Int

  /// How many pages or regions a process can have.
  public static let sizeLimits = 1...RegionRange.limit

  /// - Parameters:
  ///   - hostCase: what to measure.
  ///   - processes: how many played processes there are, within ``HostCase/processLimits``; a
  ///     precondition.
  ///   - rounds: how many operations to time, within ``HostCase/roundLimits``; a precondition.
  ///   - size: how many pages or regions the first process has, in a case with a
  ///     ``HostCase/sizeUnit``; within ``sizeLimits``, a precondition.
  public init(_ hostCase: HostCase, processes: Int, rounds: Int, size: Int = 1024) {
    precondition(hostCase.processLimits.contains(processes), "\(processes) processes")
    precondition(hostCase.roundLimits.contains(rounds), "\(rounds) rounds")
    precondition(Self.sizeLimits.contains(size), "size \(size)")
    self.hostCase = hostCase
    self.size = size
    self.processes = processes
    self.rounds = rounds
  }

  /// Plays it to the end.
  public func run() throws -> HostMeasurement {
    let session = try play()
    var measurement = HostMeasurement(
      hostCase, processes: processes, rounds: rounds, parts: session.processor.parts)
    measurement.sizeUnit = hostCase.sizeUnit
    measurement.size = hostCase.sizeUnit.map { _ in size }
    measurement.exitsPerOperation = Double(session.processor.work.exits) / Double(rounds)
    measurement.editOperationsPerOperation =
      Double(session.processor.work.editOperations) / Double(rounds)
    return measurement
  }

  /// The session, as it is when the script has ended.
  ///
  /// - Parameter takesShortWays: whether the kernel may.
  func play(takesShortWays: Bool = true) throws -> Session<PlayedProcessor> {
    let tables = PageTables(memory: try GuestMemory(ramByteCount: Self.memoryByteCount))
    let players = players
    let processor = PlayedProcessor(
      scripts(of: players), tables: tables,
      clock: PartClock(warmUp: hostCase.warmUp + 2 * processes, rounds: rounds))
    var session = try Session(
      try configuration(players), tables: tables, processor: processor, output: NoOutput())
    session.kernel.mayTakeShortWays = takesShortWays
    let end = session.loop()
    if let refusal = session.processor.refusal { throw HostBenchmarkError.refused(refusal) }
    guard case .processorFailed(.scriptEnded) = end else { throw HostBenchmarkError.ended(end) }
    return session
  }

  /// The same for every run, or the tables' making would differ with the rounds.
  private static var memoryByteCount: UInt32 { 2 << 30 }
  private var players: [Player] {
    let first = hostCase.first(size: size)
    return first + Array(repeating: hostCase.rest, count: processes - first.count)
  }

  /// By slot: those in a server's place have the server's, the others follow INIT.
  private func scripts(of players: [Player]) -> [Script?] {
    let firstSlot = Int(Endpoint.initProcess.slot.rawValue) + 1
    var scripts: [Script?] = Array(repeating: nil, count: firstSlot)
    for player in players {
      if let server = player.server {
        scripts[Int(server.slot.rawValue)] = player.script
      } else {
        scripts.append(player.script)
      }
    }
    if let child = hostCase.child {
      let rest = processCapacity - scripts.count
      scripts += Array(repeating: child, count: rest)
    }
    return scripts
  }

  /// Room for the processes, those that are there before them, and a child.
  private var processCapacity: Int {
    max(256, processes + Int(Endpoint.initProcess.rawValue) + 2)
  }

  private func configuration(_ players: [Player]) throws(ImageError) -> RunConfiguration {
    let image = try BenchProgram.image()
    var configuration = RunConfiguration()
    configuration.memoryByteCount = Self.memoryByteCount
    configuration.processCapacity = Int32(processCapacity)
    configuration.programs = players.enumerated().map { index, player in
      var program = RunConfiguration.Program(name: "p\(index)", image: image, arguments: ["p"])
      program.isSystem = player.isSystem
      program.server = player.server
      return program
    }
    return configuration
  }
}

/// A measurement that is none.
public enum HostBenchmarkError: Error, Sendable {
  /// Something else than the script ended the run.
  case ended(RunEnd)
  /// A server has refused what the script asks for.
  case refused(ResultCode)
}
