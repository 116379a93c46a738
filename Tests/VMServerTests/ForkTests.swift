import I386
import MinixABI
import Testing

@testable import VMServer

/// ABI 9.11, and what follows from it: 9.5 and 9.8.
@Suite struct ForkTests {
  private static var write: PageFaultErrorCode { [.user, .write, .protection] }
  private var heap: UInt32 { VMBench.heap }

  @Test func everyPageIsShared() {
    let bench = VMBench()
    let parent = bench.process(11)
    for page in [heap, heap + 0x1000, heap + 0x5000] { _ = bench.fault(parent, page, [.user]) }
    _ = bench.fault(parent, VMBench.text)
    bench.kernel.forkMessageAddress = heap + 0x3000
    let used = bench.pagesUsed
    let child = bench.fork(parent, into: 12)
    #expect(child.slot.rawValue == 12)
    #expect(
      bench.kernel.takeCalls()
        == ["FORK \(parent) 12 1", "MEMSET 5000 4096", "MEMSET 6000 4096", "CR3 \(child)"])
    // The two pages of the two message buffers, and nothing else, is new.
    #expect(bench.pagesUsed == used + 2)
    #expect(bench.regions(child) == bench.regions(parent))
    for page in [heap, heap + 0x1000, heap + 0x5000, VMBench.text] {
      #expect(bench.entry(child, page) == bench.entry(parent, page))
      #expect(bench.entry(child, page).isPresent && !bench.entry(child, page).isWritable)
      #expect(bench.references(bench.entry(child, page).frame) == 2)
    }
    #expect(bench.entry(child, heap + 0x2000) == .absent)
    let mapped = bench.vm.pageCount(of: [parent, child])
    #expect(mapped == bench.pagesUsed + bench.tablesUsed)
  }

  /// A message buffer that is shared is copied for the child; then the parent has it alone.
  @Test func theBufferIsMadeWritable() {
    let bench = VMBench()
    let parent = bench.process(11)
    for page in [heap, heap + 0x1000] { _ = bench.fault(parent, page, [.user]) }
    bench.kernel.forkMessageAddress = heap + 0xFF0
    let child = bench.fork(parent, into: 12)
    #expect(
      bench.kernel.takeCalls()
        == ["FORK \(parent) 12 1", "COPY 1000 3000", "COPY 2000 4000", "CR3 \(child)"])
    for process in [parent, child] {
      for page in [heap, heap + 0x1000] { #expect(bench.entry(process, page).isWritable) }
    }
  }

  /// The last sharer may write without a fault, whether the others have copied or have gone.
  @Test(arguments: ["copies", "exits", "unmaps"]) func theLastSharer(_ how: String) {
    let bench = VMBench()
    let first = bench.process(11)
    let top = AddressSpaceLayout.stackTop
    _ = bench.mmap(first, count: 0x2000, flags: 12)
    let frame = bench.entry(first, top).frame
    let processes = [first] + [12, 13].map { bench.fork(first, into: $0) }
    #expect(bench.references(frame) == 3)
    for (index, process) in processes.dropLast().enumerated() {
      #expect(processes[index...].allSatisfy { !bench.entry($0, top).isWritable })
      switch how {
      case "copies": _ = bench.fault(process, top, Self.write)
      case "exits": #expect(bench.end(process) == [0, 0])
      default: #expect(bench.munmap(process, top, count: 0x1000) == 0)
      }
    }
    #expect(bench.entry(processes[2], top) == PageTableEntry(frame: frame, isWritable: true))
    #expect(bench.references(frame) == 1)
    #expect(bench.faults(processes[2]).total == 0)
    for process in processes { _ = bench.end(process) }
    #expect((bench.pagesUsed, bench.tablesUsed) == (0, 0))
    #expect(bench.kernel.presentCount == 0)
  }

  /// 9.3: alone or not, a read-only region stays so.
  @Test func theLastSharerOfReadOnlyMemory() {
    let bench = VMBench()
    let parent = bench.process(11)
    _ = bench.fault(parent, VMBench.text)
    let child = bench.fork(parent, into: 12)
    #expect(bench.end(parent) == [0, 0])
    #expect(bench.entry(child, VMBench.text).isPresent)
    #expect(!bench.entry(child, VMBench.text).isWritable)
  }

  /// DIRECT and SHARED regions stay writable on both sides; DIRECT memory is nobody's.
  @Test func regionsThatAreNotCopied() throws {
    let bench = VMBench()
    let parent = bench.process(11)
    let start = heap + 0x40_0000
    let flags: [VirtualRegion.Flags] = [
      [.direct, .noPageFaults, .writable], [.anonymous, .shared, .writable],
    ]
    for index in flags.indices {
      let region = VirtualRegion(
        start: LinearAddress(start + UInt32(index) * 0x2000), byteCount: 0x2000,
        flags: flags[index])
      #expect(bench.add(region, to: parent))
    }
    bench.place(PhysicalAddress(0x000A_0000), in: parent, at: start)
    let allocated = bench.vm.blocks.allocate()
    let block = try #require(allocated)
    bench.place(block, in: parent, at: start + 0x2000, isCounted: true)
    let child = bench.fork(parent, into: 12)
    for page in [start, start + 0x2000] {
      #expect(bench.entry(parent, page).isWritable)
      #expect(bench.entry(child, page) == bench.entry(parent, page))
    }
    #expect(bench.references(block) == 2)
    #expect(bench.end(parent) == [0, 0])
    #expect(bench.references(block) == 1)
    #expect(bench.end(child) == [0, 0])
    #expect(bench.pagesUsed == 0)
  }

  @Test(arguments: [(11, 11), (12, 12), (11, -1), (11, 32), (10, 12), (11, 9)])
  func refusals(_ parent: Int32, _ slot: Int32) {
    let bench = VMBench()
    _ = bench.process(11)
    _ = bench.process(9)
    let who = Endpoint(generation: 1, slot: ProcessSlot(rawValue: parent))
    let stores = bench.kernel.stores.count
    #expect(bench.forkReply(who, into: slot).type == ResultCode.einval.rawValue)
    #expect(bench.kernel.takeCalls().isEmpty)
    #expect(bench.kernel.stores.count == stores)
    #expect(bench.tablesUsed == 2)
  }

  /// Without a page for a page table, or when the kernel refuses: as if nobody had asked.
  @Test(arguments: [0, 1, 2, 3] as [UInt32]) func nothingHasHappened(_ tables: UInt32) {
    let bench = VMBench(tables: 3 + tables)
    let parent = bench.process(11)
    for page in [VMBench.text, heap, heap + 0x1000, heap + 0x1F000] {
      _ = bench.fault(parent, page)
    }
    _ = bench.mmap(parent, count: 0x1000, flags: 12)
    let pages = [VMBench.text, heap, heap + 0x1000, heap + 0x1F000, AddressSpaceLayout.stackTop]
    let before = pages.map { bench.entry(parent, $0) }
    if tables == 3 { bench.kernel.refused = Message(type: KernelCallNumber.fork.messageType) }
    let expected: ResultCode = tables == 3 ? .einval : .enomem
    #expect(bench.forkReply(parent, into: 12).type == expected.rawValue)
    #expect(pages.map { bench.entry(parent, $0) } == before)
    for page in pages { #expect(bench.references(bench.entry(parent, page).frame) == 1) }
    #expect((bench.pagesUsed, bench.tablesUsed) == (5, 4))
    bench.kernel.refused = nil
    if tables == 3 { #expect(bench.forkReply(parent, into: 12).type == 0) }
  }

  /// No memory for a message buffer of its own: the fork stands.
  @Test func noMemoryForTheBuffer() {
    let bench = VMBench(frames: 2)
    let parent = bench.process(11)
    _ = bench.fault(parent, heap)
    bench.kernel.forkMessageAddress = heap
    let child = bench.fork(parent, into: 12)
    #expect(bench.kernel.takeCalls() == ["FORK \(parent) 12 1", "CR3 \(child)"])
    #expect(bench.references(bench.entry(child, heap).frame) == 2)
    #expect(bench.fault(child, heap, Self.write) == ["KILL \(child) 11", "CLEAR \(child)"])
    #expect(bench.end(child) == [0, 0])
    #expect(bench.entry(parent, heap).isWritable)
  }

  /// The entry that is the last of many is found, whoever of them have gone.
  @Test func aChildOfAChild() {
    let bench = VMBench()
    var process = bench.process(11)
    _ = bench.fault(process, heap)
    let frame = bench.entry(process, heap).frame
    for slot: Int32 in 12..<20 { process = bench.fork(process, into: slot) }
    #expect(bench.references(frame) == 9)
    for slot: Int32 in 11..<19 {
      #expect(bench.end(bench.endpoint(slot)) == [0, 0])
    }
    #expect(bench.entry(process, heap) == PageTableEntry(frame: frame, isWritable: true))
    #expect(bench.pagesUsed == 1)
  }
}
