import CBenchmark
import GuestImage
import KVM
import Kernel
import Machine
import MinixABI
import Servers
public import Session

/// `churn`, which runs for as long as anybody asks it for another round.
struct FaultRun: ~Copyable {
  private var session: Session<RoundProcessor>

  /// - Parameters:
  ///   - program: `churn`.
  ///   - delivery: how page faults reach VM.
  ///   - isFloor: whether C serves the faults of a round instead, once one round has been made.
  init(
    on system: borrowing System, _ program: ProgramImage, delivery: FaultDelivery, isFloor: Bool
  ) throws {
    var configuration = RunConfiguration()
    configuration.memoryByteCount = 64 << 20
    configuration.delivery = delivery
    // More pages than anybody waits for.
    configuration.programs = [
      .init(name: "churn", image: program, arguments: ["churn", "\(UInt32.max)"])
    ]
    let tables = PageTables(memory: try GuestMemory(ramByteCount: configuration.memoryByteCount))
    // No clock: a tick would be an exit more.
    let processor = try KVMProcessor(system: system, tables: tables, hertz: 0)
    var session = try Session(
      configuration, tables: tables,
      processor: RoundProcessor(processor, tables: tables, isFloor: isFloor), output: NoOutput())
    try Self.play(&session)
    self.session = session
  }

  /// Makes a round.
  ///
  /// - Parameter countsRuntimeCalls: whether to count what Swift's runtime is called for meanwhile.
  /// - Returns: cycles from each fault's exit to the next.
  mutating func round(countsRuntimeCalls: Bool = false) throws -> [UInt64] {
    session.processor.countsRuntimeCalls = countsRuntimeCalls
    session.processor.beginRound()
    try Self.play(&session)
    let periods = session.processor.periods
    guard periods.count == FaultRound.periodCount else {
      throw FaultBenchmarkError.incompleteRound(faults: periods.count)
    }
    return periods
  }

  /// Of the last round: exits from the first stamp to the last one, for each fault between them.
  var exitsPerFault: Double {
    Double(session.processor.roundExits) / Double(FaultRound.periodCount)
  }

  /// Of the last round that was counted: calls of Swift's runtime, for each fault.
  var allocationsPerFault: Double {
    Double(session.processor.runtimeCalls.allocations) / Double(FaultRound.periodCount)
  }
  var referenceCountsPerFault: Double {
    Double(session.processor.runtimeCalls.reference_counts) / Double(FaultRound.periodCount)
  }

  /// Goes on to the beginning of the next round.
  private static func play(
    _ session: inout Session<RoundProcessor>
  ) throws(FaultBenchmarkError) {
    let end = session.loop()
    guard case .processorFailed(.scriptEnded) = end else { throw FaultBenchmarkError.ended(end) }
  }
}

/// A measurement that is none.
public enum FaultBenchmarkError: Error, Sendable {
  /// The program's run has ended.
  case ended(RunEnd)
  /// There were fewer faults than pages.
  case incompleteRound(faults: Int)
  /// `userfaultfd` has failed on the way.
  case userfaultfd(errno: Int32)
  /// A signal asks for an end.
  case interrupted
}
