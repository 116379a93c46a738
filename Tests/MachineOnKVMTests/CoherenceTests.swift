import I386
import Machine
import Stub
import Testing

/// The guest sees every change of a live page table, and sees it *because* of the stub: the same
/// change without the stub's part stays unseen under shadow paging.
@MainActor @Suite struct CoherenceTests {
  private static let bench = Result { try Bench(ramByteCount: 256 << 20) }
  private static let page = LinearAddress(0x1000_0000)

  /// A process in an address space of its own, for reading and writing.
  private func makeAccessor() throws -> GuestProcess {
    GuestProcess.accessor(in: AddressSpace(on: try Self.bench.get()))
  }

  @Test(arguments: Editor.allCases)
  func writeProtecting(by editor: Editor) throws {
    let bench = try Self.bench.get()
    let process = try makeAccessor()
    let frame = bench.makeFrame()
    process.space.map(Self.page, to: frame)
    #expect(try process.write(1, to: Self.page) == .done(1))
    process.space.map(Self.page, to: frame, isWritable: false, by: editor)
    #expect(
      try process.write(2, to: Self.page)
        == (editor.isSeen ? .fault(7, at: Self.page) : .done(2)))
    #expect(bench.memory.loadWord(at: frame) == (editor.isSeen ? 1 : 2))
  }

  @Test(arguments: Editor.allCases)
  func remapping(by editor: Editor) throws {
    let bench = try Self.bench.get()
    let process = try makeAccessor()
    process.space.map(Self.page, to: bench.makeFrame(holding: 1))
    #expect(try process.read(Self.page) == .done(1))
    process.space.map(Self.page, to: bench.makeFrame(holding: 2), by: editor)
    #expect(try process.read(Self.page) == .done(editor.isSeen ? 2 : 1))
    // A change with the stub's part heals whatever was there.
    process.space.map(Self.page, to: bench.makeFrame(holding: 3))
    #expect(try process.read(Self.page) == .done(3))
  }

  @Test(arguments: Editor.allCases)
  func unmapping(by editor: Editor) throws {
    let process = try makeAccessor()
    process.space.map(Self.page, to: try Self.bench.get().makeFrame(holding: 1))
    #expect(try process.read(Self.page) == .done(1))
    process.space.set(.absent, for: Self.page, by: editor)
    #expect(
      try process.read(Self.page) == (editor.isSeen ? .fault(4, at: Self.page) : .done(1)))
  }

  @Test(arguments: Editor.allCases)
  func swappingADirectoryEntry(by editor: Editor) throws {
    let bench = try Self.bench.get()
    let process = try makeAccessor()
    process.space.map(Self.page, to: bench.makeFrame(holding: 1))
    process.space.map(Self.page + 0x1000, to: bench.makeFrame(holding: 2))
    #expect(try process.read(Self.page) == .done(1))
    #expect(try process.read(Self.page + 0x1000) == .done(2))
    let other = bench.makeArenaPage()
    for index in 0..<2 as Range<UInt32> {
      let entry = PageTableEntry(
        frame: bench.makeFrame(holding: 11 + index), isWritable: true)
      bench.memory.storeWord(entry.rawValue, at: other + index * 4)
    }
    process.space.change(
      process.space.directoryEntry(for: Self.page),
      to: PageDirectoryEntry(table: other).rawValue, translating: Self.page, by: editor)
    #expect(try process.read(Self.page) == .done(editor.isSeen ? 11 : 1))
    if editor == .withStub {
      #expect(bench.resumeBlock(STUB_RESUME_CR3) == process.space.directory.rawValue)
    }
    #expect(try process.read(Self.page + 0x1000) == .done(editor.isSeen ? 12 : 2))
  }

  @Test(arguments: Editor.allCases, [true, false])
  func editingAnotherAddressSpace(by editor: Editor, whileItsNeighbourRuns: Bool) throws {
    let process = try makeAccessor()
    let neighbour = try makeAccessor()
    let frame = try Self.bench.get().makeFrame()
    process.space.map(Self.page, to: frame)
    neighbour.space.map(Self.page, to: frame)
    #expect(try process.write(1, to: Self.page) == .done(1))
    #expect(try neighbour.write(2, to: Self.page) == .done(2))
    process.space.map(Self.page, to: frame, isWritable: false, by: editor)
    if whileItsNeighbourRuns { #expect(try neighbour.write(3, to: Self.page) == .done(3)) }
    #expect(
      try process.write(4, to: Self.page)
        == (editor.isSeen ? .fault(7, at: Self.page) : .done(4)))
    #expect(try neighbour.write(5, to: Self.page) == .done(5), "the neighbour's own entry stands")
  }

  /// Up to the limit page by page, above it by loading CR3; the contents are right either way.
  @Test(
    arguments: [
      (1, false), (PageTableEdits.invalidationLimit, false),
      (PageTableEdits.invalidationLimit + 1, true), (1024, true),
    ] as [(UInt32, Bool)])
  func manyInvalidationsBecomeADirectoryLoad(count: UInt32, loads: Bool) throws {
    let bench = try Self.bench.get()
    let process = try makeAccessor()
    let pages = (0..<count).map { Self.page + $0 * 4096 }
    for (index, page) in pages.enumerated() {
      process.space.map(page, to: bench.makeFrame(holding: UInt32(index)))
    }
    #expect(try pages.map { try process.read($0) } == (0..<count).map { .done($0) })
    for (index, page) in pages.enumerated() {
      process.space.map(page, to: bench.makeFrame(holding: UInt32(index) + 5000))
    }
    let first = try process.read(Self.page)
    #expect(first == .done(5000))
    #expect(bench.resumeBlock(STUB_RESUME_CR3) == (loads ? process.space.directory.rawValue : 0))
    #expect(bench.resumeBlock(STUB_RESUME_EDIT_COUNT) == 1, "neighbours are one edit")
    let edit = try #require(
      bench.memory.load(stub_edit.self, at: PhysicalAddress(UInt32(STUB_EDITS))))
    #expect(edit.entry == process.space.tableEntry(for: Self.page).rawValue)
    #expect(edit.count == count)
    #expect(edit.linear == (loads ? 0 : Self.page.rawValue))
    #expect(try pages.map { try process.read($0) } == (0..<count).map { .done($0 + 5000) })
  }

  /// More runs of entries than the stub takes at once: each full list is one exit.
  @Test(arguments: Editor.allCases)
  func moreEditsThanTheStubTakesAtOnce(by editor: Editor) throws {
    let bench = try Self.bench.get()
    let process = try makeAccessor()
    let count: UInt32 = 2500
    let pages = (0..<count).map { Self.page + $0 * 8192 }
    for (index, page) in pages.enumerated() {
      process.space.map(page, to: bench.makeFrame(holding: UInt32(index)))
    }
    #expect(try pages.map { try process.read($0) } == (0..<count).map { .done($0) })
    for (index, page) in pages.enumerated() {
      process.space.map(page, to: bench.makeFrame(holding: UInt32(index) + 5000), by: editor)
    }
    let before = bench.processor.exits
    let offset: UInt32 = editor.isSeen ? 5000 : 0
    #expect(try pages.map { try process.read($0) } == (0..<count).map { .done($0 + offset) })
    let after = bench.processor.exits
    #expect(after.editFlush - before.editFlush == (editor == .withStub ? 2 : 0))
    #expect(after.ipc - before.ipc == UInt64(count))
    #expect(after.total - before.total == UInt64(count) + after.editFlush - before.editFlush)
  }

  /// More access than before needs no help: a refused access makes KVM walk the guest's tables.
  @Test(arguments: Editor.allCases)
  func grantingWrites(by editor: Editor) throws {
    let process = try makeAccessor()
    let frame = try Self.bench.get().makeFrame()
    process.space.map(Self.page, to: frame, isWritable: false)
    #expect(try process.write(1, to: Self.page) == .fault(7, at: Self.page))
    process.space.map(Self.page, to: frame, by: editor)
    #expect(try process.write(1, to: Self.page) == .done(1))
  }

  /// A host that promises a page and never maps it: the watchdog bites.
  @Test func aFaultWithoutProgressIsNoticed() throws {
    let process = try makeAccessor()
    var watchdog = FaultWatchdog()
    #expect(try process.read(Self.page) == .fault(4, at: Self.page))
    var count = 1
    while try !watchdog.observe(process.run().frame) { count += 1 }
    #expect(count == FaultWatchdog.limit)
    process.space.map(Self.page, to: try Self.bench.get().makeFrame(holding: 1))
    #expect(try process.run().frame.eax == 1)
  }
}
