import Foundation
import MinixABI

/// Writes trace events as JSON, in the order of time.
struct ChromeEventWriter {
  private let output: (String) throws -> Void
  private let encoder = JSONEncoder()
  /// Tracks by whom they are of, with the names that they have.
  private var tracks: [Endpoint: (number: Int, name: String)] = [:]
  /// Nanoseconds, of all that is written next.
  var time: UInt64 = 0

  /// Viewers keep the number 0 for the idle process, and take negative ones, which the kernel's tasks
  /// have as endpoints, for one and the same thread; so tracks are numbered as they come.
  private static let firstTrack = 2
  private static let process = 1

  init(_ output: @escaping (String) throws -> Void) throws {
    self.output = output
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try output("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n")
    try output(try text(Event(ph: "M", name: "process_name", args: Arguments(name: "faultline"))))
  }

  func finish() throws { try output("\n]}\n") }

  // MARK: - Tracks

  func knows(_ who: Endpoint) -> Bool { tracks[who] != nil }

  /// Gives a track its name, if it has not got it already.
  mutating func name(_ who: Endpoint, _ name: String) throws {
    let known = tracks[who]
    guard known?.name != name else { return }
    let number = known?.number ?? Self.firstTrack + tracks.count
    tracks[who] = (number, name)
    try emit(Event(ph: "M", name: "thread_name", tid: number, args: Arguments(name: name)))
    guard known == nil else { return }
    try emit(
      Event(ph: "M", name: "thread_sort_index", tid: number, args: Arguments(sortIndex: number)))
  }

  // MARK: - Spans, instants, arrows

  func begin(
    _ name: String, _ category: String, _ who: Endpoint, _ arguments: Arguments? = nil
  ) throws {
    try emit(
      Event(
        ph: "B", name: name, cat: category, tid: track(who), ts: microseconds, args: arguments))
  }

  func end(_ who: Endpoint) throws {
    try emit(Event(ph: "E", tid: track(who), ts: microseconds))
  }

  func instant(_ name: String, _ category: String, _ who: Endpoint) throws {
    try emit(
      Event(ph: "i", name: name, cat: category, tid: track(who), ts: microseconds, s: "t"))
  }

  func beginArrow(_ number: UInt64, _ who: Endpoint) throws {
    try emit(
      Event(
        ph: "s", name: "message", cat: "message", tid: track(who), ts: microseconds, id: number))
  }

  func endArrow(_ number: UInt64, _ who: Endpoint) throws {
    try emit(
      Event(
        ph: "f", name: "message", cat: "message", tid: track(who), ts: microseconds, id: number,
        bp: "e"))
  }

  // MARK: - Text

  /// What is told of a span, or of a track.
  struct Arguments: Encodable {
    var name: String?
    var sortIndex: Int?
    var cr2: String?
    var error: String?
    var at: String?

    private enum CodingKeys: String, CodingKey {
      case name
      case sortIndex = "sort_index"
      case cr2, error, at
    }
  }

  /// One trace event; what does not apply is left out.
  private struct Event: Encodable {
    var ph: String
    var name: String?
    var cat: String?
    var pid = ChromeEventWriter.process
    var tid: Int?
    var ts: Double?
    var id: UInt64?
    /// Binds an arrow's end to the span that it falls in.
    var bp: String?
    /// The width of an instant: its thread.
    var s: String?
    var args: Arguments?
  }

  private var microseconds: Double { Double(time) / 1000 }

  private func track(_ who: Endpoint) -> Int? { tracks[who]?.number }

  private func emit(_ event: Event) throws { try output(",\n" + text(event)) }

  private func text(_ event: Event) throws -> String {
    String(decoding: try encoder.encode(event), as: UTF8.self)
  }
}
