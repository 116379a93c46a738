import I386
import MinixABI
import Testing

@testable import VMServer

/// ABI 9.14: MAP_PHYS and UNMAP_PHYS.
@Suite struct MapPhysicalTests {
  let bench = VMBench(frames: 64, tables: 4)
  let process: Endpoint

  private static let top = AddressSpaceLayout.stackTop
  private static let stranger = Endpoint(generation: 2, slot: ProcessSlot(rawValue: 11))

  init() {
    process = bench.process(11)
    bench.kernel.isMemoryAllowed = true
  }

  private func map(
    _ caller: Endpoint, _ target: Endpoint = .itself, at physical: UInt32 = 0x2_0000,
    _ byteCount: UInt32 = 0x3000
  ) -> Message {
    var request = Message(type: VMCallNumber.mapPhysical.messageType)
    request[endpoint: 8] = target
    request[word: 12] = byteCount
    request[word: 24] = physical
    return bench.call(caller, request) ?? Message(type: 12345)
  }

  private func unmap(_ caller: Endpoint, _ target: Endpoint, _ address: UInt32) -> Int32? {
    var request = Message(type: VMCallNumber.unmapPhysical.messageType)
    request[endpoint: 8] = target
    request[word: 20] = address
    return bench.call(caller, request)?.type
  }

  @Test func mapped() {
    let before = bench.snapshot()
    let reply = map(process)
    #expect((reply.type, reply[word: 28]) == (0, Self.top))
    #expect(bench.kernel.takeCalls() == ["QUERY_MEM \(process) 20000 12288"])
    #expect(
      bench.regions(process).last
        == VirtualRegion(
          start: LinearAddress(Self.top), byteCount: 0x3000,
          flags: [.direct, .noPageFaults, .writable]))
    for page: UInt32 in 0..<3 {
      let entry = bench.entry(process, Self.top + page * 4096)
      #expect(
        entry
          == PageTableEntry(frame: PhysicalAddress(0x2_0000 + page * 4096), isWritable: true))
    }
    #expect(bench.pagesUsed == 0, "it is not VM's")
    let mapped = bench.vm.pageCount(of: [process])
    #expect(mapped == bench.tablesUsed, "nor does it count as the process's")
    // It never faults, and is never copied out of the way.
    #expect(bench.fault(process, Self.top, [.user]) == ["KILL \(process) 11", "CLEAR \(process)"])
    // The same memory once more, a byte of it, and unmapped at any address within.
    #expect(map(process, process, 1)[word: 28] == Self.top + 0x3000)
    #expect(unmap(process, .itself, Self.top + 0x2FFF) == 0)
    #expect(unmap(process, process, Self.top + 0x3000) == 0)
    #expect(bench.snapshot().regions == before.regions && bench.pagesUsed == 0)
    #expect(bench.entry(process, Self.top + 0x1000) == .absent)
    #expect(map(process).type == 0 && bench.end(process) == [0, 0])
    #expect((bench.pagesUsed, bench.tablesUsed) == (0, 0))
  }

  /// Frames that are mapped directly can be somebody's own as well: they stay so.
  @Test func notFreedTwice() {
    _ = bench.fault(process, VMBench.heap, [.user, .write])
    let frame = bench.entry(process, VMBench.heap).frame
    let reply = map(process, process, at: frame.rawValue, 0x1000)
    #expect(reply.type == 0 && bench.references(frame) == 1)
    #expect(unmap(process, process, reply[word: 28]) == 0)
    #expect(bench.references(frame) == 1 && bench.pagesUsed == 1)
  }

  /// TTY may map anything for anybody, the memory driver for itself.
  @Test func permission() {
    let other = bench.process(12)
    bench.kernel.isMemoryAllowed = false
    let before = bench.snapshot()
    #expect(map(process).type == ResultCode.eperm.rawValue)
    #expect(map(process, process).type == ResultCode.eperm.rawValue)
    bench.kernel.isMemoryAllowed = true
    #expect(map(process, other).type == ResultCode.eperm.rawValue)
    #expect(map(.memory, process).type == ResultCode.eperm.rawValue)
    #expect(bench.snapshot() == before)
    bench.kernel.isMemoryAllowed = false
    #expect(map(.tty, process).type == 0)
    #expect(map(.tty).type == ResultCode.enxio.rawValue, "resident: it has no page table")
    bench.vm.createAddressSpace(for: .memory)
    bench.vm.createAddressSpace(for: .tty)
    #expect(map(.memory).type == 0 && map(.tty).type == 0)
    let mapped = bench.snapshot()
    #expect(unmap(.memory, process, Self.top) == ResultCode.eperm.rawValue)
    #expect(bench.snapshot() == mapped)
    #expect(unmap(.tty, process, Self.top) == 0)
  }

  private static let refusals: [(Endpoint, UInt32, UInt32, ResultCode)] = [
    (stranger, 0x2_0000, 0x1000, .einval), (.none, 0x2_0000, 0x1000, .einval),
    (.system, 0x2_0000, 0x1000, .einval), (.vfs, 0x2_0000, 0x1000, .enxio),
    // Misaligned; nothing at all; more than there is.
    (.itself, 0x2_0001, 0x1000, .einval), (.itself, 0x2_0FFF, 1, .einval),
    (.itself, 0x2_0000, 0, .einval), (.itself, 0x2_0000, .max, .einval),
    (.itself, 0x2_0000, 0xFFFF_F001, .einval),
    // Beyond RAM's end, over it, the stub and its page tables, around the end of all addresses.
    (.itself, 0x4_0000, 0x1000, .efault), (.itself, 0x3_F000, 0x1001, .efault),
    (.itself, 0xF000_0000, 0x1000, .efault), (.itself, VMBench.arena.rawValue, 0x1000, .efault),
    (.itself, 0xFFFF_F000, 0x1000, .efault), (.itself, 0xFFFF_F000, 0x2000, .efault),
    (.itself, 0, 0xF000_0000, .efault),
  ]

  @Test(arguments: refusals)
  func refused(_ target: Endpoint, _ physical: UInt32, _ count: UInt32, _ result: ResultCode) {
    bench.vm.createAddressSpace(for: .tty)
    let before = bench.snapshot()
    #expect(map(.tty, target, at: physical, count).type == result.rawValue)
    #expect(bench.snapshot() == before)
  }

  /// The last pages of RAM; no room for the region; no page table for it.
  @Test func exhaustion() {
    #expect(map(process, process, at: 0x3_F000, 0x1000).type == 0)
    #expect(map(process, process, at: 0, 0x1000).type == 0, "RAM, and nobody's")
    let before = bench.snapshot()
    for hint in [0x8040_0000, 0x8080_0000, 0x80C0_0000] as [UInt32] {
      _ = bench.mmap(process, count: 0x1000, hint: hint, flags: 12)
    }
    #expect(bench.snapshot().freeTables == 0 && before.freeTables == 3)
    // The rest of the first table's reach is taken.
    #expect(bench.mmap(process, count: 0x3F_E000).type == 0)
    for _ in 0..<3 { #expect(bench.mmap(process, count: 0x3F_F000).type == 0) }
    let full = bench.snapshot()
    #expect(map(process, process, at: 0, 0x4_0000).type == ResultCode.enomem.rawValue)
    #expect(bench.snapshot() == full)
    while bench.mmap(process, count: 0x1000_0000).type == 0 {}
    while bench.mmap(process, count: 0x10_0000).type == 0 {}
    while bench.mmap(process, count: 0x1000).type == 0 {}
    let crowded = bench.snapshot()
    #expect(map(process, process, at: 0, 0x1000).type == ResultCode.enomem.rawValue)
    #expect(bench.snapshot() == crowded)
  }

  @Test func badUnmap() {
    let start = map(process)[word: 28]
    let before = bench.snapshot()
    for address in [0, start - 1, start + 0x3000, VMBench.heap, .max] {
      #expect(unmap(process, process, address) == ResultCode.einval.rawValue)
    }
    for target in [Self.stranger, .none, .vfs, .system] {
      #expect(unmap(process, target, start) == ResultCode.einval.rawValue)
    }
    #expect(bench.snapshot() == before)
  }
}
