import I386
import MinixABI
import Testing

@testable import VMServer

/// ABI 9.13 and 17: the break, and the room for a signal's frame.
@Suite struct BrkTests {
  /// Where the bench's processes have their last region, and where it ends.
  private static var data: UInt32 { VMBench.heap }
  private static var end: UInt32 { VMBench.heap + 0x20000 }
  private static var stack: UInt32 { 0x7C00_0000 }
  private var heap: UInt32 { Self.end }

  @Test func growsInPlaceAndKeeps() {
    let bench = VMBench()
    let process = bench.process(11)
    for address in [Self.data, Self.end - 1, Self.end] {
      #expect(bench.brk(process, address) == 0)
      #expect(bench.regions(process).count == 2)
    }
    #expect(bench.brk(process, heap + 1) == 0)
    #expect(bench.brk(process, heap + 0x2FFF) == 0)
    // The heap adjoins what the program brought with it, and is a region of its own kind.
    #expect(bench.regions(process).last?.end.rawValue == heap + 0x3000)
    #expect(bench.fault(process, heap + 0x2000, [.user, .write]).count == 2)
    #expect(bench.fault(process, heap + 0x3000).count == 2)
    #expect(bench.faults(process).segv == 1)
    let entry = bench.entry(process, heap + 0x2000)
    // Lower, and up again: memory and contents are kept.
    #expect(bench.brk(process, heap) == 0)
    #expect(bench.entry(process, heap + 0x2000) == entry)
    #expect(bench.brk(process, heap + 0x4000) == 0)
    #expect(bench.entry(process, heap + 0x2000) == entry)
    #expect(bench.regions(process).last?.end.rawValue == heap + 0x4000)
    #expect(bench.end(process) == [0, 0])
    #expect((bench.pagesUsed, bench.tablesUsed) == (0, 0))
  }

  /// A break, a stack pointer, and whether there is room: a page must stay free between them.
  @Test(
    arguments: [
      (stack - 0x1000, 0x7FFF_F000, true), (stack - 0xFFF, 0x7FFF_F000, false),
      (stack, 0x7FFF_F000, false), (0x8000_0000, 0x7FFF_F000, false),
      (.max, 0x7FFF_F000, false), (0, 0x7FFF_F000, false), (data - 1, 0x7FFF_F000, false),
      (end + 0x1000, 0x8000_0000, false), (end + 0x1000, 0xFFFF_FFFF, false),
      (end + 0x1000, 0x7FFF_FFFF, true), (end + 0x1000, end + 0x2000, true),
      (end + 0x1000, end + 0x1FFF, false), (end + 0x1001, end + 0x2FFF, false),
      (end + 0x1000, end - 1, true), (end + 0x1000, data, true), (end + 0x1000, data - 1, false),
    ] as [(UInt32, UInt32, Bool)])
  func room(_ address: UInt32, _ stackPointer: UInt32, _ isRoom: Bool) {
    let bench = VMBench()
    let process = bench.process(11)
    bench.kernel.stackPointer = stackPointer
    let before = bench.regions(process)
    #expect(bench.brk(process, address) == (isRoom ? 0 : ResultCode.enomem.rawValue))
    #expect((bench.regions(process) == before) == !isRoom)
  }

  @Test func theNextRegion() {
    let bench = VMBench()
    let process = bench.process(11)
    let hint = heap + 0x3000
    #expect(bench.mmap(process, count: 0x1000, hint: hint)[word: 20] == hint)
    #expect(bench.brk(process, hint + 1) == ResultCode.enomem.rawValue)
    #expect(bench.brk(process, hint) == 0)
    #expect(bench.brk(process, hint + 0x1000) == ResultCode.enomem.rawValue)
    #expect(bench.munmap(process, hint, count: 0x1000) == 0)
    #expect(bench.brk(process, hint + 0x1000) == 0)
  }

  /// Who has unmapped the heap gets what lies above its former end.
  @Test func afterMunmap() {
    let bench = VMBench()
    let process = bench.process(11)
    #expect(bench.brk(process, heap + 0x4000) == 0)
    let start = bench.regions(process).last?.start.rawValue ?? 0
    #expect(bench.munmap(process, start, count: heap + 0x3000 - start) == 0)
    #expect(bench.brk(process, heap + 0x5000) == 0)
    #expect(bench.regions(process).last?.start.rawValue == heap + 0x3000)
    #expect(bench.regions(process).last?.byteCount == 0x2000)
    #expect(bench.munmap(process, heap + 0x3000, count: 0x2000) == 0)
    #expect(bench.brk(process, heap) == 0)
    #expect(bench.brk(process, heap + 0x6000) == 0)
    #expect(bench.regions(process).last?.start.rawValue == heap + 0x5000)
    #expect(bench.fault(process, heap).first?.hasPrefix("KILL") == true)
  }

  /// A read-only last region is not what the heap becomes a part of.
  @Test func behindReadOnlyMemory() {
    let bench = VMBench()
    let process = bench.process(11)
    let end: UInt32 = 0x0A00_1000
    let added = bench.vm.addRegion(
      start: LinearAddress(end - 0x1000), byteCount: 0x1000, isWritable: false, to: process)
    #expect(added)
    #expect(bench.brk(process, end + 0x1000) == 0)
    #expect(bench.regions(process).last?.start.rawValue == end)
    #expect(bench.regions(process).last?.flags.contains(.writable) == true)
  }

  /// A child has its own break, which begins where its parent's was.
  @Test func afterFork() {
    let bench = VMBench()
    let parent = bench.process(11)
    #expect(bench.brk(parent, heap + 0x1000) == 0)
    let child = bench.fork(parent, into: 12)
    #expect(bench.brk(child, heap + 0x3000) == 0)
    #expect(bench.regions(parent).last?.end.rawValue == heap + 0x1000)
    #expect(bench.regions(child).last?.end.rawValue == heap + 0x3000)
  }

  @Test(
    arguments: [
      (0x7FFF_F000, true), (0x7FFF_FFFF, true), (0x8000_0000, true), (0x8000_025B, true),
      (0x8000_025C, false), (603, false), (0, false), (data + 700, true),
      (end + 0x1000 + 603, false), (end + 0x1000 + 604, true), (end + 0x10, true),
    ] as [(UInt32, Bool)])
  func signalFrames(_ stackPointer: UInt32, _ isRoom: Bool) {
    let bench = VMBench()
    let process = bench.process(11)
    bench.kernel.stackPointer = stackPointer
    let reply = bench.pushSignal(process)
    #expect(reply.type == (isRoom ? 0 : ResultCode.enomem.rawValue))
    #expect(!isRoom || reply[word: 20] == stackPointer)
  }

  @Test func strangers() {
    let bench = VMBench()
    let process = bench.process(11)
    #expect(bench.brk(.vfs, heap) == ResultCode.einval.rawValue)
    #expect(bench.pushSignal(.none).type == ResultCode.einval.rawValue)
    bench.kernel.refused = Message(type: KernelCallNumber.getInfo.messageType)
    #expect(bench.brk(process, heap + 1) == ResultCode.einval.rawValue)
    #expect(bench.pushSignal(process).type == ResultCode.einval.rawValue)
    #expect(bench.regions(process).count == 2)
  }
}
