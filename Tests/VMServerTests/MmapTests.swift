import I386
import MinixABI
import TestSupport
import Testing

@testable import VMServer

/// ABI 9.4 and 9.14: MMAP and MUNMAP.
@Suite struct MmapTests {
  static let top = AddressSpaceLayout.stackTop

  @Test func firstFitAboveTheStack() {
    let bench = VMBench()
    let process = bench.process(11)
    let reply = bench.mmap(process, count: 1)
    #expect(reply.type == 0)
    #expect(reply[word: 20] == Self.top)
    #expect(bench.mmap(process, count: 4097)[word: 20] == Self.top + 0x1000)
    #expect(bench.mmap(process, count: 4096)[word: 20] == Self.top + 0x3000)
    // A hole is filled by what fits.
    #expect(bench.munmap(process, Self.top + 0x1000, count: 0x2000) == 0)
    #expect(bench.mmap(process, count: 0x3000)[word: 20] == Self.top + 0x4000)
    #expect(bench.mmap(process, count: 0x1000)[word: 20] == Self.top + 0x1000)
    #expect(bench.mmap(process, count: 0x1000)[word: 20] == Self.top + 0x2000)
    // Nothing is allocated before it is touched, and then it is zeroed and writable.
    #expect(bench.pagesUsed == 0)
    _ = bench.fault(process, Self.top + 0x4FFF, [.user, .write])
    #expect(bench.entry(process, Self.top + 0x4000).isWritable)
  }

  @Test func hints() {
    let bench = VMBench()
    let process = bench.process(11)
    #expect(bench.mmap(process, count: 0x1000, hint: 0x2000_0000)[word: 20] == 0x2000_0000)
    #expect(bench.mmap(process, count: 0x1000, hint: 0x2000_0000)[word: 20] == 0x2000_1000)
    #expect(bench.mmap(process, count: 0x2000, hint: 0x1FFF_F000)[word: 20] == 0x2000_2000)
    #expect(bench.mmap(process, count: 0x1000, hint: 0x1FFF_F000)[word: 20] == 0x1FFF_F000)
    // In the midst of a region: behind it.
    let inside = bench.mmap(process, count: 0x1000, hint: VMBench.heap + 0x3000)
    #expect(inside[word: 20] == VMBench.heap + 0x20000)
    #expect(bench.mmap(process, count: 0x1000, hint: 0x1000)[word: 20] == 0x1000)
    #expect(bench.mmap(process, count: 0x1000, hint: 0x2001).type == ResultCode.einval.rawValue)
    #expect(bench.mmap(process, count: 0x1000, hint: 0xEFFF_F000)[word: 20] == 0xEFFF_F000)
    for hint in [0xEFFF_F000, 0xF000_0000, 0xFFFF_F000] as [UInt32] {
      #expect(bench.mmap(process, count: 0x1000, hint: hint).type == ResultCode.enomem.rawValue)
    }
  }

  @Test(
    arguments: [
      (0, ResultCode.einval), (0xFFFF_F001, .einval), (.max, .einval), (0xFFFF_F000, .enomem),
      (0xF000_0000, .enomem), (0x7000_0001, .enomem), (0x7000_0000, .ok), (0x6FFF_F001, .ok),
    ] as [(UInt32, ResultCode)])
  func lengths(_ count: UInt32, _ expected: ResultCode) {
    let bench = VMBench()
    let process = bench.process(11)
    let before = bench.regions(process)
    #expect(bench.mmap(process, count: count).type == expected.rawValue)
    if expected == .ok {
      #expect(bench.mmap(process, count: 1).type == (count > 0x6FFF_F000 ? -12 : 0))
    } else {
      #expect(bench.regions(process) == before)
    }
  }

  /// fd and MAP_ANON; who has no address space.
  @Test func kinds() {
    let bench = VMBench()
    let process = bench.process(11)
    let (enosys, einval) = (ResultCode.enosys.rawValue, ResultCode.einval.rawValue)
    #expect(bench.mmap(process, count: 1, flags: 2, descriptor: 3).type == enosys)
    #expect(bench.mmap(process, count: 1, flags: 4, descriptor: 3).type == einval)
    #expect(bench.mmap(process, count: 1, flags: 2, descriptor: -1).type == 0)
    #expect(bench.mmap(.vfs, count: 1).type == ResultCode.enxio.rawValue)
    #expect(bench.munmap(.vfs, 0x1000, count: 1) == ResultCode.enxio.rawValue)
  }

  @Test func preallocation() {
    let bench = VMBench(frames: 9)
    let process = bench.process(11)
    #expect(bench.mmap(process, count: 0x3000, flags: 12)[word: 20] == Self.top)
    #expect(bench.kernel.takeCalls().filter { $0.hasPrefix("MEMSET") }.count == 3)
    #expect(bench.pagesUsed == 3)
    for page: UInt32 in 0..<3 { #expect(bench.entry(process, Self.top + page * 4096).isWritable) }
    // Five are left: six can't be had, and nothing of them stays.
    let regions = bench.regions(process)
    #expect(bench.mmap(process, count: 0x6000, flags: 12).type == ResultCode.enomem.rawValue)
    #expect(bench.pagesUsed == 3)
    #expect(bench.regions(process) == regions)
    #expect(bench.mmap(process, count: 0x5000, flags: 12).type == 0)
    #expect(bench.end(process) == [0, 0])
    #expect((bench.pagesUsed, bench.tablesUsed) == (0, 0))
  }

  @Test func munmapFromTheStart() {
    let bench = VMBench()
    let process = bench.process(11)
    _ = bench.mmap(process, count: 0x4000, flags: 12)
    _ = bench.kernel.takeCalls()
    let third = bench.entry(process, Self.top + 0x2000)
    #expect(bench.munmap(process, Self.top, count: 0x1001, .munmapText) == 0)
    #expect(bench.pagesUsed == 2)
    #expect(bench.entry(process, Self.top) == .absent)
    #expect(bench.entry(process, Self.top + 0x1000) == .absent)
    #expect(bench.entry(process, Self.top + 0x2000) == third)
    #expect(bench.regions(process).last?.start.rawValue == Self.top + 0x2000)
    #expect(bench.regions(process).last?.byteCount == 0x2000)
    #expect(bench.fault(process, Self.top + 0x1000) == ["KILL 36569 11", "CLEAR 36569"])
    #expect(bench.munmap(process, Self.top + 0x2000, count: 0x2000) == 0)
    #expect(bench.regions(process).count == 2)
    #expect(bench.pagesUsed == 0)
  }

  @Test(
    arguments: [
      (0x8000_0000, 0), (0x8000_0000, 0x4001), (0x8000_0000, .max), (0x8000_1000, 0x1000),
      (0x8000_0001, 0x1000), (0x7FFF_F000, 0x1000), (0, 0x1000), (0xF000_0000, 0x1000),
      (0x8000_4000, 0x1000), (0xFFFF_F000, 0xFFFF_F000),
    ] as [(UInt32, UInt32)])
  func badMunmap(_ address: UInt32, _ count: UInt32) {
    let bench = VMBench()
    let process = bench.process(11)
    _ = bench.mmap(process, count: 0x4000, flags: 12)
    let before = bench.regions(process)
    #expect(bench.munmap(process, address, count: count) == ResultCode.efault.rawValue)
    #expect(bench.regions(process) == before)
    #expect(bench.pagesUsed == 4)
  }

  /// A table of requests that nobody serves, or not for everyone.
  @Test func otherCalls() {
    let bench = VMBench()
    let process = bench.process(11)
    for index: Int32 in [-1, 0, 1, 2, 3, 4, 5, 6, 12, 18, 33, 40, 41, 42, 255, 1000] {
      var request = Message(type: 0xC00 + index)
      request[endpoint: 8] = process
      #expect(bench.call(process, request)?.type == ResultCode.enosys.rawValue, "\(index)")
    }
    #expect(bench.call(.pm, Message(type: .min))?.type == ResultCode.enosys.rawValue)
    #expect(bench.regions(process).count == 2)
  }

  /// Random mappings of several processes, and in the end every page is back.
  @Test(arguments: [1, 2, 3] as [UInt64]) func everythingComesBack(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let bench = VMBench(frames: 40, tables: 24)
    for round: Int32 in 0..<5 {
      let processes = (11..<15).map { bench.process($0 + (round % 2) * 4) }
      for step in 0..<300 {
        guard let process = processes.randomElement(using: &generator),
          let region = bench.regions(process).randomElement(using: &generator)
        else { continue }
        let page =
          region.start.rawValue
          + 4096 * UInt32.random(in: 0..<region.byteCount / 4096, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0:
          let flags: Int16 = Bool.random(using: &generator) ? 12 : 4
          let hint: UInt32 = Bool.random(using: &generator) ? 0 : page
          _ = bench.mmap(
            process, count: UInt32.random(in: 1..<0x8000, using: &generator), hint: hint,
            flags: flags)
        case 1:
          _ = bench.munmap(process, region.start.rawValue, count: page - region.start.rawValue)
        default: _ = bench.fault(process, page, [.user])
        }
        guard step % 50 == 0 else { continue }
        let mapped = bench.vm.pageCount(of: processes)
        #expect(mapped == bench.pagesUsed + bench.tablesUsed, "seed \(seed)")
      }
      for process in processes { #expect(bench.end(process) == [0, 0]) }
      #expect((bench.pagesUsed, bench.tablesUsed) == (0, 0), "seed \(seed)")
      #expect(bench.kernel.presentCount == 0)
    }
  }

  /// WILLEXIT first; then both are over for good.
  @Test func exits() {
    let bench = VMBench()
    let process = bench.process(11)
    _ = bench.fault(process, VMBench.heap)
    var exit = Message(type: VMCallNumber.exit.messageType)
    exit[endpoint: 8] = process
    #expect(bench.call(.pm, exit)?.type == ResultCode.einval.rawValue)
    #expect(bench.pagesUsed == 1)
    #expect(bench.end(process) == [0, 0])
    #expect(bench.end(process) == [-22, -22])
    #expect(bench.kernel.presentCount == 0)
    // What was counted can be read until the slot is used again.
    #expect(bench.faults(process).zeroFill == 1)
    _ = bench.process(11)
    #expect(bench.faults(process).zeroFill == 0)
  }
}
