import I386
import MinixABI
import Testing

@testable import VMServer

/// ABI 7.2 and 9.9, read by 13.8: ranges that the kernel needs.
@Suite struct MemoryRequestTests {
  private func request(
    _ target: Endpoint, _ start: UInt32, _ count: UInt32, isWrite: Bool = false,
    requestor: Endpoint = .vfs
  ) -> Message {
    var message = Message(type: 1)
    message[endpoint: 8] = target
    message[word: 12] = start
    message[word: 16] = count
    message[short: 32] = isWrite ? 1 : 0
    message[endpoint: 28] = requestor
    return message
  }

  private func serve(_ bench: VMBench, _ requests: [Message]) -> [String] {
    bench.kernel.memoryRequests = requests
    var message = Message(type: 0x1002)
    message.source = .system
    message.notifyArgument = FaultDelivery.message.signals.memory.bit
    bench.vm.handle(message, status: IPCStatus(call: .notify))
    return bench.kernel.takeCalls()
  }

  @Test func everyPageThatTheRangeTouches() {
    let bench = VMBench()
    let process = bench.process(11)
    let range = request(process, VMBench.heap + 0xFFF, 0x1002, isWrite: true)
    #expect(
      serve(bench, [range])
        == ["MEMSET 1000 4096", "MEMSET 2000 4096", "MEMSET 3000 4096", "REPLY VFS 0"])
    #expect(bench.entry(process, VMBench.heap + 0x3000) == .absent)
    // Nothing has to be changed: that is OK.
    #expect(serve(bench, [range]) == ["REPLY VFS 0"])
    #expect(bench.faults(process).total == 0)
  }

  @Test func allOfTheList() {
    let bench = VMBench()
    let (a, b) = (bench.process(11), bench.process(12))
    let calls = serve(
      bench,
      [
        request(b, VMBench.heap, 1, requestor: b), request(a, 0, 1, requestor: a),
        request(a, VMBench.text, 4096, requestor: a),
      ])
    #expect(
      calls == [
        "MEMSET 1000 4096", "REPLY 36570 0", "REPLY 36569 -14", "MEMSET 2000 4096", "REPLY 36569 0",
      ])
    #expect(bench.kernel.memoryRequests.isEmpty)
  }

  @Test(
    arguments: [
      (0x0804_7FFF, 1, false), (0x0804_7FFF, 2, false), (0x0806_7FFF, 2, false),
      (0x0804_8000, 1, true), (0x0902_0000, 1, true), (0xF000_0000, 1, false),
      (0xEFFF_FFFF, 2, false), (0xFFFF_F000, 0x2000, false), (0, .max, false),
    ] as [(UInt32, UInt32, Bool)])
  func badRanges(_ start: UInt32, _ count: UInt32, _ isWrite: Bool) {
    let bench = VMBench()
    let process = bench.process(11)
    let calls = serve(bench, [request(process, start, count, isWrite: isWrite)])
    #expect(calls.last == "REPLY VFS -14")
  }

  @Test func strangers() {
    let bench = VMBench()
    _ = bench.process(11)
    for stranger in [Endpoint(rawValue: 11), .none, .vm, .system] {
      #expect(serve(bench, [request(stranger, VMBench.heap, 1)]) == ["REPLY VFS -14"])
    }
  }

  /// ABI 9.9: a region that holds its pages is no obstacle; one that lacks them is.
  @Test func regionsThatMustNotFault() {
    let bench = VMBench()
    let process = bench.process(11)
    let region = VirtualRegion(
      start: LinearAddress(VMBench.heap + 0x20000), byteCount: 0x2000,
      flags: [.direct, .noPageFaults, .writable])
    #expect(bench.add(region, to: process))
    // Only its first page is there, and that only for reading.
    bench.place(
      PhysicalAddress(0x9000), in: process, at: region.start.rawValue, isWritable: false)
    let range = request(process, VMBench.heap + 0x1F000, 0x2000)
    #expect(serve(bench, [range]).last == "REPLY VFS 0")
    let longer = request(process, VMBench.heap + 0x1F000, 0x2001)
    #expect(serve(bench, [longer]).last == "REPLY VFS -14")
  }

  /// A shared page is copied when the kernel wants to write, and left alone when it reads.
  @Test func sharedPages() {
    let bench = VMBench()
    let a = bench.process(11)
    _ = bench.fault(a, VMBench.heap)
    let b = bench.fork(a, into: 12)
    _ = bench.kernel.takeCalls()
    let frame = bench.entry(a, VMBench.heap).frame
    #expect(serve(bench, [request(a, VMBench.heap, 8)]) == ["REPLY VFS 0"])
    #expect(
      serve(bench, [request(a, VMBench.heap, 8, isWrite: true)])
        == ["COPY 1000 2000", "REPLY VFS 0"])
    #expect(bench.references(frame) == 1)
    // The other one has it alone now.
    #expect(serve(bench, [request(b, VMBench.heap, 8, isWrite: true)]) == ["REPLY VFS 0"])
  }

  @Test func outOfMemory() {
    let bench = VMBench(frames: 3)
    let process = bench.process(11)
    #expect(serve(bench, [request(process, VMBench.heap, 0x3000)]).last == "REPLY VFS -12")
    #expect(bench.end(process) == [0, 0])
    #expect(bench.pagesUsed == 0)
  }
}
