import FlightRecorder
import I386
import MinixABI
public import SystemPackage
public import Trace

/// Which steps of a trace are wanted.
public struct TraceFilter: Sendable {
  private let processes: [String]
  private let kinds: [String]
  private let faultsOnly: Bool
  /// Processes with a page fault that has not been resolved.
  private var faulting: Set<Endpoint> = []
  /// Those of `processes` that were somebody's.
  private var known: Set<String> = []
  /// All who are in the trace, in the order of their births.
  private var present: [String] = []
  /// How many steps were wanted.
  public private(set) var wantedCount: UInt64 = 0

  /// What `--kind` may say.
  public static let kinds = [
    "fault", "trap", "run", "message", "kernelCall", "kernelResult", "flags", "edit",
    "copiedEntries", "emptied", "overwritten", "region", "signal", "process", "walk", "code",
    "pages",
  ]

  /// - Parameters:
  ///   - processes: names or endpoints; empty for all.
  ///   - kinds: empty for all.
  ///   - faultsOnly: whether only what happens between a page fault and its process's return counts.
  public init(processes: [String] = [], kinds: [String] = [], faultsOnly: Bool = false) {
    self.processes = processes
    self.kinds = kinds
    self.faultsOnly = faultsOnly
  }

  /// Whether a step is wanted. It has to be asked of every step, in order.
  public mutating func wants(_ step: TraceStep, _ view: TraceView) -> Bool {
    meet(step, view)
    let isOfProcess = isOfProcess(step, view)
    let isWanted =
      (isInFault(step) || !faultsOnly) && isOfProcess
      && (kinds.isEmpty || kinds.contains(step.what.kindName))
    if isWanted { wantedCount += 1 }
    return isWanted
  }

  /// After the last step: which of the processes that were asked for are nobody's, in one line; nil
  /// if there is none.
  public var unknownProcesses: String? {
    let unknown = processes.filter { !known.contains($0) }
    guard !unknown.isEmpty else { return nil }
    let others = present.count > 12 ? ["and \(present.count - 12) more"] : []
    return "no process is called \(unknown.joined(separator: " or ")); there are "
      + (present.prefix(12) + others).joined(separator: ", ")
  }

  private mutating func meet(_ step: TraceStep, _ view: TraceView) {
    guard step.isBirth else { return }
    let name = view.names.name(of: step.who)
    if !present.contains(name) { present.append(name) }
  }

  private static func isCalled(_ name: String, _ who: Endpoint, _ view: TraceView) -> Bool {
    name == "\(who.rawValue)" || name == view.names.shortName(of: who)
  }

  private mutating func isInFault(_ step: TraceStep) -> Bool {
    if case .trap(.pageFault, _, _, _) = step.what { faulting.insert(step.who) }
    let isInside = !faulting.isEmpty
    switch step.what {
    case .run: faulting.remove(step.who)
    case .flags(_, let new) where new == .slotFree: faulting.remove(step.who)
    default: break
    }
    return isInside
  }

  private mutating func isOfProcess(_ step: TraceStep, _ view: TraceView) -> Bool {
    if processes.isEmpty { return true }
    var parts = [step.who]
    switch step.what {
    case .message(_, let receiver, _): parts.append(receiver)
    case .kernelCall(let request): parts.append(request[endpoint: 8])
    default: break
    }
    let found = processes.filter { name in
      parts.contains { Self.isCalled(name, $0, view) }
    }
    known.formUnion(found)
    return !found.isEmpty
  }

  /// Writes the wanted steps' events as a trace of their own. Births are always wanted: without them
  /// nobody has a name.
  public mutating func copy(
    _ trace: TraceFile, to output: FileDescriptor, path: String,
    progress: (Double) -> Void = { _ in }
  ) throws {
    let copy = TraceCopy(trace, to: output, path: path)
    var decoder = TraceDecoder(trace.clock)
    var view = TraceView(trace)
    var parts: [Event] = []
    var count: UInt64 = 0
    try trace.forEach { event in
      count += 1
      if count & 0xFFFF == 0 { progress(Double(count) / Double(max(trace.eventCount, 1))) }
      parts.append(event)
      guard let step = decoder.step(event) else {
        if parts.count > 2 { parts.removeFirst() }
        return
      }
      view.observe(step)
      let isWanted = wants(step, view)
      if isWanted || step.isBirth {
        copy.add(step.takesTwoEvents ? parts.suffix(2) : parts.suffix(1))
      }
      view.settle(step)
      parts.removeAll(keepingCapacity: true)
    }
    try copy.finish()
  }
}

extension TraceStep {
  /// Whether two events in a row make the step.
  fileprivate var takesTwoEvents: Bool {
    switch what {
    case .message(_, _, let status): !status.isFromKernel
    case .kernelCall(let request):
      [KernelCallNumber.safeMap, .safeRevokeMap].contains { $0.messageType == request.type }
    default: false
    }
  }
}
