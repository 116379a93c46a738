import I386
import MinixABI
public import Trace

/// Chrome's trace-event JSON, which Perfetto reads too: a track for each process and each server, a
/// page fault as a span from its trap to the next instruction, messages as arrows.
///
/// Source: "Trace Event Format", of the Chromium project. Spans are begun and ended by events of their
/// own, so that the file is in the order of time: an arrow belongs to the span that is open where it
/// stands.
public struct ChromeTrace {
  private var writer: ChromeEventWriter
  /// Who runs.
  private var running: Endpoint?
  /// Who has trapped and has not run since.
  private var trapped: Set<Endpoint> = []
  /// Messages that their receivers have not run with.
  private var arrows: [Endpoint: [UInt64]] = [:]
  private var arrowCount: UInt64 = 0

  /// - Parameter output: gets pieces of text.
  public init(_ output: @escaping (String) throws -> Void) throws {
    writer = try ChromeEventWriter(output)
  }

  public mutating func show(_ step: TraceStep, _ view: TraceView) throws {
    guard step.who != .none else { return }
    try name(step.who, view, isNew: step.isBirth)
    writer.time = step.time
    switch step.what {
    case .trap(let vector, let errorCode, let eip, let cr2):
      try endRun()
      try endTrap(step.who)
      trapped.insert(step.who)
      guard vector == .pageFault else {
        return try writer.begin(StepText(view: view).words(of: step), "trap", step.who)
      }
      try writer.begin(
        "page fault \(view.faultNumber)", "fault", step.who,
        ChromeEventWriter.Arguments(
          cr2: hexadecimal(cr2), error: "\(PageFaultErrorCode(rawValue: errorCode))",
          at: view.places.place(of: eip, in: view.names[step.who]?.image)))
    case .run: try run(step.who)
    case .message(let message, let receiver, let status):
      try name(receiver, view)
      try send(
        view.text.title(message, from: step.who, to: receiver, status), step.who, to: receiver)
    case .kernelCall(let request):
      try writer.instant(MessageText.name(ofCall: request), step.what.kindName, step.who)
    case .signal(let signal): try writer.instant("\(signal)", step.what.kindName, step.who)
    case .flags(_, let new) where new == .slotFree: try die(step.who)
    default: break
    }
  }

  /// Ends the text.
  public mutating func finish(at time: UInt64) throws {
    writer.time = time
    try endRun()
    for who in trapped.sorted(by: { $0.rawValue < $1.rawValue }) { try endTrap(who) }
    for who in arrows.keys.sorted(by: { $0.rawValue < $1.rawValue }) { try endArrows(who) }
    try writer.finish()
  }

  private mutating func name(_ who: Endpoint, _ view: TraceView, isNew: Bool = false) throws {
    guard isNew || !writer.knows(who) else { return }
    try writer.name(who, view.names.name(of: who))
  }

  private mutating func run(_ who: Endpoint) throws {
    try endRun()
    try endTrap(who)
    running = who
    try writer.begin("runs", "run", who)
    for arrow in arrows.removeValue(forKey: who) ?? [] { try writer.endArrow(arrow, who) }
  }

  private mutating func endRun() throws {
    guard let who = running else { return }
    running = nil
    try writer.end(who)
  }

  private mutating func endTrap(_ who: Endpoint) throws {
    if trapped.remove(who) != nil { try writer.end(who) }
  }

  /// An arrow needs a span to come from. The kernel's own tasks have none, nor has a server that does
  /// not run: the message is one then.
  private mutating func send(_ title: String, _ who: Endpoint, to receiver: Endpoint) throws {
    arrowCount += 1
    arrows[receiver, default: []].append(arrowCount)
    let hasSpan = running == who || trapped.contains(who)
    if hasSpan {
      try writer.instant(title, "message", who)
    } else {
      try writer.begin(title, "message", who)
    }
    try writer.beginArrow(arrowCount, who)
    if !hasSpan { try writer.end(who) }
  }

  private mutating func die(_ who: Endpoint) throws {
    if running == who { try endRun() }
    try endTrap(who)
    try endArrows(who)
  }

  /// Messages to somebody who has not run with them have their ends in a span without length.
  private mutating func endArrows(_ who: Endpoint) throws {
    guard let arrows = arrows.removeValue(forKey: who) else { return }
    try writer.begin("did not run again", "message", who)
    for arrow in arrows { try writer.endArrow(arrow, who) }
    try writer.end(who)
  }
}
