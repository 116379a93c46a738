// What the processor may remember of a translation: one case at a time, without a flush that the case
// does not ask for.

import ConformAssembly
import I386
import PagingCases

struct Caching {
  private let parameters: RunParameters
  private let processor: ProcessorFeatures
  private(set) var total: UInt32 = 0
  private(set) var failed: UInt32 = 0

  /// The directory entry by which the directory maps itself.
  private static let selfMap: UInt32 = 1021

  init(_ parameters: RunParameters, _ processor: ProcessorFeatures) {
    self.parameters = parameters
    self.processor = processor
  }

  mutating func run() {
    for set in 0..<MatrixSlot.setCount { Matrix.prepare(set) }
    let directory = MatrixSlot.directory(0)
    let rights = PageEntryBits.present | PageEntryBits.writable
    Memory.store(directory.rawValue | rights, at: directory + Self.selfMap * 4)
    let mode = PagingMode(writeProtect: true, pageSizeExtensions: true)
    Machine.setControls(mode, globalPages: processor.has(ProcessorFeatures.globalPages))
    conform_write_cr3(directory.rawValue)
    for number in 0..<CachingCase.limit {
      let cachingCase = CachingCase(rawValue: number)
      guard cachingCase.isCase, cachingCase.isPossible(on: processor),
        parameters.wants(cachingCase)
      else { continue }
      run(cachingCase)
      if total & 255 == 0 { Report.progress(total) }
    }
    conform_write_cr3(GuestLayout.ownDirectory)
    Machine.setControls(PagingMode(writeProtect: false, pageSizeExtensions: false))
  }

  private mutating func run(_ cachingCase: CachingCase) {
    let slot = cachingCase.slot
    store(cachingCase.before, slot)
    flush()
    _ = access(cachingCase.priming, slot)
    // The words as they were; the entries as the first access has left them.
    restore(slot)
    var primed = cachingCase.primed
    primed.directoryEntry |= Memory.load(slot.directoryEntry) & PageEntryBits.accessed
    change(cachingCase, primed, slot)
    if !parameters.omitsInvalidations {
      Self.invalidate(
        cachingCase.invalidation, slot.linear(cachingCase.access.kind), MatrixSlot.directory(0))
    }
    var seen = access(cachingCase.access, slot)
    // A right that was lacking may be missed once: the fault makes the processor forget.
    if cachingCase.invalidation == .none, seen.error != PagingOutcome.noFault {
      seen = access(cachingCase.access, slot)
    }
    let expected = MatrixExpectation.of(
      cachingCase.access, cachingCase.mode, in: slot, cachingCase.after(primed),
      by: PagingOracle())
    seen = state(seen, slot)
    restore(slot)
    store(EntryTriple(directoryEntry: 0, tableA: 0, tableB: 0), slot)
    total += 1
    if !expected.agrees(with: seen) {
      failed += 1
      Report.caching(cachingCase, expected, seen)
    }
  }

  private func store(_ entries: EntryTriple, _ slot: MatrixSlot) {
    Memory.store(entries.directoryEntry, at: slot.directoryEntry)
    Memory.store(entries.tableA, at: slot.tableEntry(b: false))
    Memory.store(entries.tableB, at: slot.tableEntry(b: true))
  }

  /// Stores the one entry that changes, by its physical address or by way of the self-map.
  private func change(_ cachingCase: CachingCase, _ primed: EntryTriple, _ slot: MatrixSlot) {
    let entries = cachingCase.after(primed)
    let window = Self.selfMap << 22
    if cachingCase.changesDirectory {
      let place =
        cachingCase.isBySelfMap
        ? PhysicalAddress(window | Self.selfMap << 12 | slot.index * 4) : slot.directoryEntry
      Memory.store(entries.directoryEntry, at: place)
    } else {
      let place =
        cachingCase.isBySelfMap
        ? PhysicalAddress(window | slot.index << 12 | slot.index * 4) : slot.tableEntry(b: false)
      Memory.store(entries.tableA, at: place)
    }
  }

  /// Tells the processor to forget.
  ///
  /// - Parameter directory: the one that is loaded.
  static func invalidate(
    _ invalidation: CachingCase.Invalidation, _ linear: LinearAddress, _ directory: PhysicalAddress
  ) {
    switch invalidation {
    case .none: break
    case .invlpg: conform_invlpg(linear.rawValue)
    case .loadCR3: conform_write_cr3(directory.rawValue)
    case .toggleCR4PGE: Machine.toggleGlobalPages()
    }
  }

  /// Forgets everything, global pages too.
  private func flush() {
    if processor.has(ProcessorFeatures.globalPages) {
      Machine.toggleGlobalPages()
    } else {
      conform_write_cr3(MatrixSlot.directory(0).rawValue)
    }
  }

  /// One access, by the matrix's loop and without a load of CR3.
  static func access(
    _ access: MemoryAccess, _ linear: LinearAddress, _ register: UInt32
  ) -> AccessResult {
    let record = PhysicalAddress(GuestLayout.results)
    Memory.store(linear.rawValue, at: record + UInt32(CONFORM_SLOT_LINEAR))
    Memory.store(register, at: record + UInt32(CONFORM_SLOT_REGISTER))
    Matrix.enterLoop(access, count: 1, directory: 0)
    return AccessResult(
      error: Memory.load(record + UInt32(CONFORM_SLOT_ERROR)),
      faultAddress: Memory.load(record + UInt32(CONFORM_SLOT_CR2)),
      register: Memory.load(record + UInt32(CONFORM_SLOT_REGISTER)))
  }

  private func access(_ access: MemoryAccess, _ slot: MatrixSlot) -> MatrixState {
    let result = Self.access(access, slot.linear(access.kind), slot.register)
    var seen = MatrixState.zero
    seen.error = result.error
    seen.faultAddress = result.faultAddress
    seen.register = result.register
    return seen
  }

  /// What an access has shown, and what it has left in memory.
  private func state(_ seen: MatrixState, _ slot: MatrixSlot) -> MatrixState {
    var seen = seen
    seen.directoryEntry = Memory.load(slot.directoryEntry)
    seen.tableA = Memory.load(slot.tableEntry(b: false))
    seen.tableB = Memory.load(slot.tableEntry(b: true))
    seen.wordA = Memory.load(slot.frame(b: false) + slot.dataOffset)
    seen.wordB = Memory.load(slot.frame(b: true) + slot.dataOffset)
    seen.wordLarge = Memory.load(slot.largePage + slot.dataOffset)
    return seen
  }

  /// Puts the words back that a write may have changed, those of the second region too.
  private func restore(_ slot: MatrixSlot) {
    let other = MatrixSlot(slot.number, set: 1)
    for page in [slot.frame(b: false), slot.frame(b: true), slot.largePage, other.largePage] {
      Memory.store(slot.word(at: page), at: page + slot.dataOffset)
    }
  }
}
