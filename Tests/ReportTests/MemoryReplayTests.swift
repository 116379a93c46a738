import I386
import MinixABI
import Testing
import Trace

@testable import Report

/// What the report draws a page as, after what happened to it.
@Suite struct MemoryReplayTests {
  /// A history of two processes' one page, 0x08049000, and what it is then: first page, count, state.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var one: [[UInt32]]
    var two: [[UInt32]] = []
    var steps: [TraceStep]
  }

  private static let one = Endpoint(rawValue: 36569)
  private static let two = Endpoint(rawValue: 36570)
  private static let page: UInt32 = 0x0804_9000
  private static let number = page >> 12

  /// Directories at 0x1000 and 0x2000, their tables behind 0x10000.
  private static func directory(_ who: Endpoint) -> UInt32 { who == one ? 0x1000 : 0x2000 }
  private static func table(_ who: Endpoint) -> UInt32 { who == one ? 0x1_1000 : 0x1_2000 }
  private static func place(_ who: Endpoint) -> UInt32 { table(who) + (page >> 12 & 0x3FF) * 4 }

  private static func step(_ what: TraceStep.What, _ who: Endpoint = .none) -> TraceStep {
    TraceStep(who: who, what: what)
  }

  private static func edit(_ entry: UInt32, _ value: UInt32, _ who: Endpoint) -> TraceStep {
    step(.edit(entry: entry, from: 0, to: value, page: page, directory: directory(who)))
  }

  private static func map(_ frame: UInt32, _ flags: UInt32, _ who: Endpoint = one) -> [TraceStep] {
    [
      edit(directory(who) + (page >> 22) * 4, table(who) | 7, who),
      edit(place(who), frame | flags, who),
    ]
  }

  private static func zeroed(_ frame: UInt32) -> TraceStep {
    var request = Message(type: KernelCallNumber.memset.messageType)
    request[word: 20] = 4096
    request[word: 28] = frame
    return step(.kernelCall(request), .vm)
  }

  private static func copied(to frame: UInt32) -> TraceStep {
    var request = Message(type: KernelCallNumber.physicalCopy.messageType)
    request[word: 24] = frame
    return step(.kernelCall(request), .vm)
  }

  private static func fault(_ errorCode: UInt32) -> TraceStep {
    step(.trap(vector: .pageFault, errorCode: errorCode, eip: 0, cr2: page + 0x123), one)
  }

  private static func run(_ who: Endpoint = one) -> TraceStep {
    step(.run(directory: directory(who)), who)
  }

  private static let fork: [TraceStep] = [
    edit(directory(two) + (page >> 22) * 4, table(two) | 7, two),
    step(
      .copiedEntries(
        source: place(one), target: place(two), count: 1, page: page, directory: directory(one),
        isReadOnly: true)),
  ]

  private static let cases = [
    Case(testDescription: "nothing", one: [], steps: [run()]),
    Case(
      testDescription: "zero-fill for a read", one: [[number, 1, 2]],
      steps: [fault(4), zeroed(0x10_0000)] + map(0x10_0000, 7) + [run()]),
    Case(
      testDescription: "zero-fill for a write is dirty", one: [[number, 1, 10]],
      steps: [fault(6), zeroed(0x10_0000)] + map(0x10_0000, 7) + [run()]),
    Case(
      testDescription: "a write that has not been allowed yet", one: [[number, 1, 1]],
      steps: [fault(7)] + map(0x10_0000, 5) + [run()]),
    Case(
      testDescription: "constants are present", one: [[number, 1, 1]],
      steps: map(0x10_0000, 5) + [run()]),
    Case(
      testDescription: "copy-on-write for both", one: [[number, 1, 3]], two: [[number, 1, 3]],
      steps: map(0x10_0000, 7) + fork + [run(), run(two)]),
    Case(
      testDescription: "a copy of one's own; the other's is alone", one: [[number, 1, 9]],
      two: [[number, 1, 1]],
      steps: map(0x10_0000, 7) + fork + [run(two), fault(7), copied(to: 0x20_0000)]
        + map(0x20_0000, 7) + [run()]),
    Case(
      testDescription: "shared", one: [[number, 1, 4]], two: [[number, 1, 4]],
      steps: map(0x10_0000, 7) + map(0x10_0000, 7, two) + [run(), run(two)]),
    Case(
      testDescription: "what its entry says at the end", one: [[number, 1, 9]],
      steps: map(0x10_0000, 7) + [
        run(), step(.pages(start: page, count: 1, flags: 0x67, directory: directory(one)), one),
      ]),
    Case(
      testDescription: "its table is emptied", one: [],
      steps: map(0x10_0000, 7) + [run(), step(.emptied(table: table(one), isDirectory: false))]),
  ]

  @Test(arguments: cases)
  func aPageIsDrawnAs(_ example: Case) {
    var memory = MemoryReplay()
    for step in example.steps {
      memory.belongs(step)
      memory.take(step)
    }
    #expect(memory.runs(of: Self.directory(Self.one)) == example.one)
    #expect(memory.runs(of: Self.directory(Self.two)) == example.two)
  }
}
