import I386
import Machine
import Stub
import Testing

/// What the stub is told of a store, and what not.
@Suite struct PageTablesTests {
  private let memory: GuestMemory
  private let tables: PageTables
  private let table = GuestMemory.arenaStart + 0x1000
  private let directory = GuestMemory.arenaStart + 0x2000
  private let page = LinearAddress(0x0040_0000)
  private let present: UInt32 = 0x0010_0005

  init() throws {
    memory = try GuestMemory(ramByteCount: 1 << 20)
    tables = PageTables(memory: memory)
  }

  /// The directory that CR3 holds before any process has run.
  private var loaded: PhysicalAddress { tables.loadedDirectory }

  // What the stub is to be told.
  private var list: [PageTableEdits.Edit] { tables.edits.list }
  private var requiresReload: Bool { tables.edits.requiresDirectoryReload }
  private var invalidatedPageCount: UInt32 { tables.edits.invalidatedPageCount }

  @Test func theBootDirectoryIsLoadedFirst() {
    #expect(loaded == PhysicalAddress(0xF000_8000))
  }

  @Test func anAbsentEntryNeedsNoEdit() {
    tables.store(present, at: table, translating: page, in: loaded)
    #expect(tables.load(table) == present)
    #expect(list == [])
    // Not present, whatever else it says, is absent.
    tables.store(0xFFFF_FFFE, at: table + 4, translating: page, in: loaded)
    tables.store(present, at: table + 4, translating: page, in: loaded)
    #expect(list == [])
  }

  @Test(arguments: [0, 0x0010_0007, 0x0020_0005, 0x0010_0025] as [UInt32])
  func aPresentEntryNeedsOne(value: UInt32) {
    tables.store(present, at: table, translating: page, in: loaded)
    tables.store(value, at: table, translating: page, in: loaded)
    #expect(tables.load(table) == value)
    #expect(list == [.init(entry: table, count: 1, linear: page)])
    #expect(!requiresReload)
  }

  @Test func theSameValueIsNoChange() {
    tables.store(present, at: table, translating: page, in: loaded)
    tables.store(present, at: table, translating: page, in: loaded)
    #expect(list == [])
  }

  @Test func anotherAddressSpaceNeedsNoInvalidation() {
    tables.store(present, at: table, translating: page, in: directory)
    tables.store(0, at: table, translating: page, in: directory)
    #expect(list == [.init(entry: table, count: 1, linear: LinearAddress(0))])
    #expect(invalidatedPageCount == 0)
  }

  /// An invlpg names one page; a directory entry translates 1,024. No page is named therefore.
  @Test func aDirectoryEntryNamesNoPage() {
    tables.store(present, at: directory + 4, translating: page, in: directory)
    tables.store(0, at: directory + 4, translating: page, in: directory)
    #expect(
      list == [.init(entry: directory + 4, count: 1, linear: LinearAddress(0))])
    #expect(!requiresReload, "another directory is in CR3")
  }

  @Test func clearedTablesAreTouchedWherePresent() {
    for index in [0, 1, 2, 700, 1023] as [UInt32] {
      memory.storeWord(0x0010_0007 + index << 12, at: table + index * 4)
    }
    memory.storeWord(0xFFFF_FFFE, at: table + 40)
    tables.clearTable(table)
    for index in 0..<1024 as Range<UInt32> { #expect(tables.load(table + index * 4) == 0) }
    let none = LinearAddress(0)
    #expect(
      list == [
        .init(entry: table, count: 3, linear: none),
        .init(entry: table + 2800, count: 1, linear: none),
        .init(entry: table + 4092, count: 1, linear: none),
      ])
    #expect(requiresReload)
  }

  @Test func clearedDirectoriesKeepTheStub() {
    StubMappings.install(in: directory, of: memory)
    memory.storeWord(present, at: directory)
    memory.storeWord(present, at: directory + 959 * 4)
    tables.clearDirectory(directory)
    #expect(list.map(\.entry) == [directory, directory + 959 * 4])
    #expect(requiresReload)
    for index in 0..<1024 as Range<UInt32> {
      let expected = index < 960 ? 0 : StubMappings.entry(at: index).rawValue
      #expect(tables.load(directory + index * 4) == expected)
    }
  }

  /// The stub's 4 MiB and the arena's 128 are mapped one to one, for ring 0 alone.
  @Test func theStubsMappings() {
    #expect(StubMappings.firstIndex == 960)
    #expect(StubMappings.entry(at: 960).rawValue == 0xF000_00E3)
    #expect(StubMappings.entry(at: 961).rawValue == 0xF040_00E3)
    #expect(StubMappings.entry(at: 992).rawValue == 0xF800_00E3)
    #expect(StubMappings.entry(at: 993) == .absent)
    #expect(StubMappings.entry(at: 1023) == .absent)
  }

  @Test func accessedAndDirtyBitsAreReadAsTheyStand() {
    tables.store(present, at: table, translating: page, in: loaded)
    memory.storeWord(present | 0x60, at: table)  // the CPU
    #expect(tables.load(table) == present | 0x60)
    // Going back to the value that the host stored first is a change, and clears the bits.
    tables.store(present, at: table, translating: page, in: loaded)
    #expect(tables.load(table) == present)
    #expect(list.count == 1)
  }

  @Test func translatesAsTheCPUWould() {
    memory.storeWord(table.rawValue | 7, at: directory + 4)
    memory.storeWord(0x0003_0005, at: table)
    #expect(
      tables.translate(page + 5, in: directory, isWrite: false)
        == .mapped(PhysicalAddress(0x0003_0005)))
    #expect(tables.translate(page + 5, in: directory, isWrite: true) == .forbidden)
    #expect(tables.translate(page + 4096, in: directory, isWrite: false) == .notPresent)
    #expect(
      tables.translate(page, in: PhysicalAddress(0x8000_0000), isWrite: false) == .notPresent,
      "a directory in a hole is empty")
  }

  @Test func onlyTheArenaHoldsTables() async {
    await #expect(processExitsWith: .failure) {
      let tables = PageTables(memory: try GuestMemory(ramByteCount: 1 << 20))
      tables.store(
        1, at: PhysicalAddress(0x1000), translating: LinearAddress(0x1000),
        in: GuestMemory.arenaStart)
    }
    await #expect(processExitsWith: .failure) {
      let tables = PageTables(memory: try GuestMemory(ramByteCount: 1 << 20))
      tables.clearTable(GuestMemory.arenaStart + 4)
    }
  }

  /// What is present is copied, in one edit where it was writable; the CPU's notes stay behind.
  @Test func copiedEntries() {
    let target = table + 0x3000
    let entries: [UInt32] = [0x0010_0067, 0, 0x0020_0007, 0x0030_0027, 0x0040_0005]
    for index in entries.indices {
      let entry = table + UInt32(index) * 4
      tables.store(
        entries[index], at: entry, translating: page + UInt32(index) * 4096, in: loaded)
    }
    tables.copyEntries(
      5, from: table, to: target, translating: page, in: loaded, isReadOnly: true)
    let sources = (0..<5).map { tables.load(table + $0 * 4) }
    #expect(sources == [0x0010_0065, 0, 0x0020_0005, 0x0030_0025, 0x0040_0005])
    let copies = (0..<5).map { tables.load(target + $0 * 4) }
    #expect(copies == [0x0010_0005, 0, 0x0020_0005, 0x0030_0005, 0x0040_0005])
    #expect(
      list == [
        .init(entry: table, count: 1, linear: page),
        .init(entry: table + 8, count: 2, linear: page + 0x2000),
      ])
    // Nothing has to be taken away: nothing has to be touched.
    tables.copyEntries(
      5, from: table, to: target + 0x1000, translating: page, in: loaded, isReadOnly: true)
    tables.copyEntries(
      2, from: table + 12, to: target + 0x2000, translating: page, in: loaded, isReadOnly: false)
    #expect(list.count == 2)
    let parts = (0..<3).map { tables.load(target + 0x2000 + $0 * 4) }
    #expect(parts == [0x0030_0005, 0x0040_0005, 0])
  }
}
