public import FlightRecorder
public import I386
import Stub

/// The page tables of all address spaces, as the host reads and changes them.
///
/// Reading is free at any time: accessed and dirty bits are the CPU's own. A store goes through
/// here, so that the stub learns of every entry that was present before.
public final class PageTables {
  public let memory: GuestMemory
  /// What the stub must do before a process runs on.
  public internal(set) var edits = PageTableEdits()
  /// The directory in CR3 as of the last resume.
  public internal(set) var loadedDirectory = PhysicalAddress(UInt32(STUB_BOOT_DIRECTORY))

  /// Where every change goes.
  public let recorder: FlightRecorder

  /// - Parameters:
  ///   - memory: where they lie.
  ///   - recorder: where every change is recorded.
  public init(memory: GuestMemory, recorder: FlightRecorder = FlightRecorder()) {
    self.memory = memory
    self.recorder = recorder
  }

  /// The entry at a physical address; 0, which is absent, where there is no memory.
  @inlinable @inline(__always)
  public func load(_ entry: PhysicalAddress) -> UInt32 {
    memory.entry(at: entry)
  }

  /// Fetches neighbouring entries.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - entry: the first one's physical address.
  ///   - entries: where they go, from index 0 on; long enough, a precondition.
  public func load(_ count: UInt32, at entry: PhysicalAddress, into entries: inout [UInt32]) {
    let isRead = memory.readWords(Int(count), at: entry, into: &entries)
    precondition(isRead, "\(count) entries at \(entry), where there is no memory")
  }

  /// Stores an entry.
  ///
  /// - Parameters:
  ///   - value: the new entry.
  ///   - entry: its physical address, in the arena; a precondition.
  ///   - linear: the page that the entry translates; of a directory entry, any of its 1,024.
  ///   - directory: the address space that it belongs to.
  @inlinable @inline(__always)
  public func store(
    _ value: UInt32, at entry: PhysicalAddress, translating linear: LinearAddress,
    in directory: PhysicalAddress
  ) {
    let old = memory.exchangeEntry(at: entry, for: value)
    guard old != value else { return }
    if recorder.isFull { recorder.turn() }
    recorder.recordEdit(of: entry, from: old, to: value, translating: linear, in: directory)
    if old & PageEntryBits.present != 0 { noteEdit(of: entry, translating: linear, in: directory) }
  }

  /// The stub must hear of an entry that was present.
  @usableFromInline
  func noteEdit(
    of entry: PhysicalAddress, translating linear: LinearAddress, in directory: PhysicalAddress
  ) {
    let isLoaded = directory == loadedDirectory
    if entry.frameStart == directory {
      // An invlpg would leave the translations of 1,023 other pages.
      edits.record(entry: entry, linear: nil)
      if isLoaded { edits.reloadDirectory() }
    } else {
      edits.record(entry: entry, linear: isLoaded ? linear : nil)
    }
  }

  /// Empties a page table before it is used again.
  ///
  /// - Parameter table: the page, in the arena; a precondition.
  public func clearTable(_ table: PhysicalAddress) {
    clear(table, entryCount: 1024)
    recorder.recordEmptied(table, isDirectory: false)
    // The directory in CR3 may have led to it until now.
    edits.reloadDirectory()
  }

  /// Empties the user half of a page directory before it is used again.
  ///
  /// The stub's entries stay: CR3 may still hold the directory until the next process is loaded.
  /// For the same reason a directory must never become a page table, and a process that gets it
  /// must not meet the translations of the one before.
  ///
  /// - Parameter directory: the page, in the arena; a precondition.
  public func clearDirectory(_ directory: PhysicalAddress) {
    clear(directory, entryCount: StubMappings.firstIndex)
    recorder.recordEmptied(directory, isDirectory: true)
    edits.reloadDirectory()
  }

  /// Installs the stub's entries in a directory, whatever a VM in ring 3 has written there.
  ///
  /// - Parameter directory: the page, in the arena; a precondition.
  public func installStubMappings(in directory: PhysicalAddress) {
    for index in StubMappings.firstIndex..<StubMappings.endIndex {
      store(
        StubMappings.entry(at: index).rawValue, at: directory + index * 4,
        translating: LinearAddress(index << 22), in: directory)
    }
  }

  /// Prepares for a store of any bytes over a part of the arena: whose entries they are is not known,
  /// so every page in which one is present is touched as a whole, and CR3 loaded anew.
  ///
  /// - Parameters:
  ///   - start: the first byte, in the arena; a precondition.
  ///   - byteCount: how many bytes, all of them in the arena.
  public func willOverwrite(_ start: PhysicalAddress, byteCount: UInt32) {
    precondition(
      GuestMemory.isArena(start, byteCount: byteCount), "\(byteCount) bytes at \(start)")
    recorder.recordOverwritten(start, byteCount: byteCount)
    var page = start.frameStart
    while page < start + byteCount {
      let entries = (0..<UInt32(1024)).lazy.map { page + $0 &* 4 }
      if entries.contains(where: { self.load($0) & PageEntryBits.present != 0 }) {
        for entry in entries { edits.record(entry: entry, linear: nil) }
      }
      page = page + 4096
    }
    edits.reloadDirectory()
  }

  /// Asks for a CR3 load at the next resume (VMCTL_FLUSHTLB).
  public func reloadDirectory() {
    edits.reloadDirectory()
  }

  /// Takes the edits as carried out and a directory as loaded: for a processor that has no stub.
  public func completeEdits(loading directory: PhysicalAddress) {
    loadedDirectory = directory
    edits.removeAll()
  }

  /// Translates for a process's user-mode access, as the CPU would.
  public func translate(
    _ address: LinearAddress, in directory: PhysicalAddress, isWrite: Bool
  ) -> PageWalk.Outcome {
    PageWalk.translate(address, directory: directory, isWrite: isWrite) { memory.entry(at: $0) }
  }

  private func clear(_ page: PhysicalAddress, entryCount: UInt32) {
    precondition(GuestMemory.isArenaPage(page), "page-table page at \(page), not in the arena")
    var index = leadingAbsentCount(entryCount, at: page)
    while index < entryCount {
      let first = index
      while index < entryCount, load(page + index &* 4) & PageEntryBits.present != 0 {
        index &+= 1
      }
      edits.record(entry: page + first &* 4, count: index &- first, linear: nil)
      index &+= leadingAbsentCount(entryCount &- index, at: page + index &* 4)
    }
    memory.fill(page, byteCount: Int(entryCount) * 4, with: 0)
  }
}
