import I386
import MinixABI
import Testing

@testable import VMServer

/// ABI 9.12 and 9.17, and the regions that follow MINIX's structure here.
@Suite struct ExecTests {
  private static let stack = VirtualRegion(
    start: LinearAddress(0x7C00_0000), byteCount: 64 << 20, flags: [.anonymous, .writable])
  private static let text: UInt32 = 0x0804_8000

  private static func region(_ start: UInt32, _ count: UInt32, _ isWritable: Bool)
    -> VirtualRegion
  {
    VirtualRegion(
      start: LinearAddress(start), byteCount: count,
      flags: isWritable ? [.anonymous, .writable] : .anonymous)
  }

  /// A process that has used its memory: four pages, three tables, a heap and a mapping.
  private func worn(_ bench: VMBench) -> Endpoint {
    let process = bench.process(11)
    _ = bench.brk(process, VMBench.heap + 0x22000)
    for page in [VMBench.text, VMBench.heap, VMBench.heap + 0x21000] {
      _ = bench.fault(process, page)
    }
    _ = bench.mmap(process, count: 0x1000, flags: 12)
    _ = bench.kernel.takeCalls()
    return process
  }

  @Test func newMemoryForOld() {
    let bench = VMBench()
    let process = worn(bench)
    let reply = bench.exec(
      process, regions: [Self.text, 0x3000, 0, Self.text + 0x3000, 0x1000, 1])
    #expect(reply.type == 0)
    #expect((reply[word: 16], reply[word: 24]) == (1, 0x8000_0000))
    #expect(
      bench.kernel.takeCalls()
        == ["VIRCOPY \(Endpoint.pm) SELF 80", "NEWMAP \(process)", "CR3 \(process)"])
    #expect(bench.kernel.placed == AddressSpaceLayout.flatSegmentMap)
    #expect(
      bench.regions(process) == [
        Self.region(Self.text, 0x3000, false), Self.region(Self.text + 0x3000, 0x1000, true),
        Self.stack,
      ])
    #expect((bench.pagesUsed, bench.tablesUsed) == (0, 1))
    // The heap begins behind the last region.
    #expect(bench.brk(process, Self.text + 0x6000) == 0)
    #expect(bench.fault(process, Self.text + 0x5FFF).count == 2)
    #expect(bench.pagesUsed == 1)
    #expect(bench.end(process) == [0, 0])
    #expect((bench.pagesUsed, bench.tablesUsed) == (0, 0))
  }

  /// Without regions the sizes count: text, data, bss, total.
  @Test(
    arguments: [
      ([0x1001, 0x10, 0xFF1], [region(text, 0x2000, false), region(text + 0x2000, 0x2000, true)]),
      ([0, 1, 0], [region(text, 0x1000, true)]), ([1, 0, 0], [region(text, 0x1000, false)]),
      ([0, 0, 0], []),
      ([0, 0x03FF_F000, 0], [region(text, 0x03FF_F000, true)]),
      ([0, 0x0400_0000, 0, 0x0400_0001], [region(text, 0x0400_0000, true)]),
    ] as [([UInt32], [VirtualRegion])])
  func bySizes(_ sizes: [UInt32], _ expected: [VirtualRegion]) {
    let bench = VMBench()
    let process = worn(bench)
    #expect(bench.exec(process, sizes).type == 0)
    #expect(bench.regions(process) == expected + [Self.stack])
  }

  struct Refusal: Sendable {
    var sizes: [UInt32] = []
    var regions: [UInt32] = []
    var byteCount: UInt32?
    var result = ResultCode.einval
  }

  @Test(arguments: [
    Refusal(byteCount: 0), Refusal(byteCount: 55), Refusal(byteCount: 57),
    Refusal(byteCount: 67), Refusal(byteCount: 56 + 33 * 12), Refusal(byteCount: .max),
    Refusal(byteCount: 0x8000_0000),
    Refusal(sizes: [0, 0x0400_0000, 0], result: .enoexec),
    Refusal(sizes: [0, .max, .max], result: .enoexec),
    Refusal(sizes: [0, 0x0400_0000, 0, 0x0400_0000], result: .enoexec),
    Refusal(sizes: [.max, 0, 0], result: .enomem),
    Refusal(sizes: [0x73FB_8001, 0, 0], result: .enomem),
    Refusal(sizes: [0x73FB_8000, 1, 0], result: .enomem),
    Refusal(regions: [text, 0, 1]), Refusal(regions: [text + 1, 0x1000, 1]),
    Refusal(regions: [text, 0x1001, 1]), Refusal(regions: [text, 0x1000, 2]),
    Refusal(regions: [0, 0x1000, 1]), Refusal(regions: [text, 0xFFFF_F000, 1]),
    Refusal(regions: [0x7BFF_F000, 0x2000, 1]), Refusal(regions: [0x7C00_0000, 0x1000, 1]),
    Refusal(regions: [0x9000_0000, 0x1000, 1]),
    Refusal(regions: [text, 0x2000, 0, text + 0x1000, 0x1000, 1]),
    Refusal(regions: [text, 0x1000, 0, text - 0x1000, 0x1000, 1]),
  ])
  func refusals(_ refusal: Refusal) {
    let bench = VMBench()
    let process = worn(bench)
    let regions = bench.regions(process)
    let entry = bench.entry(process, VMBench.heap)
    let reply = bench.exec(
      process, refusal.sizes, regions: refusal.regions, byteCount: refusal.byteCount)
    #expect(reply.type == refusal.result.rawValue)
    #expect(bench.regions(process) == regions)
    #expect(bench.entry(process, VMBench.heap) == entry)
    #expect((bench.pagesUsed, bench.tablesUsed) == (4, 4))
    #expect(bench.kernel.takeCalls().allSatisfy { $0.hasPrefix("VIRCOPY") })
  }

  @Test func strangersAndCopies() {
    let bench = VMBench()
    let process = worn(bench)
    #expect(bench.exec(.vfs, [1, 1, 1]).type == ResultCode.esrch.rawValue)
    bench.kernel.refused = Message(type: KernelCallNumber.virtualCopy.messageType)
    #expect(bench.exec(process, [1, 1, 1]).type == ResultCode.einval.rawValue)
    #expect(bench.pagesUsed == 4)
  }

  /// The most that can be given, and the highest place.
  @Test func manyRegions() {
    let bench = VMBench()
    let process = worn(bench)
    var regions: [UInt32] = []
    for index: UInt32 in 0..<32 { regions += [0x7BFC_0000 + index * 0x2000, 0x2000, index & 1] }
    #expect(bench.exec(process, regions: regions).type == 0)
    #expect(bench.regions(process).count == 33)
  }

  /// Children share what there was, and keep it.
  @Test func aSharerExecs() {
    let bench = VMBench()
    let parent = worn(bench)
    let frame = bench.entry(parent, VMBench.heap).frame
    let child = bench.fork(parent, into: 12)
    #expect(bench.exec(child, [1, 1, 1]).type == 0)
    #expect(bench.entry(parent, VMBench.heap) == PageTableEntry(frame: frame, isWritable: true))
    #expect(bench.entry(child, VMBench.heap) == .absent)
    #expect(bench.end(child) == [0, 0])
    #expect((bench.pagesUsed, bench.tablesUsed) == (4, 4))
  }
}

/// How the loader writes what the program may only read.
@Suite struct ExecLoadingTests {
  private let bench = VMBench()
  private let process: Endpoint
  private let text: UInt32 = 0x0804_8000
  private var data: UInt32 { text + 0x4000 }

  init() {
    process = bench.process(11)
    precondition(
      bench.exec(process, regions: [text, 0x4000, 0, text + 0x4000, 0x1000, 1]).type == 0)
  }

  /// CHECK, for writing; VM's result.
  private func request(
    _ start: UInt32, _ byteCount: UInt32, by requestor: Endpoint = .pm
  ) -> String? {
    var message = Message(type: 1)
    message[endpoint: 8] = process
    message[word: 12] = start
    message[word: 16] = byteCount
    message[short: 32] = 1
    message[endpoint: 28] = requestor
    bench.kernel.memoryRequests = [message]
    var notification = Message(type: 0x1002)
    notification.source = .system
    notification.notifyArgument = FaultDelivery.message.signals.memory.bit
    bench.vm.handle(notification, status: IPCStatus(call: .notify))
    return bench.kernel.takeCalls().last
  }

  private var writable: [Bool] { (0..<5).map { bench.entry(process, text + $0 * 4096).isWritable } }
  private var ok: String { "REPLY \(Endpoint.pm) 0" }

  @Test func pieceByPiece() {
    #expect(request(text, 0x1800) == ok)
    #expect(writable == [true, true, false, false, false])
    #expect(request(text + 0x1800, 0x1800) == ok)
    #expect(writable == [false, true, true, false, false])
    #expect(request(data, 0x1000) == ok)
    #expect(writable == [false, false, false, false, true])
    #expect(request(text + 0x3000, 1) == ok)
    #expect(writable == [false, false, false, true, true])
    // The program runs: nobody's text can be written any more.
    #expect(bench.fault(process, 0x7FFF_F000).count == 2)
    #expect(writable == [false, false, false, false, true])
    #expect(request(text, 1) == "REPLY \(Endpoint.pm) -14")
    #expect(
      bench.fault(process, text, [.user, .write, .protection])
        == ["KILL \(process) 11", "CLEAR \(process)"])
  }

  /// Others may not, and whose requests they are is all that counts.
  @Test func others() {
    #expect(request(text, 1) == ok)
    for other in [Endpoint.vfs, process] {
      #expect(request(text, 1, by: other) == "REPLY \(other) -14")
      #expect(writable == [false, false, false, false, false])
    }
    #expect(request(text, 1) == ok)
  }

  @Test(arguments: ["brk", "fork", "signal", "mmap"]) func theEnd(_ how: String) {
    #expect(request(text, 1) == ok)
    switch how {
    case "brk": #expect(bench.brk(process, data + 0x1000) == 0)
    case "fork": _ = bench.fork(process, into: 12)
    case "signal": #expect(bench.pushSignal(process).type == 0)
    default: #expect(bench.mmap(process, count: 1).type == 0)
    }
    #expect(!bench.entry(process, text).isWritable)
    #expect(request(text, 1) == "REPLY \(Endpoint.pm) -14")
  }
}
