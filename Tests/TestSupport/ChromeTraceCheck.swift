public import Foundation

/// Reads a Chrome trace as strictly as its format is written, field by field.
///
/// Source: "Trace Event Format", of the Chromium project; and what Perfetto makes of it: a track 0 or
/// below is not a track of its own, and an arrow that begins or ends in no span is dropped.
public struct ChromeTraceCheck {
  /// A span that has ended.
  public struct Span: Equatable {
    public var track: String
    public var name: String
    /// Microseconds.
    public var start: Double
    public var end: Double
    public var arguments: [String: String]
  }

  public struct Arrow: Equatable {
    public var from: String
    public var to: String
  }

  /// What is wrong, in words.
  public private(set) var problems: [String] = []
  public private(set) var spans: [Span] = []
  /// Arrows with both of their ends, by their ends.
  public private(set) var arrows: [Arrow] = []
  /// The tracks' names, in the order in which they came.
  public var tracks: [String] { names.sorted { $0.key < $1.key }.map(\.value) }

  private var names: [Int: String] = [:]
  private var process: String?
  private var open: [Int: [Span]] = [:]
  private var started: [Int: (track: Int, time: Double)] = [:]
  private var ended: Set<Int> = []
  private var times: [Int: Double] = [:]

  private typealias Fields = [String: Any]

  /// The keys that an event of each phase must have, and those that it may have.
  private static let keys: [String: (required: Set<String>, optional: Set<String>)] = [
    "M": (["name", "args"], ["tid"]),
    "B": (["name", "cat", "tid", "ts"], ["args"]),
    "E": (["tid", "ts"], []),
    "i": (["name", "cat", "tid", "ts", "s"], []),
    "s": (["name", "cat", "tid", "ts", "id"], []),
    "f": (["name", "cat", "tid", "ts", "id", "bp"], []),
  ]

  public init(_ data: Data) {
    guard let root = try? JSONSerialization.jsonObject(with: data) as? Fields,
      let events = root["traceEvents"] as? [Fields]
    else {
      problems = ["no object with an array traceEvents"]
      return
    }
    if Set(root.keys) != ["displayTimeUnit", "traceEvents"] {
      problems.append("keys \(root.keys)")
    }
    if root["displayTimeUnit"] as? String != "ns" { problems.append("no displayTimeUnit") }
    for (index, event) in events.enumerated() {
      if let problem = take(event) { problems.append("event \(index), \(event): \(problem)") }
    }
    if process == nil { problems.append("the process has no name") }
    for (track, spans) in open where !spans.isEmpty {
      problems.append("open on \(track): \(spans)")
    }
    let lost = Set(started.keys).subtracting(ended)
    if !lost.isEmpty { problems.append("arrows without an end: \(lost.sorted())") }
  }

  private mutating func take(_ event: Fields) -> String? {
    guard let phase = event["ph"] as? String, let keys = Self.keys[phase] else {
      return "no such phase"
    }
    let rest = Set(event.keys).subtracting(["ph", "pid"])
    guard keys.required.isSubset(of: rest),
      rest.subtracting(keys.required).isSubset(of: keys.optional)
    else { return "it must have \(keys.required), may have \(keys.optional)" }
    guard event["pid"] as? Int == 1 else { return "pid" }
    if rest.contains("name"), (event["name"] as? String)?.isEmpty != false { return "name" }
    if rest.contains("cat"), (event["cat"] as? String)?.isEmpty != false { return "cat" }
    if phase == "M" { return takeName(event) }
    guard let track = event["tid"] as? Int, names[track] != nil else { return "an unnamed track" }
    guard let time = event["ts"] as? Double, time >= 0 else { return "ts" }
    // A thousandth of a microsecond is the finest that we know.
    guard abs(time * 1000 - (time * 1000).rounded()) < 0.01 else {
      return "ts has a fraction of a ns"
    }
    guard time >= times[track, default: 0] else { return "earlier than what came before" }
    times[track] = time
    return takeTimed(event, phase, track, time)
  }

  private mutating func takeName(_ event: Fields) -> String? {
    let arguments = event["args"] as? Fields ?? [:]
    switch event["name"] as? String {
    case "process_name":
      guard process == nil, event["tid"] == nil, let name = arguments["name"] as? String else {
        return "a process has one name"
      }
      process = name
    case "thread_name":
      guard let track = event["tid"] as? Int, track > 0, let name = arguments["name"] as? String,
        !name.isEmpty
      else { return "a track needs a positive number and a name" }
      names[track] = name
    case "thread_sort_index":
      guard let track = event["tid"] as? Int, names[track] != nil, arguments["sort_index"] is Int
      else { return "sort_index" }
    default: return "no such metadata"
    }
    return arguments.count == 1 ? nil : "args"
  }

  private mutating func takeTimed(
    _ event: Fields, _ phase: String, _ track: Int, _ time: Double
  ) -> String? {
    let name = names[track] ?? ""
    switch phase {
    case "B":
      let arguments = event["args"] as? [String: String]
      guard event["args"] == nil || arguments?.isEmpty == false else { return "args" }
      open[track, default: []].append(
        Span(
          track: name, name: event["name"] as? String ?? "", start: time, end: time,
          arguments: arguments ?? [:]))
      return open[track]?.count == 1 ? nil : "a span in another one"
    case "E":
      guard var span = open[track]?.popLast() else { return "nothing to end" }
      span.end = time
      spans.append(span)
    case "i": return event["s"] as? String == "t" ? nil : "s"
    default: return takeArrow(event, phase, track, time)
    }
    return nil
  }

  private mutating func takeArrow(
    _ event: Fields, _ phase: String, _ track: Int, _ time: Double
  ) -> String? {
    guard let id = event["id"] as? Int, id > 0 else { return "id" }
    guard open[track]?.isEmpty == false else { return "an arrow in no span" }
    if phase == "s" {
      return started.updateValue((track, time), forKey: id) == nil ? nil : "id is used"
    }
    guard event["bp"] as? String == "e" else { return "bp" }
    guard let start = started[id], start.time <= time, ended.insert(id).inserted else {
      return "an end without a beginning before it"
    }
    arrows.append(Arrow(from: names[start.track] ?? "", to: names[track] ?? ""))
    return nil
  }
}
