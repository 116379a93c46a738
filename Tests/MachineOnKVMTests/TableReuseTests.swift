import I386
import Machine
import Testing

/// Page-table pages come back in another role and the guest sees only what they hold now.
@MainActor @Suite struct TableReuseTests {
  private static let bench = Result { try Bench(ramByteCount: 256 << 20) }
  private static let count: UInt32 = 1024
  /// The first page of the first and of the second region, 4 MiB each.
  private static let first = LinearAddress(0x1000_0000)
  private static let second = LinearAddress(0x2000_0000)

  /// The values of a region's 1,024 pages as the guest reads them.
  private func read(_ start: LinearAddress, by process: GuestProcess) throws -> [Access] {
    try (0..<Self.count).map { try process.read(start + $0 * 4096) }
  }

  /// Maps a region page by page, to frames holding `base`, `base` + 1, ….
  private func fill(
    _ start: LinearAddress, of space: AddressSpace, from base: UInt32, by editor: Editor
  ) {
    for index in 0..<Self.count {
      let frame = space.bench.makeFrame(holding: base + index)
      space.map(start + index * 4096, to: frame, by: editor)
    }
  }

  /// Hangs a table into the directory.
  private func attach(
    _ table: PhysicalAddress, at start: LinearAddress, of space: AddressSpace, by editor: Editor
  ) {
    space.change(
      space.directoryEntry(for: start), to: PageDirectoryEntry(table: table).rawValue,
      translating: start, by: editor)
  }

  /// Empties a page-table page.
  private func clear(_ page: PhysicalAddress, of bench: Bench, by editor: Editor) {
    switch editor {
    case .withStub: bench.tables.clearTable(page)
    case .bare: bench.memory.fill(page, byteCount: 4096, with: 0)
    }
  }

  private func values(from base: UInt32) -> [Access] {
    (0..<Self.count).map { .done(base + $0) }
  }

  /// The table that translates a region.
  private func table(of start: LinearAddress, in space: AddressSpace) -> PhysicalAddress {
    PageDirectoryEntry(rawValue: space.bench.tables.load(space.directoryEntry(for: start))).table
  }

  /// Expects new values everywhere; but where the stub's part was left out and matters, the old
  /// ones. A few come new even then: those whose own miss made KVM walk the guest's tables.
  private func expect(
    _ start: LinearAddress, by process: GuestProcess, toShow new: UInt32, insteadOf old: UInt32,
    after editor: Editor, at location: SourceLocation = #_sourceLocation
  ) throws {
    let seen = try read(start, by: process)
    if editor.isSeen {
      #expect(seen == values(from: new), sourceLocation: location)
    } else {
      let stale = zip(seen, values(from: old)).count { $0 == $1 }
      #expect(stale >= Self.count - 2, sourceLocation: location)
    }
  }

  @Test(arguments: Editor.allCases)
  func aLeafTableBecomesAnotherLeafTable(by editor: Editor) throws {
    let bench = try Self.bench.get()
    let space = AddressSpace(on: bench)
    let process = GuestProcess.accessor(in: space)
    fill(Self.first, of: space, from: 0, by: .withStub)
    #expect(try read(Self.first, by: process) == values(from: 0))

    let table = table(of: Self.first, in: space)
    space.change(
      space.directoryEntry(for: Self.first), to: 0, translating: Self.first, by: editor)
    clear(table, of: bench, by: editor)
    attach(table, at: Self.second, of: space, by: editor)
    fill(Self.second, of: space, from: 5000, by: editor)
    try expect(Self.second, by: process, toShow: 5000, insteadOf: 0, after: editor)
    if editor.isSeen { #expect(try process.read(Self.first) == .fault(4, at: Self.first)) }
  }

  @Test(arguments: Editor.allCases)
  func aDeadProcessesLeafTableServesAnother(by editor: Editor) throws {
    let bench = try Self.bench.get()
    let dead = GuestProcess.accessor(in: AddressSpace(on: bench))
    let alive = GuestProcess.accessor(in: AddressSpace(on: bench))
    fill(Self.first, of: dead.space, from: 0, by: .withStub)
    #expect(try read(Self.first, by: dead) == values(from: 0))
    #expect(try alive.read(Self.first) == .fault(4, at: Self.first))

    let table = table(of: Self.first, in: dead.space)
    clear(table, of: bench, by: editor)
    attach(table, at: Self.first, of: alive.space, by: editor)
    fill(Self.first, of: alive.space, from: 5000, by: editor)
    try expect(Self.first, by: alive, toShow: 5000, insteadOf: 0, after: editor)
  }

  /// One page is a leaf table, then a directory, then a leaf table again; KVM keeps a shadow for
  /// each role and may meet the first one again.
  @Test(arguments: Editor.allCases)
  func aDirectoryBecomesALeafTable(by editor: Editor) throws {
    let bench = try Self.bench.get()
    let first = GuestProcess.accessor(in: AddressSpace(on: bench))
    let alive = GuestProcess.accessor(in: AddressSpace(on: bench))
    fill(Self.first, of: first.space, from: 0, by: .withStub)
    #expect(try read(Self.first, by: first) == values(from: 0))
    let page = table(of: Self.first, in: first.space)
    first.space.change(
      first.space.directoryEntry(for: Self.first), to: 0, translating: Self.first, by: editor)
    clear(page, of: bench, by: editor)

    let second = GuestProcess.accessor(in: AddressSpace(on: bench, directory: page))
    fill(Self.first, of: second.space, from: 3000, by: .withStub)
    #expect(try read(Self.first, by: second) == values(from: 3000))
    #expect(try alive.read(Self.first) == .fault(4, at: Self.first))

    clear(page, of: bench, by: editor)
    attach(page, at: Self.first, of: alive.space, by: editor)
    fill(Self.first, of: alive.space, from: 5000, by: editor)
    try expect(Self.first, by: alive, toShow: 5000, insteadOf: 0, after: editor)
  }

  /// A directory is recycled for a new process while CR3 still holds it.
  @Test(arguments: Editor.allCases)
  func aDeadProcessesDirectoryServesAnother(by editor: Editor) throws {
    let bench = try Self.bench.get()
    let dead = GuestProcess.accessor(in: AddressSpace(on: bench))
    let directory = dead.space.directory
    fill(Self.first, of: dead.space, from: 0, by: .withStub)
    #expect(try read(Self.first, by: dead) == values(from: 0))
    switch editor {
    case .withStub: bench.tables.clearDirectory(directory)
    case .bare: bench.memory.fill(directory, byteCount: Int(StubMappings.firstIndex) * 4, with: 0)
    }
    let alive = GuestProcess.accessor(in: AddressSpace(on: bench, directory: directory))
    fill(Self.first, of: alive.space, from: 5000, by: .withStub)
    try expect(Self.first, by: alive, toShow: 5000, insteadOf: 0, after: editor)
  }
}
