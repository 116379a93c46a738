import I386
import MinixABI
import Testing

@testable import VMServer

/// ABI 9.3, 9.8, 9.14 and 9.19: MMAP's flags, and where in physical memory they put a region.
@Suite struct MmapFlagTests {
  private static let top = AddressSpaceLayout.stackTop

  private struct Case {
    var flags: MapFlags
    var pages: UInt32
    /// The first page's frame; nil for ENOMEM.
    var first: UInt32?
    var expected: VirtualRegion.Flags = []
  }

  /// RAM of 4,200 frames with the first free frame of each zone taken.
  private static let cases = [
    Case(flags: [], pages: 3, first: 4097),
    Case(flags: .shared, pages: 3, first: 4097, expected: .shared),
    Case(flags: .contiguous, pages: 3, first: 4097, expected: .contiguous),
    Case(flags: [.private, .lower16M], pages: 3, first: 257, expected: .lower16M),
    Case(flags: .lower1M, pages: 3, first: 2, expected: .lower1M),
    Case(flags: [.lower1M, .lower16M], pages: 1, first: 2, expected: [.lower1M, .lower16M]),
    Case(flags: .align64K, pages: 1, first: 4112, expected: .aligned64K),
    Case(
      flags: [.contiguous, .align64K], pages: 17, first: 4112,
      expected: [.contiguous, .aligned64K]),
    Case(
      flags: [.contiguous, .align64K, .lower16M], pages: 17, first: 272,
      expected: [.contiguous, .aligned64K, .lower16M]),
    Case(
      flags: [.contiguous, .align64K, .lower1M, .shared], pages: 17, first: 16,
      expected: [.contiguous, .aligned64K, .lower1M, .shared]),
    Case(flags: .lower1M, pages: 254, first: 2, expected: .lower1M),
    Case(flags: .lower1M, pages: 255, first: nil),
    Case(flags: [.lower1M, .contiguous], pages: 254, first: 2, expected: [.lower1M, .contiguous]),
    Case(flags: [.lower1M, .contiguous], pages: 255, first: nil),
    Case(flags: [.lower1M, .align64K], pages: 15, first: 16, expected: [.lower1M, .aligned64K]),
    Case(flags: [.lower1M, .align64K], pages: 16, first: nil),
    Case(
      flags: [.lower16M, .contiguous], pages: 3839, first: 257,
      expected: [.lower16M, .contiguous]),
    Case(flags: [.lower16M, .contiguous], pages: 3840, first: nil),
    Case(flags: .contiguous, pages: 103, first: 4097, expected: .contiguous),
    Case(flags: .contiguous, pages: 104, first: 257, expected: .contiguous),
    Case(flags: .contiguous, pages: 3840, first: nil),
    Case(flags: [], pages: 4196, first: 4097),
    Case(flags: [], pages: 4197, first: nil),
  ]

  @Test(arguments: cases) private func preallocated(_ test: Case) {
    let bench = VMBench(frames: 4200)
    let process = bench.process(11)
    for zone in [FrameZone.lower1M, .lower16M, .high] { bench.take(FrameDemand(zone: zone)) }
    let before = bench.snapshot()
    let flags = test.flags.union([.anonymous, .preallocate])
    let reply = bench.mmap(
      process, count: test.pages * 4096, flags: Int16(bitPattern: flags.rawValue))
    guard let first = test.first else {
      #expect(reply.type == ResultCode.enomem.rawValue)
      #expect(bench.snapshot() == before)
      #expect(bench.kernel.takeCalls() == [])
      return
    }
    #expect(reply.type == 0)
    #expect(
      bench.regions(process).last
        == VirtualRegion(
          start: LinearAddress(Self.top), byteCount: test.pages * 4096,
          flags: test.expected.union([.anonymous, .writable])))
    let frames = (0..<test.pages).map { bench.entry(process, Self.top + $0 * 4096) }
    #expect(frames.allSatisfy { $0.isPresent && $0.isWritable })
    #expect(frames.first?.frame.rawValue == first << 12)
    check(frames.map { $0.frame.rawValue >> 12 }, test.flags)
    #expect(bench.pagesUsed == 3 + test.pages)
    #expect(bench.munmap(process, Self.top, count: test.pages * 4096) == 0)
    #expect(bench.pagesUsed == 3)
    #expect(bench.snapshot().longestRun == before.longestRun)
  }

  private func check(_ frames: [UInt32], _ flags: MapFlags) {
    #expect(Set(frames).count == frames.count)
    if flags.contains(.contiguous) {
      #expect(zip(frames, frames.dropFirst()).allSatisfy { $0 + 1 == $1 })
      #expect(!flags.contains(.align64K) || frames[0] % 16 == 0)
    } else if flags.contains(.align64K) {
      #expect(frames.allSatisfy { $0 % 16 == 0 })
    }
    if flags.contains(.lower1M) { #expect(frames.allSatisfy { $0 < 256 }) }
    if flags.contains(.lower16M) { #expect(frames.allSatisfy { $0 < 4096 }) }
  }

  /// One SYS_MEMSET for a run, and one for each page that is allocated by itself.
  @Test func zeroed() {
    let bench = VMBench(frames: 64)
    let process = bench.process(11)
    _ = bench.mmap(process, count: 0x3000, flags: 0x1C)
    #expect(bench.kernel.takeCalls() == ["MEMSET 1000 12288"])
    _ = bench.mmap(process, count: 0x2000, flags: 0x0C)
    #expect(bench.kernel.takeCalls() == ["MEMSET 4000 4096", "MEMSET 5000 4096"])
  }

  /// Page tables are used up before memory is: nothing of the region stays.
  @Test(arguments: [0x0C, 0x1C] as [Int16]) func noTables(_ flags: Int16) {
    let bench = VMBench(frames: 4200, tables: 1)
    let process = bench.process(11)
    let before = bench.snapshot()
    #expect(bench.mmap(process, count: 0x40_1000, flags: flags).type == -12)
    #expect(bench.snapshot() == before)
    #expect(bench.mmap(process, count: 0x40_0000, flags: flags).type == 0)
  }

  /// Demand-zero pages lie where the region wants them; where none is left there, it is SIGSEGV.
  @Test func touched() {
    let bench = VMBench(frames: 4200)
    let process = bench.process(11)
    for (flags, frames) in [
      (0x24, [256, 257]), (0x84, [1, 2]), (0x44, [4096, 4112]), (0xC4, [16, 32]), (0x04, [4097]),
    ] as [(Int16, [UInt32])] {
      let start = bench.mmap(process, count: 0x4_0000, flags: flags)[word: 20]
      for (page, frame) in frames.enumerated() {
        _ = bench.fault(process, start + UInt32(page) * 4096, [.user, .write])
        #expect(bench.entry(process, start + UInt32(page) * 4096).frame.rawValue >> 12 == frame)
      }
    }
    while let block = bench.allocate(FrameDemand(zone: .lower1M)) { #expect(block.rawValue > 0) }
    let low = bench.mmap(process, count: 0x1000, flags: 0x84)[word: 20]
    #expect(bench.fault(process, low) == ["KILL \(process) 11", "CLEAR \(process)"])
    #expect(bench.faults(process).outOfMemory == 1)
  }

  /// A contiguous region is allocated as a whole, so that a fault can make one of a single page only.
  @Test func contiguousOnDemand() {
    let bench = VMBench()
    let process = bench.process(11)
    let one = bench.mmap(process, count: 0x1000, flags: 0x14)[word: 20]
    #expect(bench.fault(process, one) == ["MEMSET 1000 4096", "CLEAR \(process)"])
    let two = bench.mmap(process, count: 0x2000, flags: 0x14)[word: 20]
    #expect(bench.fault(process, two) == ["KILL \(process) 11", "CLEAR \(process)"])
    #expect(bench.pagesUsed == 1)
  }

  /// Memory that is shared must not fault, allocated or not (13.6).
  @Test(arguments: [0x05, 0x0D] as [Int16]) func sharedNeverFaults(_ flags: Int16) {
    let bench = VMBench()
    let process = bench.process(11)
    let start = bench.mmap(process, count: 0x1000, flags: flags)[word: 20]
    _ = bench.kernel.takeCalls()
    #expect(
      bench.fault(process, start, [.user, .write]) == ["KILL \(process) 11", "CLEAR \(process)"])
    #expect(bench.pagesUsed == (flags & 8 == 0 ? 0 : 1))
  }

  /// Copy on write of a contiguous region: all of it moves to a run, so that it stays contiguous.
  @Test func contiguousCopyOnWrite() {
    let bench = VMBench(frames: 40)
    let (process, other) = (bench.process(11), bench.process(12))
    let start = bench.mmap(process, count: 0x3000, flags: 0x5C)[word: 20]
    let old = (0..<3).map { bench.entry(process, start + $0 * 4096).frame }
    for (page, frame) in old.enumerated() {
      bench.shareReadOnly(frame, of: process, at: start + UInt32(page) * 4096, with: other)
    }
    _ = bench.kernel.takeCalls()
    #expect(
      bench.fault(process, start + 0x1000, [.protection, .user, .write]) == [
        "COPY 10000 20000", "COPY 11000 21000", "COPY 12000 22000", "CLEAR \(process)",
      ])
    for page: UInt32 in 0..<3 {
      let entry = bench.entry(process, start + page * 4096)
      #expect(entry.frame.rawValue == 0x20000 + page * 4096 && entry.isWritable)
      #expect(bench.entry(other, start + page * 4096).frame == old[Int(page)])
      #expect(bench.references(old[Int(page)]) == 1 && bench.references(entry.frame) == 1)
    }
    #expect(bench.end(process) == [0, 0] && bench.end(other) == [0, 0])
    #expect(bench.pagesUsed == 0)
  }

  /// No run is left for the copy: the process dies, and nothing has changed.
  @Test func contiguousCopyOutOfMemory() {
    let bench = VMBench(frames: 36)
    let (process, other) = (bench.process(11), bench.process(12))
    let start = bench.mmap(process, count: 0x3000, flags: 0x1C)[word: 20]
    for page: UInt32 in 0..<3 {
      let address = start + page * 4096
      bench.shareReadOnly(
        bench.entry(process, address).frame, of: process, at: address, with: other)
    }
    while bench.allocate(FrameDemand()) != nil {}
    bench.release(PhysicalAddress(0x8000))
    bench.release(PhysicalAddress(0x9000))
    bench.release(PhysicalAddress(0xB000))
    let before = bench.snapshot()
    _ = bench.kernel.takeCalls()
    #expect(
      bench.fault(process, start, [.protection, .user, .write])
        == ["KILL \(process) 11", "CLEAR \(process)"])
    #expect(bench.snapshot() == before)
  }
}

extension VMBench {
  /// Takes a frame out of the allocator, for good.
  fileprivate func take(_ demand: FrameDemand) {
    let block = allocate(demand)
    precondition(block != nil)
  }

  fileprivate func allocate(_ demand: FrameDemand) -> PhysicalAddress? {
    vm.blocks.allocate(demand)
  }

  fileprivate func release(_ block: PhysicalAddress) { vm.blocks.release(block) }

  /// Shares a page for reading with another process, at the same address, as fork will.
  fileprivate func shareReadOnly(
    _ frame: PhysicalAddress, of process: Endpoint, at page: UInt32, with other: Endpoint
  ) {
    share(frame, with: other, at: page)
    share(frame, with: process, at: page)
    vm.blocks.retain(frame)
    _ = add(
      VirtualRegion(start: LinearAddress(page), byteCount: 4096, flags: .anonymous), to: other)
  }
}
