import Foundation
import I386
import MinixABI
public import Trace

/// Chrome's trace-event JSON, which Perfetto reads too: a track for each process and each server, a
/// page fault as a span from its trap to the next instruction, messages as arrows.
///
/// Source: "Trace Event Format", of the Chromium project.
public struct ChromeTrace {
  private let output: (String) throws -> Void
  private let encoder = JSONEncoder()
  private var isFirst = true
  /// Tracks that have their names.
  private var named: [Endpoint: String] = [:]
  /// Who runs, and since when.
  private var running: (who: Endpoint, since: UInt64)?
  /// Faults that have not been resolved.
  private var faults: [Endpoint: Fault] = [:]
  /// Messages that their receivers have not run with.
  private var arrows: [Endpoint: [UInt64]] = [:]
  private var arrowCount: UInt64 = 0

  private struct Fault {
    var start: UInt64
    var number: Int
    var arguments: [String: String]
  }

  /// - Parameter output: gets pieces of text.
  public init(_ output: @escaping (String) throws -> Void) throws {
    self.output = output
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try output("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n")
  }

  /// One trace event; what does not apply is left out.
  private struct Entry: Encodable {
    var ph: String
    var name: String
    var cat: String?
    var pid = 1
    var tid: Int32
    /// Microseconds.
    var ts: Double?
    var dur: Double?
    var id: UInt64?
    /// Binds an arrow's end to the span that it falls in.
    var bp: String?
    /// The width of an instant: its thread.
    var s: String?
    var args: [String: String]?
  }

  public mutating func show(_ step: TraceStep, _ view: TraceView) throws {
    guard step.who != .none else { return }
    try nameTrack(step.who, view)
    switch step.what {
    case .trap(let vector, let errorCode, let eip, let cr2):
      try endRun(at: step.time)
      guard vector == .pageFault else { return }
      faults[step.who] = Fault(
        start: step.time, number: view.faultNumber,
        arguments: [
          "cr2": hexadecimal(cr2), "error": "\(PageFaultErrorCode(rawValue: errorCode))",
          "at": view.places.place(of: eip, in: view.names[step.who]?.image),
        ])
    case .run: try run(step)
    case .message(let message, let receiver, let status):
      try nameTrack(receiver, view)
      try send(
        view.text.title(message, from: step.who, to: receiver, status), step, to: receiver)
    case .kernelCall(let request): try instant(MessageText.name(ofCall: request), step)
    case .signal(let signal): try instant("\(signal)", step)
    case .flags(_, let new) where new == .slotFree: faults[step.who] = nil
    default: break
    }
  }

  /// Ends the text.
  public mutating func finish(at time: UInt64) throws {
    try endRun(at: time)
    for (who, fault) in faults.sorted(by: { $0.value.number < $1.value.number }) {
      try span(fault, of: who, until: time)
    }
    try output("\n]}\n")
  }

  private mutating func run(_ step: TraceStep) throws {
    try endRun(at: step.time)
    if let fault = faults.removeValue(forKey: step.who) {
      try span(fault, of: step.who, until: step.time)
    }
    running = (step.who, step.time)
    for id in arrows.removeValue(forKey: step.who) ?? [] {
      try emit(
        Entry(
          ph: "f", name: "message", cat: "message", tid: step.who.rawValue,
          ts: Self.microseconds(step.time), id: id, bp: "e"))
    }
  }

  private mutating func span(_ fault: Fault, of who: Endpoint, until end: UInt64) throws {
    try emit(
      Entry(
        ph: "X", name: "page fault \(fault.number)", cat: "fault", tid: who.rawValue,
        ts: Self.microseconds(fault.start), dur: Self.microseconds(end - fault.start),
        args: fault.arguments))
  }

  private mutating func endRun(at time: UInt64) throws {
    guard let (who, since) = running else { return }
    running = nil
    try emit(
      Entry(
        ph: "X", name: "runs", cat: "run", tid: who.rawValue, ts: Self.microseconds(since),
        dur: Self.microseconds(time - since)))
  }

  private mutating func send(_ title: String, _ step: TraceStep, to receiver: Endpoint) throws {
    arrowCount += 1
    arrows[receiver, default: []].append(arrowCount)
    try instant(title, step)
    try emit(
      Entry(
        ph: "s", name: "message", cat: "message", tid: step.who.rawValue,
        ts: Self.microseconds(step.time), id: arrowCount))
  }

  private mutating func instant(_ name: String, _ step: TraceStep) throws {
    try emit(
      Entry(
        ph: "i", name: name, cat: step.what.kindName, tid: step.who.rawValue,
        ts: Self.microseconds(step.time), s: "t"))
  }

  private mutating func nameTrack(_ who: Endpoint, _ view: TraceView) throws {
    let name = view.names.name(of: who)
    guard named[who] != name else { return }
    named[who] = name
    try emit(Entry(ph: "M", name: "thread_name", tid: who.rawValue, args: ["name": name]))
  }

  private mutating func emit(_ entry: Entry) throws {
    try output((isFirst ? "" : ",\n") + String(decoding: try encoder.encode(entry), as: UTF8.self))
    isFirst = false
  }

  private static func microseconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1000 }
}
