public import Trace

/// What a trace can be turned into, by the suffix of a file's name.
public enum TraceOutput: String, CaseIterable, Sendable {
  case fltrace, jsonl, json, txt, mmd, html

  /// nil for a suffix that is none of them.
  public init?(path: String) {
    guard let suffix = path.split(separator: ".", omittingEmptySubsequences: false).last,
      path.contains("."), let kind = TraceOutput(rawValue: String(suffix))
    else { return nil }
    self = kind
  }

  /// What a trace can be converted to.
  public static var conversions: [TraceOutput] { allCases.filter { $0 != .fltrace } }

  /// ".jsonl, .json, …", for messages.
  public static func suffixes(of kinds: [TraceOutput] = allCases) -> String {
    kinds.map { ".\($0.rawValue)" }.joined(separator: ", ")
  }
}

/// Turns a trace into text of another kind, a piece at a time: memory stays bounded however long it is.
public struct TraceConversion {
  private let trace: TraceFile
  private let output: (String) throws -> Void
  /// Which fault a diagram is about; nil for the first fatal one, or the first.
  public var fault: Int?
  /// Gets the share that is done, once in a while.
  public var progress: (Double) -> Void = { _ in }

  /// - Parameters:
  ///   - trace: what to convert.
  ///   - output: gets pieces of text, of some 64 KiB.
  public init(_ trace: TraceFile, to output: @escaping (String) throws -> Void) {
    self.trace = trace
    self.output = output
  }

  /// Converts.
  ///
  /// - Returns: false for a diagram of a fault that the trace does not have; nothing was written then.
  public func run(_ kind: TraceOutput) throws -> Bool {
    let buffer = TextBuffer(output)
    switch kind {
    case .fltrace: preconditionFailure("a trace is no text")
    case .jsonl:
      let writer = JSONLinesTrace(buffer.add)
      try trace.forEachStep(progress: progress, writer.show)
    case .json:
      var writer = try ChromeTrace(buffer.add)
      var last: UInt64 = 0
      try trace.forEachStep(progress: progress) { step, view in
        last = step.time
        try writer.show(step, view)
      }
      try writer.finish(at: last)
    case .txt:
      var writer = TimelineText(buffer.add)
      try trace.forEachStep(progress: progress) { step, view in try writer.show(step, view) }
    case .mmd:
      let search = try FaultSearch(fault, in: trace, progress: progress)
      guard let story = search.found else { return false }
      try buffer.add(MermaidTrace(story, search.view).text)
    case .html: try HTMLReport(trace, progress: progress).write(buffer.add)
    }
    try buffer.flush()
    return true
  }
}

/// Gathers small pieces of text.
private final class TextBuffer {
  private let output: (String) throws -> Void
  private var text = ""

  init(_ output: @escaping (String) throws -> Void) { self.output = output }

  func add(_ piece: String) throws {
    text += piece
    if text.utf8.count >= 1 << 16 { try flush() }
  }

  func flush() throws {
    try output(text)
    text = ""
  }
}
