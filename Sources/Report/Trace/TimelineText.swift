import I386
import MinixABI
public import Trace

/// The timeline: a line for each step, and for a fault what it is about.
///
/// A trap stands at the margin with its time; what it leads to is indented below it.
public struct TimelineText {
  private let output: (String) throws -> Void
  /// What the last #PF of a process said.
  private var errors: [Endpoint: PageFaultErrorCode] = [:]
  private var instructions: [Endpoint: UInt32] = [:]

  /// - Parameter output: gets lines with their ends.
  public init(_ output: @escaping (String) throws -> Void) { self.output = output }

  public mutating func show(_ step: TraceStep, _ view: TraceView) throws {
    let words = StepText(view: view).words(of: step)
    switch step.what {
    case .trap(let vector, let errorCode, let eip, _):
      let number = vector == .pageFault ? "  [fault \(view.faultNumber)]" : ""
      try say("\(Self.time(step.time))  \(view.names.name(of: step.who))  \(words)\(number)")
      instructions[step.who] = eip
      if vector.isException {
        if vector == .pageFault { errors[step.who] = PageFaultErrorCode(rawValue: errorCode) }
        try showInstruction(step.who, at: eip, view)
      }
    case .run:
      if let since = view.trapTime[step.who] {
        try indented("\(words) after \(Self.span(step.time - since))")
      } else {
        try indented(words)
      }
    case .walk:
      guard let walk = Walk(step) else { return }
      try indented(
        "how the CPU translated \(hexadecimal(walk.address)) for \(view.names.name(of: step.who)):")
      for line in walk.lines { try indented("  \(line)") }
      let verdict = Verdict(view: view)
      try indented("why: \(verdict.sentence(step.who, walk, errors[step.who] ?? []))")
    case .code(let bytes):
      let eip = instructions[step.who] ?? 0
      let instruction = view.places.instruction(at: eip, in: nil, code: bytes)
      try indented("instruction in memory: \(instruction ?? "none that i386 has") (\(words))")
    default: try indented(words)
    }
  }

  /// One fault, under the names and regions that it had.
  public mutating func show(_ story: FaultStory, of trace: TraceFile) throws {
    guard let first = story.steps.first?.index, let last = story.steps.last?.index else { return }
    try trace.forEachStep { step, view in
      if step.index >= first { try show(step, view) }
      if step.index >= last { throw TraceFile.Enough() }
    }
  }

  /// Symbol, line and text of an instruction.
  private func showInstruction(_ who: Endpoint, at eip: UInt32, _ view: TraceView) throws {
    let image = view.names[who]?.image
    let instruction = view.places.instruction(at: eip, in: image).map { "  \($0)" } ?? ""
    try indented("at \(view.places.place(of: eip, in: image))\(instruction)")
  }

  private func indented(_ words: String) throws { try say("                 \(words)") }

  private func say(_ line: String) throws { try output(line + "\n") }

  /// Seconds with six places, and room for 99,999.
  static func time(_ nanoseconds: UInt64) -> String {
    let microseconds = nanoseconds / 1000
    let fraction = String(1_000_000 + microseconds % 1_000_000).dropFirst()
    let seconds = String(microseconds / 1_000_000)
    return String(repeating: " ", count: max(0, 5 - seconds.count)) + "\(seconds).\(fraction)"
  }

  /// "12.3 µs".
  static func span(_ nanoseconds: UInt64) -> String {
    "\(nanoseconds / 1000).\(nanoseconds % 1000 / 100) µs"
  }
}
