import I386
import Machine

/// Who carries an entry that was present to the guest.
enum Editor: CaseIterable, Sendable {
  /// ``PageTables/store(_:at:translating:in:)``, with the stub's part.
  case withStub
  /// A bare store by the host, the stub's part left out.
  case bare

  /// Whether the guest sees the change: always with the stub's part; without it, only where the
  /// CPU walks the guest's own tables.
  @MainActor var isSeen: Bool { self == .withStub || !SharedDevice.usesShadowPaging }
}

/// A page directory, and the tables that were made for it.
@MainActor final class AddressSpace {
  let bench: Bench
  let directory: PhysicalAddress

  /// Makes an address space.
  ///
  /// - Parameter directory: an empty page of the arena; nil for one that nobody has used.
  init(on bench: Bench, directory: PhysicalAddress? = nil) {
    self.bench = bench
    self.directory = directory ?? bench.makeArenaPage()
    StubMappings.install(in: self.directory, of: bench.memory)
  }

  /// Where the directory entry for a page lies.
  func directoryEntry(for page: LinearAddress) -> PhysicalAddress {
    directory + page.directoryIndex * 4
  }

  /// Where the table entry for a page lies; its table is made where there is none.
  func tableEntry(for page: LinearAddress) -> PhysicalAddress {
    let entry = directoryEntry(for: page)
    if !PageDirectoryEntry(rawValue: bench.tables.load(entry)).isPresent {
      let table = PageDirectoryEntry(table: bench.makeArenaPage())
      bench.tables.store(table.rawValue, at: entry, translating: page, in: directory)
    }
    return PageDirectoryEntry(rawValue: bench.tables.load(entry)).table + page.tableIndex * 4
  }

  /// Maps a page to a frame, or changes its mapping.
  func map(
    _ page: LinearAddress, to frame: PhysicalAddress, isWritable: Bool = true,
    by editor: Editor = .withStub
  ) {
    set(PageTableEntry(frame: frame, isWritable: isWritable), for: page, by: editor)
  }

  /// Stores a page's table entry.
  func set(_ entry: PageTableEntry, for page: LinearAddress, by editor: Editor = .withStub) {
    change(tableEntry(for: page), to: entry.rawValue, translating: page, by: editor)
  }

  /// Stores any entry.
  func change(
    _ entry: PhysicalAddress, to value: UInt32, translating page: LinearAddress, by editor: Editor
  ) {
    switch editor {
    case .withStub: bench.tables.store(value, at: entry, translating: page, in: directory)
    case .bare: bench.memory.storeWord(value, at: entry)
    }
  }
}
