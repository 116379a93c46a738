import FlightRecorder
import Foundation
import I386
import MinixABI
import SystemPackage
import TestSupport
import Testing

@testable import Trace

/// What is written comes back; and of what was cut off, all that is whole.
@Suite struct TraceFileTests {
  private static let who = Endpoint(rawValue: 36569)
  private static let info = TraceInfo(
    version: "1", engine: "played", delivery: "message", policy: "exact", memoryBytes: 4096,
    programs: [.init(name: "a", endpoint: 36569, image: "/a")])

  /// Writes a trace of signals that are numbered from 0.
  private func write(_ count: UInt32, _ folder: TemporaryFolder) throws -> String {
    let path = "\(folder.path)/a.fltrace"
    let file = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    defer { try? file.close() }
    let recorder = FlightRecorder()
    let writer = TraceWriter(file, path: path, recorder: recorder)
    writer.begin(Self.info, images: [("/a", [1, 2, 3])])
    for number in 0..<count { recorder.record(Event(.signal, Self.who, number)) }
    try writer.finish(exitCode: 7, lines: ["a line"], summary: "{}")
    return path
  }

  private func numbers(_ trace: TraceFile) throws -> [UInt32] {
    var numbers: [UInt32] = []
    try trace.forEach { numbers.append($0.a) }
    return numbers
  }

  /// 2,044 events fill a block; the last but one of the numbers fills all 64 of them several times.
  @Test(arguments: [0, 1, 2043, 2044, 2045, 400_000, 4088])
  func everyEventComesBack(count: UInt32) throws {
    let folder = try TemporaryFolder()
    let trace = try TraceFile(try write(count, folder))
    #expect(trace.info == Self.info)
    #expect(trace.images == ["/a": [1, 2, 3]])
    #expect(trace.eventCount == UInt64(count))
    #expect(
      trace.end
        == TraceEnd(eventCount: UInt64(count), exitCode: 7, lines: ["a line"], summary: "{}"))
    #expect(trace.damage == nil)
    #expect(try numbers(trace) == Array(0..<count))
  }

  /// Cut off anywhere, it is either no trace at all or has the events up to there.
  @Test func aTraceThatIsCutOffHasABeginning() throws {
    let folder = try TemporaryFolder()
    let path = try write(3000, folder)
    let whole = try Data(contentsOf: URL(filePath: path))
    for length in stride(from: 0, to: whole.count, by: 997) {
      let part = "\(folder.path)/part.fltrace"
      try whole.prefix(length).write(to: URL(filePath: part))
      do throws(TraceError) {
        let trace = try TraceFile(part)
        #expect(trace.damage?.kind == .damaged)
        #expect(trace.end == nil)
        let events = try? numbers(trace)
        #expect(events == Array(0..<UInt32(trace.eventCount)))
      } catch {
        #expect(length < 600, "\(length) bytes: \(error)")
      }
    }
  }

  @Test(arguments: ["", "x", "FLTRACE9\u{0}\u{0}\u{0}\u{0}", "{\"traceEvents\":[]}"])
  func whatIsNoTraceIsNotRead(text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("alien.fltrace", text)
    let error = #expect(throws: TraceError.self) { try TraceFile(path) }
    #expect(error?.kind == .alien)
  }

  @Test func aFileThatIsNotThere() {
    let error = #expect(throws: TraceError.self) { try TraceFile("/nowhere/at/all") }
    #expect(error?.kind == .unreadable)
  }

  /// The run goes on, and hears of it at the end.
  @Test func aFullDiskIsToldAtTheEnd() throws {
    let file = try FileDescriptor.open(FilePath("/dev/full"), .writeOnly)
    defer { try? file.close() }
    let recorder = FlightRecorder()
    let writer = TraceWriter(file, path: "/dev/full", recorder: recorder)
    for number in 0..<300_000 { recorder.record(Event(.signal, Self.who, UInt32(number))) }
    let error = #expect(throws: TraceError.self) {
      try writer.finish(exitCode: 0, lines: [], summary: "")
    }
    #expect(error?.kind == .unwritable)
  }
}

/// Messages and requests are joined, and times kept.
@Suite struct TraceDecoderTests {
  private func steps(_ record: (FlightRecorder) -> Void) -> [TraceStep] {
    let recorder = FlightRecorder()
    record(recorder)
    var decoder = TraceDecoder(TraceClock([]))
    return recorder.tail(1000).compactMap { decoder.step($0) }
  }

  @Test(arguments: [true, false])
  func aMessageIsOneStep(fromKernel: Bool) {
    var message = Message(type: 4)
    message.source = .pm
    for index in 2..<9 { message.words[index] = UInt32(index * 1000) }
    if fromKernel { for index in 6..<9 { message.words[index] = 0 } }
    let status = IPCStatus(call: .send, fromKernel: fromKernel)
    let steps = steps { $0.recordMessage(message, from: .pm, to: .vfs, status: status) }
    #expect(steps.map(\.what) == [.message(message, to: .vfs, status: status)])
    #expect(steps.map(\.who) == [.pm])
  }

  @Test(arguments: [KernelCallNumber.vmControl, .memset, .safeMap])
  func aKernelCallIsOneStep(call: KernelCallNumber) {
    var request = Message(type: call.messageType)
    request.source = .vm
    for index in 2..<8 { request.words[index] = UInt32(index * 1000) }
    if call == .safeMap { request.words[8] = 1 }
    let steps = steps {
      $0.recordKernelCall(request, by: .vm)
      if call == .safeMap { $0.recordKernelCallRest(request, by: .vm) }
    }
    #expect(steps.map(\.what) == [.kernelCall(request)])
  }

  @Test func timesBeginWithTheFirst() {
    let steps = steps {
      $0.recordSignal(.abort, on: .pm)
      $0.recordRun(.pm, in: .init(0), at: 1000)
      $0.recordSignal(.abort, on: .pm)
      $0.recordRun(.vm, in: .init(0), at: 1500)
    }
    #expect(steps.map(\.time) == [0, 0, 0, 500])
    #expect(steps.map(\.index) == [0, 1, 2, 3])
  }
}
