import CBenchmark
import Glibc
import KVM

/// Times two programs from their start to their first byte of output, in turn.
public struct StartBenchmark {
  /// How many rounds can be asked for.
  public static let roundLimits = 6...1000
  /// Rounds that are not timed: both programs' files are read in them.
  private static var warmUp: Int { 2 }

  private let reference: [String]
  private let subject: [String]
  private let rounds: Int

  /// - Parameters:
  ///   - reference: a program's path and arguments.
  ///   - subject: the same of what is compared with it.
  ///   - rounds: how often each is started, within ``roundLimits``; a precondition.
  public init(reference: [String], subject: [String], rounds: Int) {
    precondition(Self.roundLimits.contains(rounds), "\(rounds) rounds")
    (self.reference, self.subject, self.rounds) = (reference, subject, rounds)
  }

  /// - Parameter isInterrupted: asked after each round; true ends the measurement.
  public func run(unless isInterrupted: () -> Bool) throws(StartBenchmarkError) -> StartMeasurement
  {
    var (references, subjects): ([Double], [Double]) = ([], [])
    for round in -Self.warmUp..<rounds {
      let times = (try Self.start(reference), try Self.start(subject))
      if isInterrupted() { throw .interrupted }
      guard round >= 0 else { continue }
      references.append(times.0)
      subjects.append(times.1)
    }
    return StartMeasurement(reference: references, run: subjects)
  }

  /// Nanoseconds to the first byte.
  private static func start(_ words: [String]) throws(StartBenchmarkError) -> Double {
    var nanoseconds: UInt64 = 0
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    let status = unsafe cbench_start(&arguments, &nanoseconds)
    for index in unsafe arguments.indices { unsafe free(arguments[index]) }
    guard status == 0 else { throw .failed(program: words[0], status: status) }
    return Double(nanoseconds)
  }
}

/// A measurement that is none.
public enum StartBenchmarkError: Error, Sendable, CustomStringConvertible {
  /// A program could not be started (−errno), or ended otherwise than by 0 (its wait status).
  case failed(program: String, status: Int32)
  case interrupted

  public var description: String {
    switch self {
    case .failed(let program, let status) where status < 0:
      "\(program) could not be timed: \(ErrnoName.of(-status))"
    case .failed(let program, let status) where status & 0x7F != 0:
      "\(program) was killed by signal \(status & 0x7F)"
    case .failed(let program, let status): "\(program) ended with exit code \(status >> 8)"
    case .interrupted: "interrupted"
    }
  }
}
