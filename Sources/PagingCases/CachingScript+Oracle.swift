public import I386

/// What an access shows.
@frozen
public struct AccessResult: Hashable, Sendable, BitwiseCopyable {
  /// As ``MatrixState/error``.
  public var error: UInt32
  public var faultAddress: UInt32
  public var register: UInt32

  public init(error: UInt32, faultAddress: UInt32, register: UInt32) {
    self.error = error
    self.faultAddress = faultAddress
    self.register = register
  }
}

/// Plays a script on a processor that remembers nothing: whatever the others may remember, they must
/// show the same.
public struct CachingOracle {
  /// The words of memory that the script uses, and the bits of them that are open.
  public private(set) var cells: [(place: PhysicalAddress, value: UInt32, open: UInt32)]
  /// What each access must show.
  public private(set) var results: [AccessResult] = []
  private var directory = CachingScript.directory
  private var mode: PagingMode

  public init(_ script: CachingScript) {
    cells = script.cells.map { ($0.place, $0.value, 0) }
    mode = PagingMode(writeProtect: true, pageSizeExtensions: script.startsWithPSE)
    for step in script.steps {
      switch step {
      case .store(let place, let value): store(value, at: place, open: 0)
      case .access(let linear, let access, let register): make(access, at: linear, register)
      case .invalidate: break
      case .loadCR3(let place): directory = place
      case .setPSE(let isSet): mode.pageSizeExtensions = isSet
      }
    }
  }

  private func load(_ place: PhysicalAddress) -> UInt32 {
    cells.first { $0.place == place }?.value ?? 0
  }

  private mutating func store(_ value: UInt32, at place: PhysicalAddress, open: UInt32) {
    guard let index = cells.firstIndex(where: { $0.place == place }) else { return }
    (cells[index].value, cells[index].open) = (value, open)
  }

  private mutating func make(_ access: MemoryAccess, at linear: LinearAddress, _ register: UInt32) {
    let entry = directory + linear.directoryIndex * 4
    let outcome = PagingOracle().access(
      linear, access, mode: mode, directoryEntry: load(entry), load: { load($0) })
    if outcome.directoryEntry & PageEntryBits.present != 0 {
      store(outcome.directoryEntry, at: entry, open: outcome.openDirectoryBits)
    }
    if outcome.walkedTable, !outcome.isFault {
      store(outcome.tableEntry, at: outcome.walkedEntry, open: 0)
    }
    var result = AccessResult(
      error: outcome.error, faultAddress: outcome.isFault ? linear.rawValue : 0,
      register: register)
    if !outcome.isFault {
      let place = PhysicalAddress(outcome.physical)
      switch access.kind {
      case .read: result.register = load(place)
      case .write: store(register, at: place, open: 0)
      case .fetch: result.register = MatrixSlot.codeMark(of: place.frameStart)
      }
    }
    results.append(result)
  }

  /// The first difference from what was seen: where, what should be, what is. The place is three times
  /// an access's number plus 0 for the error code, 1 for CR2, 2 for EAX; or 0x100 and a cell's number.
  public func difference(
    from seen: [AccessResult], _ memory: [UInt32]
  ) -> (place: UInt32, expected: UInt32, seen: UInt32)? {
    for (index, (result, seen)) in zip(results, seen).enumerated() {
      let place = UInt32(index) * 3
      if result.error != seen.error { return (place, result.error, seen.error) }
      if result.faultAddress != seen.faultAddress {
        return (place + 1, result.faultAddress, seen.faultAddress)
      }
      if result.register != seen.register { return (place + 2, result.register, seen.register) }
    }
    for (index, (cell, seen)) in zip(cells, memory).enumerated()
    where (cell.value ^ seen) & ~cell.open != 0 {
      return (0x100 + UInt32(index), cell.value, seen)
    }
    return nil
  }
}

/// A script that differs.
public struct CachingScriptFinding: Sendable {
  public var script: CachingScript
  public var place: UInt32
  public var expected: UInt32
  public var seen: UInt32

  public init(
    _ script: CachingScript, _ difference: (place: UInt32, expected: UInt32, seen: UInt32)
  ) {
    self.script = script
    (place, expected, seen) = difference
  }

  /// What a message holds of it.
  public var words: [UInt32] { [script.rawValue, place, expected, seen] }

  /// Reads a message; nil if it is none.
  public init?(words: [UInt32]) {
    guard words.count == 4, CachingScript(rawValue: words[0]).isCase else { return nil }
    self.init(CachingScript(rawValue: words[0]), (words[1], words[2], words[3]))
  }
}
