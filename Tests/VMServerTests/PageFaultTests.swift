import I386
import MinixABI
import Testing

@testable import VMServer

/// ABI 9.6 and 9.7: the decision on a fault, and how often the kernel is called for it.
@Suite struct PageFaultTests {
  @Test func firstTouchIsAZeroedPage() {
    let bench = VMBench()
    let process = bench.process(11)
    #expect(
      bench.fault(process, VMBench.heap + 0x1234, [.user, .write])
        == ["MEMSET 1000 4096", "CLEAR 36569"])
    let entry = bench.entry(process, VMBench.heap + 0x1000)
    #expect(entry == PageTableEntry(frame: PhysicalAddress(0x1000), isWritable: true))
    #expect(bench.entry(process, VMBench.heap) == .absent)
    #expect(bench.entry(process, VMBench.heap + 0x2000) == .absent)
    #expect(bench.pagesUsed == 1)
    #expect(bench.tablesUsed == 2)
    let faults = bench.faults(process)
    #expect(faults.zeroFill == 1)
    #expect(faults.total == 1)
    // A read makes it writable as well, as its region is; a read-only region's page is not.
    _ = bench.fault(process, VMBench.heap)
    #expect(bench.entry(process, VMBench.heap).isWritable)
    _ = bench.fault(process, VMBench.text + 0xFFF)
    let text = bench.entry(process, VMBench.text)
    #expect((text.isPresent, text.isWritable, text.isUser) == (true, false, true))
  }

  /// No region, or one that forbids the access: SIGSEGV, then exactly one CLEAR.
  @Test(
    arguments: [
      (0, 4), (0, 6), (0x0804_7FFF, 4), (0x0806_8000, 4), (0x08FF_FFFF, 6), (0x0902_0000, 6),
      (0xEFFF_FFFF, 4), (0xF000_0000, 5), (0xF000_0000, 7), (0xFFFF_FFFF, 5), (0x0804_8000, 6),
      (0x0804_8000, 7), (0x0700_0000, 5),
    ] as [(UInt32, UInt32)])
  func badAccess(_ address: UInt32, _ error: UInt32) {
    let bench = VMBench()
    let process = bench.process(11)
    let code = PageFaultErrorCode(rawValue: error)
    #expect(bench.fault(process, address, code) == ["KILL 36569 11", "CLEAR 36569"])
    #expect(bench.faults(process).segv == 1)
    #expect(bench.pagesUsed == 0)
    #expect(bench.kernel.replies.isEmpty)
  }

  @Test func aProcessThatVMDoesNotKnow() {
    let bench = VMBench()
    let process = bench.process(11)
    for stranger in [Endpoint(rawValue: 11), Endpoint(rawValue: 36570), .none, .system] {
      #expect(bench.fault(stranger, VMBench.heap) == ["KILL \(stranger) 11", "CLEAR \(stranger)"])
    }
    #expect(bench.faults(process).total == 0)
  }

  /// 13.6 and 13.19: NOPF and SHARED regions.
  @Test(arguments: [VirtualRegion.Flags.noPageFaults, .shared])
  func regionsThatMustNotFault(_ flag: VirtualRegion.Flags) {
    let bench = VMBench()
    let process = bench.process(11)
    let region = VirtualRegion(
      start: LinearAddress(0x5000_0000), byteCount: 4096, flags: [.anonymous, .writable, flag])
    #expect(bench.add(region, to: process))
    #expect(bench.fault(process, 0x5000_0000, [.user]) == ["KILL 36569 11", "CLEAR 36569"])
  }

  /// 13.6: what VM holds present is put right, and the process resumed.
  @Test func aPageThatIsThereAlready() {
    let bench = VMBench()
    let process = bench.process(11)
    _ = bench.fault(process, VMBench.heap)
    let entry = bench.entry(process, VMBench.heap)
    for error in [4, 5, 6, 7] as [UInt32] {
      #expect(
        bench.fault(process, VMBench.heap, PageFaultErrorCode(rawValue: error))
          == ["FLUSH", "CLEAR 36569"])
    }
    #expect(bench.entry(process, VMBench.heap) == entry)
    #expect(bench.faults(process).protection == 4)
    #expect(bench.pagesUsed == 1)
  }

  /// ABI 9.8: the first writer gets a copy, the last sharer the page itself, at once.
  @Test func copyOnWrite() {
    let bench = VMBench()
    let a = bench.process(11)
    _ = bench.fault(a, VMBench.heap, [.user, .write])
    let frame = bench.entry(a, VMBench.heap).frame
    let b = bench.fork(a, into: 12)
    _ = bench.kernel.takeCalls()
    #expect(bench.references(frame) == 2)
    let calls = bench.fault(b, VMBench.heap + 4, [.user, .write, .protection])
    let copy = bench.entry(b, VMBench.heap).frame
    #expect(copy != frame)
    #expect(calls == ["COPY 1000 \(String(copy.rawValue, radix: 16))", "CLEAR 36570"])
    #expect(bench.entry(b, VMBench.heap).isWritable)
    #expect(bench.references(frame) == 1)
    #expect(bench.references(copy) == 1)
    #expect(bench.entry(a, VMBench.heap) == PageTableEntry(frame: frame, isWritable: true))
    #expect(bench.faults(b).copyOnWrite == 1)
    #expect(bench.faults(a).total == 1)
    #expect(bench.end(a) == [0, 0])
    #expect(bench.end(b) == [0, 0])
    #expect((bench.pagesUsed, bench.tablesUsed) == (0, 0))
  }

  /// A sharer that ends drops its reference only.
  @Test func aSharerEnds() {
    let bench = VMBench()
    let a = bench.process(11)
    _ = bench.fault(a, VMBench.heap, [.user, .write])
    let frame = bench.entry(a, VMBench.heap).frame
    let b = bench.fork(a, into: 12)
    #expect(bench.end(a) == [0, 0])
    #expect(bench.references(frame) == 1)
    #expect(bench.pagesUsed == 1)
    #expect(bench.entry(b, VMBench.heap) == PageTableEntry(frame: frame, isWritable: true))
  }

  /// Out of pages: SIGSEGV to whoever asked; the others live on, and get what the dead leave.
  @Test func outOfMemory() {
    let bench = VMBench(frames: 4)
    let (a, b) = (bench.process(11), bench.process(12))
    for page: UInt32 in 0..<2 { _ = bench.fault(a, VMBench.heap + page * 4096) }
    _ = bench.fault(b, VMBench.heap)
    #expect(bench.pagesUsed == 3)
    let stores = bench.kernel.stores.count
    #expect(bench.fault(a, VMBench.heap + 0x5000) == ["KILL 36569 11", "CLEAR 36569"])
    #expect(bench.kernel.stores.count == stores)
    #expect(bench.faults(a).outOfMemory == 1)
    #expect(bench.end(a) == [0, 0])
    for page: UInt32 in 1...2 { _ = bench.fault(b, VMBench.heap + page * 4096) }
    #expect(bench.faults(b).zeroFill == 3)
    #expect(bench.pagesPeak == 3)
  }

  @Test func noCopyWithoutMemory() {
    let bench = VMBench(frames: 3)
    let a = bench.process(11)
    for page in [VMBench.heap, VMBench.heap + 0x1000] { _ = bench.fault(a, page, [.user, .write]) }
    let frame = bench.entry(a, VMBench.heap).frame
    let b = bench.fork(a, into: 12)
    _ = bench.kernel.takeCalls()
    let error: PageFaultErrorCode = [.user, .write, .protection]
    #expect(bench.fault(b, VMBench.heap, error) == ["KILL 36570 11", "CLEAR 36570"])
    #expect(bench.references(frame) == 2)
    #expect(bench.entry(b, VMBench.heap).frame == frame)
  }

  /// No page for a page table: the page goes back.
  @Test func outOfTables() {
    let bench = VMBench(tables: 1)
    let process = bench.process(11)
    _ = bench.fault(process, VMBench.text)
    #expect(bench.fault(process, VMBench.heap) == ["KILL 36569 11", "CLEAR 36569"])
    #expect(bench.pagesUsed == 1)
    #expect(bench.end(process) == [0, 0])
    #expect((bench.pagesUsed, bench.tablesUsed) == (0, 0))
  }

  /// 13.3: without the kernel's mark it is a request like any other, and one that doesn't exist.
  @Test(arguments: [IPCCall.send, .sendrec, .sendnb]) func forged(_ call: IPCCall) {
    let bench = VMBench()
    let process = bench.process(11)
    var message = Message(pageFaultAt: VMBench.heap, errorCode: 6)
    message.source = process
    bench.vm.handle(message, status: IPCStatus(call: call))
    let replies = bench.kernel.takeReplies()
    #expect(replies.map(\.0.type) == [ResultCode.enosys.rawValue])
    #expect(replies.map(\.1) == [process])
    #expect(bench.kernel.takeCalls().isEmpty)
    #expect(bench.pagesUsed == 0)
    #expect(bench.faults(process).total == 0)
  }

  @Test func otherNotificationsAreIgnored() {
    let bench = VMBench()
    let process = bench.process(11)
    bench.kernel.memoryRequests = [Message(type: 1)]
    for source in [Endpoint.pm, .clock, process] {
      var message = Message(type: 0xCFF)
      message.source = source
      message.notifyArgument = .max
      bench.vm.handle(message, status: IPCStatus(call: .notify))
    }
    var system = Message(type: 0x1002)
    system.source = .system
    system.notifyArgument = FaultDelivery.message.signals.output.bit
    bench.vm.handle(system, status: IPCStatus(call: .notify))
    #expect(bench.kernel.takeCalls().isEmpty)
    #expect(bench.kernel.takeReplies().isEmpty)
    #expect(bench.kernel.memoryRequests.count == 1)
  }
}
