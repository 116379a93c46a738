import I386
import MinixABI
import Testing

@testable import VMServer

/// What grants let one process map of another: ABI 9.10.
@Suite struct SharedMappingTests {
  let bench: VMBench
  let source: Endpoint
  let destination: Endpoint

  init() {
    let bench = VMBench()
    self.init(bench, bench.process(11), bench.process(12))
  }

  private init(_ bench: VMBench, _ source: Endpoint, _ destination: Endpoint) {
    (self.bench, self.source, self.destination) = (bench, source, destination)
  }

  /// SMAP (3) or SUNMAP (4), as MEMREQ_GET tells it; VM's result.
  private func request(
    _ type: Int32, from: UInt32 = VMBench.heap, to: UInt32 = VMBench.heap + 0x8000,
    _ byteCount: UInt32 = 0x2000, flag: Int16 = 1, source: Endpoint? = nil,
    destination: Endpoint? = nil
  ) -> ResultCode {
    var message = Message(type: type)
    message[endpoint: 8] = destination ?? self.destination
    message[word: 12] = to
    message[word: 16] = byteCount
    message[endpoint: 20] = source ?? self.source
    message[word: 24] = from
    message[endpoint: 28] = self.destination
    message[short: 32] = flag
    bench.kernel.memoryRequests = [message]
    var notification = Message(type: 0x1002)
    notification.source = .system
    notification[word: 20] = FaultDelivery.message.signals.memory.bit
    bench.vm.handle(notification, status: IPCStatus(call: .notify))
    let replies = bench.kernel.takeCalls().filter { $0.hasPrefix("REPLY") }
    #expect(replies.count == 1)
    let number = replies.first.flatMap { $0.split(separator: " ").last }.flatMap { Int32($0) }
    return ResultCode(rawValue: number ?? 1)
  }

  private var here: UInt32 { VMBench.heap }
  private var there: UInt32 { VMBench.heap + 0x8000 }

  @Test func bothHaveTheFrames() {
    _ = bench.fault(destination, there, [.user, .write])
    let used = bench.pagesUsed
    #expect(request(3) == .ok)
    // The source's two were made; the destination's own was given back.
    #expect(bench.pagesUsed == used + 1)
    // Nobody's pages are lost, and none counts twice.
    let mapped = bench.vm.pageCount(of: [source, destination])
    #expect(mapped == bench.pagesUsed + bench.tablesUsed)
    for page: UInt32 in [0, 0x1000] {
      let entry = bench.entry(source, here + page)
      #expect(bench.entry(destination, there + page).frame == entry.frame)
      #expect(entry.isWritable && bench.entry(destination, there + page).isWritable)
      #expect(bench.references(entry.frame) == 2)
    }
    #expect(request(4) == .ok)
    for page: UInt32 in [0, 0x1000] {
      let entry = bench.entry(source, here + page)
      #expect(bench.entry(destination, there + page).frame != entry.frame)
      #expect(bench.entry(destination, there + page).isWritable)
      #expect(bench.references(entry.frame) == 1)
    }
    #expect(request(4) == .ok, "again: there is nothing to do")
    #expect(bench.end(source) == [0, 0] && bench.end(destination) == [0, 0])
    #expect(bench.pagesUsed == 0 && bench.tablesUsed == 0)
  }

  /// A mapping for reading: a write to it is SIGSEGV, and no copy.
  @Test func readOnly() {
    #expect(request(3, flag: 0) == .ok)
    let entry = bench.entry(source, here)
    #expect(entry.isWritable && !bench.entry(destination, there).isWritable)
    #expect(
      bench.fault(destination, there, [.protection, .user, .write])
        == ["KILL \(destination) 11", "CLEAR \(destination)"])
    #expect(bench.entry(destination, there).frame == entry.frame)
    // The source is gone, and the frame the destination's own: it may write by its region.
    #expect(bench.end(source) == [0, 0])
    #expect(bench.entry(destination, there).isWritable)
  }

  /// What is shared by copy on write is copied for the source first.
  @Test func copyOnWriteFirst() {
    _ = bench.fault(source, here, [.user, .write])
    let frame = bench.entry(source, here).frame
    let third = bench.fork(source, into: 13)
    #expect(request(3, 0x1000) == .ok)
    #expect(bench.entry(source, here).frame != frame)
    #expect(bench.entry(source, here).isWritable)
    #expect(bench.entry(third, here) == PageTableEntry(frame: frame, isWritable: true))
    #expect(bench.references(frame) == 1)
    #expect(bench.references(bench.entry(source, here).frame) == 2)
  }

  /// ABI 9.11: a child gets copies of what its parent shares by a grant, on either side.
  @Test(arguments: [true, false]) func fork(_ isSource: Bool) {
    #expect(request(3, flag: 0) == .ok)
    let parent = isSource ? source : destination
    let page = isSource ? here : there
    let before = bench.entry(parent, page)
    let child = bench.fork(parent, into: 13)
    #expect(bench.entry(parent, page) == before)
    #expect(bench.references(before.frame) == 2)
    #expect(bench.entry(child, page).isWritable)
    #expect(bench.entry(child, page).frame != before.frame)
    #expect(bench.references(bench.entry(child, page).frame) == 1)
  }

  /// Without memory for such a copy there is no child, and the parent is what it was.
  @Test func forkWithoutMemory() {
    let bench = VMBench(frames: 6)
    let parent = bench.process(11)
    let peer = bench.process(12)
    for page in [here, here + 0x1000, here + 0x2000] { _ = bench.fault(parent, page) }
    let tests = SharedMappingTests(bench, parent, peer)
    #expect(tests.request(3, from: here + 0x1000, 0x1000) == .ok)
    for page in [here, here + 0x1000] { _ = bench.fault(peer, page) }
    let pages = [here, here + 0x1000, here + 0x2000].map { bench.entry(parent, $0) }
    #expect(bench.forkReply(parent, into: 13).type == ResultCode.enomem.rawValue)
    #expect([here, here + 0x1000, here + 0x2000].map { bench.entry(parent, $0) } == pages)
    #expect(pages.map { bench.references($0.frame) } == [1, 2, 1])
    #expect(bench.pagesUsed == 5)
  }

  @Test func refuses() {
    #expect(request(3, source: Endpoint.none) == .efault)
    #expect(request(3, destination: Endpoint.none) == .efault)
    #expect(request(4, destination: Endpoint.none) == .efault)
    for (from, to, count) in [
      (VMBench.heap + 0x1F000, there, 0x2000), (here, VMBench.heap + 0x1F000, 0x2000),
      (here + 1, there, 0x1000), (here, there + 1, 0x1000), (here, there, 0x1001),
      (here, 0xEFFF_F000, 0x2000), (0xFFFF_F000, there, 0x2000), (0, there, 0x1000),
    ] as [(UInt32, UInt32, UInt32)] {
      #expect(request(3, from: from, to: to, count) == .efault)
    }
    // Read-only regions can be mapped for reading, and stay what they are.
    #expect(request(3, from: VMBench.text, flag: 1) == .efault)
    #expect(request(3, to: VMBench.text, flag: 1) == .efault)
    #expect(request(3, from: VMBench.text, flag: 0) == .ok)
    // What one has for reading he can't pass on for writing.
    let third = bench.process(13)
    #expect(request(3, from: there, source: destination, destination: third) == .efault)
    #expect(request(3, from: there, flag: 0, source: destination, destination: third) == .ok)
    #expect(request(2) == .einval)
  }

  @Test func outOfMemory() {
    let bench = VMBench(frames: 4)
    #expect(bench.process(11).slot.rawValue == 11)
    let small = bench.process(12)
    for page: UInt32 in [0, 0x1000, 0x2000] {
      _ = bench.fault(small, here + page, [.user, .write])
    }
    let before = bench.entry(small, there)
    var message = Message(type: 3)
    message[endpoint: 8] = small
    message[word: 12] = there
    message[word: 16] = 0x1000
    message[endpoint: 20] = source
    message[word: 24] = here
    message[endpoint: 28] = small
    message[short: 32] = 1
    bench.kernel.memoryRequests = [message]
    var notification = Message(type: 0x1002)
    notification.source = .system
    notification[word: 20] = FaultDelivery.message.signals.memory.bit
    bench.vm.handle(notification, status: IPCStatus(call: .notify))
    #expect(bench.kernel.takeCalls().contains("REPLY \(small) -12"))
    #expect(bench.entry(small, there) == before)
  }
}
