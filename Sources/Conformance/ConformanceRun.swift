internal import Dispatch
public import KVM
public import PagingCases
internal import Synchronization

/// A run under KVM: the payload in one virtual machine for each processor, each with its part.
public struct ConformanceRun: Sendable {
  private let guests: [PayloadGuest]
  private let run: ConformanceReport.Run

  /// A machine that did not come to its end.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  /// Makes the machines.
  ///
  /// - Parameters:
  ///   - system: the open device.
  ///   - image: the payload.
  ///   - parameters: what to run.
  ///   - filter: the filter that is in them, for the report.
  ///   - machineCount: how many machines share the work.
  public init(
    on system: borrowing System, _ image: PayloadImage, _ parameters: RunParameters,
    filter: CaseFilter?, machineCount: Int
  ) throws(KVMError) {
    run = ConformanceReport.Run(
      shard: parameters.shard, shards: parameters.shardCount, seed: parameters.seed,
      filter: filter?.text)
    var guests: [PayloadGuest] = []
    for machine in 0..<UInt32(machineCount) {
      // What shard i of n has is what shards i, i + n, i + 2n, … of a multiple of n have.
      var part = parameters
      part.channel = .host
      part.shard = parameters.shard + parameters.shardCount * machine
      part.shardCount = parameters.shardCount * UInt32(machineCount)
      var image = image
      image.set(part)
      guests.append(try PayloadGuest(on: system, image))
    }
    self.guests = guests
  }

  /// Runs all machines to their ends, each on a thread of its own.
  ///
  /// - Parameters:
  ///   - engine: the engine's name.
  ///   - progress: told now and then how many cases are done; from any thread.
  ///   - isOver: asked now and then; true ends the run.
  public func run(
    engine: String, progress: @Sendable @escaping (Int) -> Void,
    unless isOver: @Sendable @escaping () -> Bool
  ) throws -> ConformanceReport {
    let done = Mutex([Int](repeating: 0, count: guests.count))
    let results = Mutex([Int: Result<ConformanceReport, any Error>]())
    DispatchQueue.concurrentPerform(iterations: guests.count) { index in
      let result = Result {
        try run(guests[index], engine: engine, unless: isOver) { count in
          progress(
            done.withLock {
              $0[index] = count
              return $0.reduce(0, +)
            })
        }
      }
      results.withLock { $0[index] = result }
    }
    let reports = try results.withLock { results in
      try results.keys.sorted().compactMap { try results[$0]?.get() }
    }
    var whole = ReportMerge.joined(reports)
    whole.run = run
    return whole
  }

  /// Runs one machine to its end.
  private func run(
    _ guest: PayloadGuest, engine: String, unless isOver: () -> Bool, progress: (Int) -> Void
  ) throws -> ConformanceReport {
    var builder = ReportBuilder()
    while !builder.isFinished {
      switch try guest.next(unless: isOver) {
      case .stopped(let reason): throw Failure(description: reason)
      case .message(let message):
        builder.take(message)
        if message.kind == .progress, let count = message.words.first { progress(Int(count)) }
        if let problem = builder.problem { throw Failure(description: problem) }
      }
    }
    return builder.report(engine: engine, run: run)
  }
}
