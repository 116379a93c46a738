public import Confinement
import Kernel
import Machine
public import Session

/// What `--json` writes: one object with stable keys, which docs/summary.md lists.
///
/// Addresses are numbers, as all else that is counted or measured. Tables of counts leave zeros out,
/// but `exits.byCause` and `faults` have every cause.
public struct RunSummary: Encodable {
  private let version = 1
  private let engine: String
  private let delivery: String
  private let policy: String
  private let memoryBytes: UInt64
  private let confinement: Nullable<ConfinementReport>
  private let end: EndSummary
  private let exitCode: Int32
  private let exits: ExitCountSummary
  private let processes: [ProcessSummary]
  private let kernelCalls: [String: UInt64]
  private let kernelCallErrors: [String: UInt64]
  private let messages: [String: UInt64]
  private let notifications: [String: UInt64]
  private let signals: [String: UInt64]
  private let faultLatency: Nullable<FaultLatencySummary>
  private let memory: MemorySummary
  private let time: TimeSummary

  /// Summarises a run.
  ///
  /// - Parameters:
  ///   - result: what the run came to.
  ///   - exitCode: what the process answers: ``RunExitCode``, or why it can't.
  ///   - engine: what it ran on, such as `kvm_amd npt=1 (lab)`.
  ///   - delivery: how VM learned of page faults: `message`.
  ///   - policy: which pages a fault made present: `exact`.
  ///   - confinement: the privileges that the process had; nil when nobody asked.
  ///   - hostBytesPeak: the most memory that the process had resident at once; nil when nobody knows.
  public init(
    _ result: RunResult, exitCode: Int32, engine: String, delivery: String = "message",
    policy: String = "exact", confinement: ConfinementReport?, hostBytesPeak: UInt64? = nil
  ) {
    self.engine = engine
    self.delivery = delivery
    self.policy = policy
    self.confinement = Nullable(confinement)
    memoryBytes = result.memoryByteCount
    end = EndSummary(result.end)
    self.exitCode = exitCode
    exits = ExitCountSummary(result.exits)
    processes = result.processes.map(ProcessSummary.init)
    kernelCalls = result.kernel.kernelCallsByName
    kernelCallErrors = result.kernel.kernelCallErrorsByName
    messages = result.kernel.messagesByName
    notifications = result.kernel.notificationsByName
    signals = result.kernel.signalsByName
    faultLatency = Nullable(FaultLatencySummary(result))
    memory = MemorySummary(result.memory, hostBytesPeak)
    time = TimeSummary(wallSeconds: result.duration.wallSeconds)
  }

  /// The object's text, without a line ending at its end.
  public func json() throws -> String { try JSONText.of(self) }
}

/// `exits`.
struct ExitCountSummary: Encodable {
  let total: UInt64
  let byCause: [String: UInt64]

  init(_ exits: ExitCounts) {
    total = exits.total
    byCause = Dictionary(uniqueKeysWithValues: exits.byCause.map { ($0.name, $0.count) })
  }
}

/// `memory`; the pages are null where only a guest in VM's place knows.
struct MemorySummary: Encodable {
  let physicalPagesPeak: Nullable<UInt32>
  let pageTablePages: Nullable<UInt32>
  let leakedPages: Nullable<UInt32>
  let hostBytesPeak: Nullable<UInt64>

  init(_ memory: MemoryResult?, _ hostBytesPeak: UInt64?) {
    self.hostBytesPeak = Nullable(hostBytesPeak)
    physicalPagesPeak = Nullable(memory?.physicalPagesPeak)
    pageTablePages = Nullable(memory?.pageTablePagesPeak)
    leakedPages = Nullable(memory?.leakedPages)
  }
}

/// `time`.
struct TimeSummary: Encodable {
  let wallSeconds: Double
}

extension Duration {
  /// In seconds, to the microsecond: more digits would be noise.
  fileprivate var wallSeconds: Double {
    let (seconds, attoseconds) = components
    return (Double(seconds) * 1e6 + Double(attoseconds / 1_000_000_000_000)) / 1e6
  }
}
