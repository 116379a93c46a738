import FlightRecorder
import Foundation
import I386
import MinixABI
import Report
import TestSupport
import Testing
import Trace

/// The Chrome trace, field by field, and what it shows.
@Suite struct ChromeTraceTests {
  private func check(_ trace: TraceFile) throws -> ChromeTraceCheck {
    var text = ""
    #expect(try TraceConversion(trace) { text += $0 }.run(.json))
    let check = ChromeTraceCheck(Data(text.utf8))
    #expect(check.problems.isEmpty)
    return check
  }

  /// A process's fault from its trap to its next instruction, and its message to VM.
  @Test func theSample() throws {
    let found = try check(try SampleTrace.make(in: try TemporaryFolder()))
    let victim = "victim <b> (36569)"
    #expect(found.tracks == ["VM", victim])
    let faults = found.spans.filter { $0.name.hasPrefix("page fault") }
    #expect(faults.map(\.name) == ["page fault 1", "page fault 2"])
    #expect(faults.map(\.track) == [victim, victim])
    #expect(faults.map(\.start) == [2500, 3000])
    #expect(faults.map(\.end) == [2512.345, 3002])
    #expect(
      faults.first?.arguments == [
        "cr2": "0x08049123", "error": "user write to a page that is not present",
        "at": "0x08048010",
      ])
    let runs = found.spans.filter { $0.name == "runs" }
    #expect(runs.map(\.track) == [victim, "VM", victim, "VM", "VM"])
    #expect(runs.first?.start == 0 && runs.first?.end == 2500)
    #expect(found.arrows.map { [$0.from, $0.to] } == [[victim, "VM"], [victim, "VM"]])
  }

  /// What a run, or a filtered trace of it, may consist of, and the spans and arrows that come of it.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var spans: [String]
    var arrows: [[String]]
    var record: @Sendable (FlightRecorder) -> Void
  }

  private static let one = Endpoint(rawValue: 36569)
  private static let two = Endpoint(rawValue: 36570)

  private static func trap(_ recorder: FlightRecorder, _ vector: UInt8, _ time: UInt64) {
    recorder.recordTrap(by: one, vector: UInt32(vector), errorCode: 0, eip: 1, cr2: 2, at: time)
  }

  private static func run(_ recorder: FlightRecorder, _ who: Endpoint, _ time: UInt64) {
    recorder.recordRun(who, in: PhysicalAddress(0), at: time)
  }

  private static func send(_ recorder: FlightRecorder, _ from: Endpoint, _ to: Endpoint) {
    recorder.recordMessage(Message(type: 4), from: from, to: to, status: IPCStatus(call: .send))
  }

  private static let cases = [
    Case(testDescription: "nothing", spans: [], arrows: []) { _ in },
    Case(
      testDescription: "PM and a kernel's task have tracks of their own",
      spans: ["SYSTEM: WRITE", "PM: runs"], arrows: [["SYSTEM", "PM"]]
    ) {
      send($0, .system, .pm)
      run($0, .pm, 10)
    },
    Case(
      testDescription: "from trap to resume, whoever runs between",
      spans: ["36569: IPC", "36570: runs", "36569: runs", "36569: runs"],
      arrows: [["36569", "36570"]]
    ) {
      trap($0, UInt8(TrapVector.ipc), 10)
      send($0, one, two)
      run($0, two, 20)
      run($0, one, 30)
      run($0, one, 40)
    },
    Case(
      testDescription: "a trap whose end was filtered out",
      spans: ["36569: kernel call", "36569: IPC"],
      arrows: []
    ) {
      trap($0, UInt8(TrapVector.kernelCall), 10)
      trap($0, UInt8(TrapVector.ipc), 20)
    },
    Case(
      testDescription: "a receiver that dies, and one that waits at the end",
      spans: ["36569: IPC", "36570: did not run again", "PM: did not run again"],
      arrows: [["36569", "36570"], ["36569", "PM"]]
    ) {
      trap($0, UInt8(TrapVector.ipc), 10)
      send($0, one, two)
      send($0, one, .pm)
      $0.recordFlags(of: two, from: [.receiving], to: .slotFree)
    },
    Case(
      testDescription: "one that dies while it runs", spans: ["36569: runs"], arrows: []
    ) {
      run($0, one, 10)
      $0.recordFlags(of: one, from: [], to: .slotFree)
    },
  ]

  @Test(arguments: cases)
  func everyRunIsValid(_ example: Case) throws {
    let found = try check(try SampleTrace.make(in: try TemporaryFolder(), example.record))
    #expect(
      found.spans.map { "\(Self.short($0.track)): \($0.name)" }.sorted() == example.spans.sorted())
    #expect(
      found.arrows.map { [Self.short($0.from), Self.short($0.to)] } == example.arrows)
  }

  private static func short(_ track: String) -> String {
    track == "victim <b> (36569)" ? "36569" : track
  }
}

/// The check itself: it finds what is wrong.
@Suite struct ChromeTraceCheckTests {
  private static let name =
    #"{"ph":"M","pid":1,"name":"process_name","args":{"name":"a"}},{"ph":"M","pid":1,"tid":2,"name":"thread_name","args":{"name":"t"}}"#

  private func problems(_ events: String) -> [String] {
    ChromeTraceCheck(Data(#"{"displayTimeUnit":"ns","traceEvents":[\#(events)]}"#.utf8)).problems
  }

  @Test func nothingIsWrongWithNothing() { #expect(problems(Self.name).isEmpty) }

  private static let begin = #"{"ph":"B","pid":1,"tid":2,"ts":5,"name":"b","cat":"c"}"#
  private static let end = #"{"ph":"E","pid":1,"tid":2,"ts":6}"#
  private static let start =
    #"{"ph":"s","pid":1,"tid":2,"ts":5,"name":"m","cat":"c","id":1}"#
  private static let finish =
    #"{"ph":"f","pid":1,"tid":2,"ts":5,"name":"m","cat":"c","id":1,"bp":"e"}"#

  @Test func aSpanWithAnArrowIsRight() {
    let events = [Self.name, Self.begin, Self.start, Self.finish, Self.end]
    #expect(problems(events.joined(separator: ",")).isEmpty)
  }

  @Test(arguments: [
    [begin], [end], [begin, begin, end, end], [begin, start, end], [begin, finish, end],
    [begin, end, start, finish], [begin, start, start, finish, end],
    [begin, start, finish, finish, end], [end.replacing("6", with: "4"), begin],
    [begin, end.replacing("6", with: "4")], [begin.replacing("2", with: "3"), end],
    [begin.replacing("5", with: "\"5\""), end], [begin.replacing("5", with: "5.0001"), end],
    [begin.replacing("\"b\"", with: "\"\""), end],
    [begin.replacing("\"pid\":1", with: "\"pid\":2"), end],
    [begin.replacing(",\"cat\":\"c\"", with: ""), end],
    [begin.replacing("\"cat\"", with: "\"dur\":1,\"cat\""), end],
    [begin, start.replacing("\"id\":1", with: "\"id\":0"), finish, end],
    [begin, start, finish.replacing("\"e\"", with: "\"x\""), end],
    [#"{"ph":"i","pid":1,"tid":2,"ts":5,"name":"i","cat":"c","s":"x"}"#],
    [#"{"ph":"X","pid":1,"tid":2,"ts":5,"dur":1,"name":"i","cat":"c"}"#],
    [#"{"ph":"M","pid":1,"tid":0,"name":"thread_name","args":{"name":"t"}}"#],
    [#"{"ph":"M","pid":1,"tid":-2,"name":"thread_name","args":{"name":"t"}}"#],
    [#"{"ph":"M","pid":1,"name":"process_name","args":{"name":"b"}}"#],
    [#"{"ph":"M","pid":1,"tid":3,"name":"thread_sort_index","args":{"sort_index":1}}"#],
  ])
  func whatIsWrongIsFound(events: [String]) {
    #expect(!problems(([Self.name] + events).joined(separator: ",")).isEmpty)
  }

  @Test(arguments: ["", "[]", "{}", #"{"traceEvents":[]}"#])
  func whatIsNoTraceIsNone(text: String) {
    #expect(!ChromeTraceCheck(Data(text.utf8)).problems.isEmpty)
  }
}
