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
    (isInFault(step) || !faultsOnly) && isOfProcess(step, view)
      && (kinds.isEmpty || kinds.contains(step.what.kindName))
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

  private func isOfProcess(_ step: TraceStep, _ view: TraceView) -> Bool {
    if processes.isEmpty { return true }
    var parts = [step.who]
    switch step.what {
    case .message(_, let receiver, _): parts.append(receiver)
    case .kernelCall(let request): parts.append(request[endpoint: 8])
    default: break
    }
    return parts.contains { who in
      processes.contains("\(who.rawValue)") || processes.contains(view.names.shortName(of: who))
    }
  }

  /// Writes the wanted steps' events as a trace of their own. Births are always wanted: without them
  /// nobody has a name.
  public mutating func copy(
    _ trace: TraceFile, to output: FileDescriptor, path: String
  ) throws {
    let copy = TraceCopy(trace, to: output, path: path)
    var decoder = TraceDecoder(trace.clock)
    var view = TraceView(trace)
    var parts: [Event] = []
    try trace.forEach { event in
      parts.append(event)
      guard let step = decoder.step(event) else {
        if parts.count > 2 { parts.removeFirst() }
        return
      }
      view.observe(step)
      let isWanted = wants(step, view)
      let isBirth = if case .process = step.what { true } else { false }
      if isWanted || isBirth {
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
