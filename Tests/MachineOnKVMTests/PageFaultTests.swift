import I386
import Machine
import Testing

/// #PF frames: CR2, error code and EIP, and the retried instruction.
@MainActor @Suite struct PageFaultTests {
  private static let bench = Result { try Bench() }
  /// A page beside nothing.
  private static let page = LinearAddress(0x1234_5000)

  private func accessor() throws -> GuestProcess {
    GuestProcess.accessor(in: AddressSpace(on: try Self.bench.get()))
  }

  @Test(
    arguments: [
      (nil, 4, 6),  // not present
      (0x001, 5, 7),  // supervisor, read-only
      (0x003, 5, 7),  // supervisor, writable
      (0x005, nil, 7),  // user, read-only
      (0x007, nil, nil),  // user, writable
    ] as [(UInt32?, UInt32?, UInt32?)])
  func tableEntriesDecide(bits: UInt32?, readFault: UInt32?, writeFault: UInt32?) throws {
    let process = try accessor()
    let frame = try Self.bench.get().makeFrame(holding: 0xABCD)
    let entry = PageTableEntry(rawValue: bits.map { frame.rawValue | $0 } ?? 0)
    process.space.set(entry, for: Self.page)
    let address = Self.page + 0xC
    let value: UInt32 = 0
    #expect(try process.read(address) == readFault.map { .fault($0, at: address) } ?? .done(value))
    #expect(
      try process.write(0x55, to: address)
        == writeFault.map { .fault($0, at: address) } ?? .done(0x55))
    let isWritten = try Self.bench.get().memory.loadWord(at: frame + 0xC) == 0x55
    #expect(isWritten == (writeFault == nil))
  }

  @Test(
    arguments: [
      (0x000, 4, 6), (0x001, 5, 7), (0x003, 5, 7), (0x005, nil, 7), (0x007, nil, nil),
    ] as [(UInt32, UInt32?, UInt32?)])
  func directoryEntriesDecide(bits: UInt32, readFault: UInt32?, writeFault: UInt32?) throws {
    let process = try accessor()
    let space = process.space
    space.map(Self.page, to: try Self.bench.get().makeFrame(holding: 7))
    let entry = space.directoryEntry(for: Self.page)
    let old = try Self.bench.get().tables.load(entry)
    space.change(entry, to: old & ~7 | bits, translating: Self.page, by: .withStub)
    #expect(try process.read(Self.page) == readFault.map { .fault($0, at: Self.page) } ?? .done(7))
    #expect(
      try process.write(8, to: Self.page)
        == writeFault.map { .fault($0, at: Self.page) } ?? .done(8))
  }

  @Test func accessedAndDirtyBitsAreTheCPUs() throws {
    let process = try accessor()
    let bench = try Self.bench.get()
    process.space.map(Self.page, to: bench.makeFrame())
    let entry = process.space.tableEntry(for: Self.page)
    let bits = PageEntryBits.accessed | PageEntryBits.dirty
    #expect(bench.tables.load(entry) & bits == 0)
    _ = try process.read(Self.page)
    #expect(bench.tables.load(entry) & bits == PageEntryBits.accessed)
    _ = try process.write(1, to: Self.page)
    #expect(bench.tables.load(entry) & bits == bits)
    // Cleared by the host, with the stub's help they are set anew.
    let clean = bench.tables.load(entry) & ~bits
    process.space.change(entry, to: clean, translating: Self.page, by: .withStub)
    _ = try process.write(2, to: Self.page)
    #expect(bench.tables.load(entry) & bits == bits)
  }

  @Test func theFaultingInstructionIsRetried() throws {
    let process = try accessor()
    let bench = try Self.bench.get()
    #expect(try process.read(Self.page) == .fault(4, at: Self.page))
    #expect(process.frame.eip == GuestProcess.codeStart.rawValue)
    process.space.map(Self.page, to: bench.makeFrame(holding: 0x600D))
    let needsNoEdit = bench.tables.edits.isEmpty
    #expect(needsNoEdit)
    let trap = try process.run()
    #expect(trap.frame.vector == 33)
    #expect(trap.frame.eax == 0x600D)
  }

  @Test func anAccessOverTwoPagesFaultsAtTheSecond() throws {
    let process = try accessor()
    process.space.map(Self.page, to: try Self.bench.get().makeFrame())
    #expect(try process.read(Self.page + 0xFFE) == .fault(4, at: Self.page + 0x1000))
    #expect(try process.write(1, to: Self.page + 0xFFD) == .fault(6, at: Self.page + 0x1000))
  }

  @Test func aFetchFaultNamesTheInstruction() throws {
    let process = try accessor()
    process.frame.eip = Self.page.rawValue + 0x10
    let trap = try process.run()
    #expect(trap.vector == .pageFault)
    #expect(trap.frame.errorCode == 4)
    #expect(trap.frame.cr2 == Self.page.rawValue + 0x10)
    #expect(trap.frame.eip == Self.page.rawValue + 0x10)
  }

  @Test(
    arguments: [
      0xF000_0000, 0xF000_1000, 0xF000_3FB0, 0xF010_0000, 0xF040_0000, 0xF83F_FFFC,
    ] as [UInt32])
  func theStubAndTheArenaAreOutOfReach(_ address: UInt32) throws {
    let process = try accessor()
    let before = try Self.bench.get().memory.loadWord(at: PhysicalAddress(address))
    let target = LinearAddress(address)
    #expect(try process.read(target) == .fault(5, at: target))
    #expect(try process.write(0, to: target) == .fault(7, at: target))
    process.frame.eip = address
    let jump = try process.run()
    #expect(jump.vector == .pageFault)
    #expect(jump.frame.errorCode & ~0x10 == 5)
    #expect(jump.frame.cr2 == address)
    #expect(jump.frame.eip == address)
    if address != 0xF000_3FB0 {
      #expect(try Self.bench.get().memory.loadWord(at: PhysicalAddress(address)) == before)
    }
  }

  @Test(arguments: [0xF840_0000, 0xFFFB_C000, 0xFFFF_F000, 0xFFFF_FFFC] as [UInt32])
  func aboveTheArenaThereIsNothing(_ address: UInt32) throws {
    let process = try accessor()
    let target = LinearAddress(address)
    #expect(try process.read(target) == .fault(4, at: target))
    #expect(try process.write(0, to: target) == .fault(6, at: target))
  }

  @Test func codeRunsOffTheEndIntoTheStubsRange() throws {
    let process = try accessor()
    let bench = try Self.bench.get()
    let last = LinearAddress(0xEFFF_F000)
    let frame = bench.makeFrame()
    bench.memory.fill(frame, byteCount: 4096, with: 0x90)
    process.space.map(last, to: frame)
    process.frame.eip = 0xEFFF_FFFF
    let over = try process.run()
    #expect(over.vector == .pageFault)
    #expect(over.frame.errorCode & ~0x10 == 5)
    #expect(over.frame.cr2 == 0xF000_0000)
    #expect(over.frame.eip == 0xF000_0000)

    bench.memory.fill(frame + 0xFFF, byteCount: 1, with: 0xE8)  // call, without its operand
    process.frame.eip = 0xEFFF_FFFF
    let across = try process.run()
    #expect(across.frame.cr2 == 0xF000_0000)
    #expect(across.frame.eip == 0xEFFF_FFFF)
  }
}
