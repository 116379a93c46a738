import FlightRecorder
import I386
import MinixABI
import SystemPackage
import TestSupport

@testable import Trace

/// A short run that was never made: a page fault that is resolved, and one that kills.
enum SampleTrace {
  static let who = Endpoint(rawValue: 36569)
  private static let directory = PhysicalAddress(0xF040_B000)

  /// Writes it, with a cycle of one nanosecond, and opens it.
  ///
  /// - Parameters:
  ///   - faultCount: how many faults come before the fatal one, all of the same page.
  ///   - summary: the run's, as `--json` writes it.
  static func make(
    in folder: TemporaryFolder, faultCount: Int = 1, summary: String = ""
  ) throws -> TraceFile {
    try make(in: folder, summary: summary) { recorder in
      births(recorder)
      for number in 0..<faultCount { resolvedFault(recorder, UInt64(number) * 100_000) }
      fatalFault(recorder, UInt64(faultCount - 1) * 100_000)
    }
  }

  /// Writes a trace of what `record` records.
  static func make(
    in folder: TemporaryFolder, summary: String = "", _ record: (FlightRecorder) -> Void
  ) throws -> TraceFile {
    let path = "\(folder.path)/sample.fltrace"
    let file = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    defer { try? file.close() }
    let recorder = FlightRecorder()
    let writer = TraceWriter(file, path: path, recorder: recorder, clock: TraceClock([]))
    writer.begin(
      TraceInfo(
        version: "0", engine: "played", delivery: "message", policy: "exact",
        memoryBytes: 16 << 20,
        programs: [.init(name: "victim <b>", endpoint: who.rawValue, image: "/victim")]),
      images: [])
    record(recorder)
    try writer.finish(exitCode: 139, lines: ["victim was killed"], summary: summary)
    return try TraceFile(path)
  }

  private static func births(_ recorder: FlightRecorder) {
    let name = Array("vm\0\0\0\0\0\0".utf8)
    let word = UInt32(name[0]) | UInt32(name[1]) << 8
    recorder.record(Event(.process, .vm, Event.Origin.resident.rawValue, 27342, word, 0))
    recorder.record(Event(.process, who, Event.Origin.program.rawValue, 27342, 0x6369_7610, 0))
    recorder.recordRegion(
      from: LinearAddress(0x0804_8000), byteCount: 0x4000, flags: 0x101, isNew: true,
      in: directory, of: who)
    recorder.recordRun(who, in: directory, at: 1_000_000)
  }

  private static func fault(
    _ recorder: FlightRecorder, at address: UInt32, _ cycles: UInt64
  ) {
    recorder.recordTrap(
      by: who, vector: 14, errorCode: 6, eip: 0x0804_8010, cr2: address, at: cycles)
    recorder.recordFlags(of: who, from: [], to: .pageFault)
    recorder.recordMessage(
      Message(pageFaultAt: address, errorCode: 6), from: who, to: .vm,
      status: IPCStatus(call: .send, fromKernel: true))
    recorder.recordRun(.vm, in: PhysicalAddress(0), at: cycles + 2000)
  }

  private static func resolvedFault(_ recorder: FlightRecorder, _ later: UInt64) {
    fault(recorder, at: 0x0804_9123, later + 3_500_000)
    recorder.recordEdit(
      of: directory + 32 * 4, from: 0, to: 0xF080_0007, translating: LinearAddress(0x0800_0000),
      in: directory)
    recorder.recordEdit(
      of: PhysicalAddress(0xF080_0124), from: 0, to: 0x0100_4007,
      translating: LinearAddress(0x0804_9000), in: directory)
    var zero = Message(type: KernelCallNumber.memset.messageType)
    zero[word: 20] = 4096
    zero[word: 28] = 0x0100_4000
    recorder.recordKernelCall(zero, by: .vm)
    recorder.recordKernelCall(Message(.clearPageFault, who: who), by: .vm)
    recorder.recordFlags(of: who, from: .pageFault, to: [])
    recorder.recordRun(who, in: directory, at: later + 3_512_345)
  }

  private static func fatalFault(_ recorder: FlightRecorder, _ later: UInt64) {
    fault(recorder, at: 0x10, later + 4_000_000)
    var kill = Message(type: KernelCallNumber.kill.messageType)
    kill[endpoint: 8] = who
    kill[int: 12] = 11
    recorder.recordKernelCall(kill, by: .vm)
    recorder.recordSignal(.segmentation, on: who)
    recorder.record(Event(.walk, who, 0x10, directory.rawValue, 0, 0, 0))
    recorder.record(Event(.code, who, 0x5E67_01C7, 0x00C3_0000, 0, 0, 7))
    recorder.recordFlags(of: who, from: [.pageFault], to: .slotFree)
    recorder.recordRun(.vm, in: PhysicalAddress(0), at: later + 4_100_000)
  }
}
