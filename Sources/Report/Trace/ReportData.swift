import FlightRecorder
import I386
import MinixABI
import Trace

/// What the report's page shows, as one JSON value that the page carries with it.
///
/// However long the run was, it is bounded: of many faults a sample is kept, evenly spread, and all the
/// fatal ones; and the page says so.
struct ReportData: Encodable {
  /// One page fault: `t` nanoseconds, `d` how long, `p` the process's row, `a` CR2, `e` error code.
  struct Fault: Encodable {
    var n: Int
    var t: UInt64
    var d: UInt64
    var p: Int
    var a: UInt32
    var e: UInt32
    var at: String
    var fatal: Bool
    /// What became of the page: 0 nothing, 1 zero-fill, 2 copy-on-write, 3 made writable.
    var kind: Int
    /// Whether it stays in any sample: a fatal one, and the first of each process.
    var keep = false
    /// The sequence: from, to (rows; -1 the kernel), words.
    var steps: [Step]
  }

  struct Step: Encodable {
    var f: Int
    var t: Int
    var w: String
  }

  struct Process: Encodable {
    var name: String
    var endpoint: Int32
    var resident: Bool
  }

  /// Runs of pages of one process at one moment: start page, count, state (``MemoryReplay/State``).
  struct Snapshot: Encodable {
    var t: UInt64
    var p: Int
    var runs: [[UInt32]]
  }

  var title: String
  var engine: String
  var delivery: String
  var policy: String
  var memoryBytes: UInt64
  var lines: [String]
  var duration: UInt64 = 0
  var faultCount = 0
  var processes: [Process] = []
  var faults: [Fault] = []
  var maps: [Snapshot] = []
  /// The run's own summary, as `--json` writes it.
  var summary: String
}

/// Gathers a report's data in one pass.
struct ReportBuilder {
  /// So many faults are kept with their sequences, besides those that always are; and moments of the
  /// maps.
  static let faultLimit = 2000
  static let keptLimit = 400
  static let momentLimit = 48

  private var data: ReportData
  private let total: UInt64
  private var rows: [Endpoint: Int] = [:]
  private var stories: [Endpoint: Story] = [:]
  /// Every so manyth fault is kept; it doubles when there are too many.
  private var stride = 1
  private var memory = MemoryReplay()
  private var nextMoment: UInt64 = 0
  /// Processes that have faulted.
  private var seen: Set<Int> = []

  /// A fault that has not ended. Most are not kept, so what happened is put into words at its end.
  private struct Story {
    var fault: ReportData.Fault
    let eip: UInt32
    var steps: [TraceStep]
  }

  /// A sequence is not longer, and is made of so many steps at most.
  private static let sequenceLimit = 60
  private static let stepLimit = 120

  init(_ trace: TraceFile) {
    total = trace.eventCount
    data = ReportData(
      title: trace.info.programs.map(\.name).prefix(4).joined(separator: ", "),
      engine: trace.info.engine, delivery: trace.info.delivery, policy: trace.info.policy,
      memoryBytes: trace.info.memoryBytes, lines: trace.end?.lines ?? [],
      summary: trace.end?.summary ?? "")
    nextMoment = max(1, total / UInt64(Self.momentLimit))
  }

  mutating func take(_ step: TraceStep, _ view: TraceView) {
    data.duration = max(data.duration, step.time)
    if step.who != .none, rows[step.who] == nil || step.isBirth { name(step.who, view) }
    for who in stories.keys where (stories[who]?.steps.count ?? 0) < Self.stepLimit {
      stories[who]?.steps.append(step)
    }
    switch step.what {
    case .trap(.pageFault, let errorCode, let eip, let cr2):
      data.faultCount += 1
      begin(step, errorCode, eip, cr2)
    case .run:
      memory.belongs(step)
      if let story = stories.removeValue(forKey: step.who) { end(story, at: step.time, view) }
    case .walk: stories[step.who]?.fault.fatal = true
    case .flags(_, let new) where new == .slotFree:
      if let story = stories.removeValue(forKey: step.who) { end(story, at: step.time, view) }
    case .edit(_, let old, let new, let page, _): judge(old, new, page)
    default: break
    }
    memory.take(step)
    if step.index >= nextMoment {
      nextMoment += max(1, total / UInt64(Self.momentLimit))
      shoot(at: step.time)
    }
  }

  /// Everything, the faults in order.
  ///
  /// - Parameter view: what is known after the last step.
  mutating func finish(_ view: TraceView) -> ReportData {
    for story in stories.values { end(story, at: data.duration, view) }
    shoot(at: data.duration)
    data.faults.sort { $0.n < $1.n }
    return data
  }

  private mutating func name(_ who: Endpoint, _ view: TraceView) {
    let process = ReportData.Process(
      name: view.names.name(of: who), endpoint: who.rawValue,
      resident: view.names[who]?.isResident ?? true)
    if let row = rows[who] {
      data.processes[row].name = process.name
    } else {
      rows[who] = data.processes.count
      data.processes.append(process)
    }
  }

  private mutating func begin(
    _ step: TraceStep, _ errorCode: UInt32, _ eip: UInt32, _ cr2: UInt32
  ) {
    guard let row = rows[step.who] else { return }
    stories[step.who] = Story(
      fault: ReportData.Fault(
        n: data.faultCount, t: step.time, d: 0, p: row, a: cr2, e: errorCode, at: "",
        fatal: false, kind: 0, steps: []),
      eip: eip, steps: [step])
  }

  /// Why the fault was fatal: entry by entry, and in one sentence.
  private func explanation(
    of step: TraceStep, _ fault: ReportData.Fault, _ view: TraceView
  ) -> [ReportData.Step]? {
    guard let walk = Walk(step) else { return nil }
    let error = PageFaultErrorCode(rawValue: fault.e)
    let why = "why: \(Verdict(view: view).sentence(step.who, walk, error))"
    return (walk.lines + [why]).map { ReportData.Step(f: -1, t: -1, w: $0) }
  }

  private mutating func tell(_ step: TraceStep, _ view: TraceView) -> ReportData.Step? {
    let words = StepText(view: view).words(of: step)
    let row = rows[step.who] ?? -1
    switch step.what {
    case .message(let message, let receiver, let status):
      name(receiver, view)
      return ReportData.Step(
        f: row, t: rows[receiver] ?? -1,
        w: view.text.message(message, from: step.who, to: receiver, status))
    case .kernelCall(let request):
      return ReportData.Step(f: row, t: -1, w: view.text.request(request))
    case .kernelResult: return ReportData.Step(f: -1, t: row, w: words)
    case .run: return ReportData.Step(f: -1, t: row, w: "goes on")
    case .flags, .edit, .signal: return ReportData.Step(f: -1, t: -1, w: words)
    default: return nil
    }
  }

  /// What an edit means for the fault that it resolves.
  private mutating func judge(_ old: UInt32, _ new: UInt32, _ page: UInt32) {
    let present = PageEntryBits.present
    guard new & present != 0 else { return }
    for who in stories.keys where stories[who].map({ $0.fault.a & ~0xFFF == page }) == true {
      stories[who]?.fault.kind = old & present == 0 ? 1 : old & ~0xFFF != new & ~0xFFF ? 2 : 3
    }
  }

  private mutating func end(_ story: Story, at time: UInt64, _ view: TraceView) {
    var fault = story.fault
    fault.d = time - fault.t
    let isFirst = seen.insert(fault.p).inserted
    fault.keep = (fault.fatal || isFirst) && data.faults.count(where: \.keep) < Self.keptLimit
    guard fault.n % stride == 0 || fault.keep else { return }
    let trap = story.steps[0]
    fault.at = view.places.place(of: story.eip, in: view.names[trap.who]?.image)
    let rest = story.steps.dropFirst().flatMap { step in
      explanation(of: step, fault, view) ?? tell(step, view).map { [$0] } ?? []
    }
    fault.steps =
      [ReportData.Step(f: fault.p, t: -1, w: StepText(view: view).words(of: trap))]
      + rest.prefix(Self.sequenceLimit)
    data.faults.append(fault)
    guard data.faults.count > Self.faultLimit + Self.keptLimit else { return }
    stride *= 2
    data.faults.removeAll { !$0.keep && $0.n % stride != 0 }
  }

  private mutating func shoot(at time: UInt64) {
    let owners = memory.owners.map { ($0.key, rows[$0.value] ?? -1) }.sorted { $0.1 < $1.1 }
    for (directory, row) in owners where row >= 0 {
      let runs = memory.runs(of: directory)
      if !runs.isEmpty { data.maps.append(ReportData.Snapshot(t: time, p: row, runs: runs)) }
    }
  }
}
