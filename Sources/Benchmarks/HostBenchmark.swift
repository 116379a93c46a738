import GuestImage
import I386
import Kernel
import Machine
import MinixABI
import Servers
public import Session

/// Runs a case: a session like any other, with played processes.
public struct HostBenchmark: Sendable {
  private let hostCase: HostCase
  private let processes: Int
  private let rounds: Int

  /// How many processes can be asked for, and how many operations.
  public static let processLimits = 2...4096
  public static let roundLimits = PartClock.partCount...200_000

  /// - Parameters:
  ///   - hostCase: what to measure.
  ///   - processes: how many played processes there are, within ``processLimits``; a precondition.
  ///   - rounds: how many operations to time, within ``roundLimits``; a precondition.
  public init(_ hostCase: HostCase, processes: Int, rounds: Int) {
    precondition(Self.processLimits.contains(processes), "\(processes) processes")
    precondition(Self.roundLimits.contains(rounds), "\(rounds) rounds")
    self.hostCase = hostCase
    self.processes = processes
    self.rounds = rounds
  }

  /// Plays it to the end.
  public func run() throws -> HostMeasurement {
    let session = try play()
    return HostMeasurement(
      hostCase, processes: processes, rounds: rounds, parts: session.processor.parts)
  }

  /// The session, as it is when the script has ended.
  func play() throws -> Session<PlayedProcessor> {
    let tables = PageTables(memory: try GuestMemory(ramByteCount: Self.memoryByteCount))
    let players = players
    let processor = PlayedProcessor(
      scripts(of: players), tables: tables,
      clock: PartClock(warmUp: Self.warmUp + 2 * processes, rounds: rounds))
    var session = try Session(
      try configuration(players), tables: tables, processor: processor, output: NoOutput())
    let end = session.loop()
    guard case .processorFailed(.scriptEnded) = end else { throw HostBenchmarkError.ended(end) }
    return session
  }

  /// The same for every run, or the tables' making would differ with the rounds.
  private static var memoryByteCount: UInt32 { 2 << 30 }
  /// Operations that are not timed, besides two a process.
  private static var warmUp: Int { 1000 }

  private var players: [Player] {
    let first = hostCase.first
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
    return scripts
  }

  private func configuration(_ players: [Player]) throws(ImageError) -> RunConfiguration {
    let image = try BenchProgram.image()
    var configuration = RunConfiguration()
    configuration.memoryByteCount = Self.memoryByteCount
    configuration.processCapacity = max(
      256, Int32(players.count) + Endpoint.initProcess.rawValue + 1)
    configuration.programs = players.enumerated().map { index, player in
      var program = RunConfiguration.Program(name: "p\(index)", image: image, arguments: ["p"])
      program.isSystem = player.isSystem
      program.server = player.server
      return program
    }
    return configuration
  }
}

/// Something else than the script ended the run.
public enum HostBenchmarkError: Error, Sendable {
  case ended(RunEnd)
}

/// Played programs print nothing.
private struct NoOutput: ProgramOutput {
  func write(_ bytes: ArraySlice<UInt8>, to stream: ProgramStream) -> Bool { true }
}
