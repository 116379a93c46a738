public import I386

/// Everything that is compared after a case of the matrix, expected or seen.
@frozen
public struct MatrixState: Hashable, Sendable, BitwiseCopyable {
  /// The error code of the page fault; ``/I386/PagingOutcome/noFault``; or an exception that nobody
  /// expects: bit 31, the vector in bits 23:16, the error code below.
  public var error: UInt32
  /// CR2 after a page fault; else 0.
  public var faultAddress: UInt32
  /// EAX: what was read, or the mark of the code that ran; else untouched.
  public var register: UInt32
  /// The directory entry.
  public var directoryEntry: UInt32
  /// The entries of tables A and B.
  public var tableA: UInt32
  public var tableB: UInt32
  /// The words that the access may reach: by table A, by table B, by the 4 MiB page.
  public var wordA: UInt32
  public var wordB: UInt32
  public var wordLarge: UInt32

  /// How many words it has.
  @inlinable public static var wordCount: Int { 9 }

  @inlinable
  public init(
    error: UInt32, faultAddress: UInt32, register: UInt32, directoryEntry: UInt32, tableA: UInt32,
    tableB: UInt32, wordA: UInt32, wordB: UInt32, wordLarge: UInt32
  ) {
    self.error = error
    self.faultAddress = faultAddress
    self.register = register
    self.directoryEntry = directoryEntry
    self.tableA = tableA
    self.tableB = tableB
    self.wordA = wordA
    self.wordB = wordB
    self.wordLarge = wordLarge
  }

  /// The words in their order.
  public subscript(index: Int) -> UInt32 {
    get {
      switch index {
      case 0: error
      case 1: faultAddress
      case 2: register
      case 3: directoryEntry
      case 4: tableA
      case 5: tableB
      case 6: wordA
      case 7: wordB
      default: wordLarge
      }
    }
    set {
      switch index {
      case 0: error = newValue
      case 1: faultAddress = newValue
      case 2: register = newValue
      case 3: directoryEntry = newValue
      case 4: tableA = newValue
      case 5: tableB = newValue
      case 6: wordA = newValue
      case 7: wordB = newValue
      default: wordLarge = newValue
      }
    }
  }

  /// What a word is, for people.
  public static func name(of index: Int) -> StaticString {
    switch index {
    case 0: "error code"
    case 1: "CR2"
    case 2: "EAX"
    case 3: "PDE"
    case 4: "PTE"
    case 5: "PTE of the table that bit 21 selects"
    case 6: "word in the page's frame"
    case 7: "word in the frame that bit 21 selects"
    default: "word in the 4 MiB page"
    }
  }
}

/// A state, and the bits of it that the manual leaves open.
@frozen
public struct MatrixExpectation: Hashable, Sendable, BitwiseCopyable {
  public var state: MatrixState
  /// Bits of the directory entry that may be either.
  public var openDirectoryBits: UInt32

  @inlinable
  public init(state: MatrixState, openDirectoryBits: UInt32) {
    self.state = state
    self.openDirectoryBits = openDirectoryBits
  }

  /// Whether what was seen is as it should be.
  @inlinable
  public func agrees(with seen: MatrixState) -> Bool {
    state.error == seen.error && state.faultAddress == seen.faultAddress
      && state.register == seen.register
      && (state.directoryEntry ^ seen.directoryEntry) & ~openDirectoryBits == 0
      && state.tableA == seen.tableA && state.tableB == seen.tableB && state.wordA == seen.wordA
      && state.wordB == seen.wordB && state.wordLarge == seen.wordLarge
  }

  /// The first word that differs, and its lowest wrong bit; nil where nothing does.
  public func firstDifference(from seen: MatrixState) -> (word: Int, bit: Int)? {
    for word in 0..<MatrixState.wordCount {
      let difference = wrongBits(of: word, in: seen)
      if difference != 0 { return (word, difference.trailingZeroBitCount) }
    }
    return nil
  }

  /// The bits of one word that are wrong.
  public func wrongBits(of word: Int, in seen: MatrixState) -> UInt32 {
    (state[word] ^ seen[word]) & (word == 3 ? ~openDirectoryBits : .max)
  }
}

extension MatrixCase {
  /// The directory entry before the access.
  @inlinable public func directoryEntry(in slot: MatrixSlot) -> UInt32 {
    MatrixSlot.region(slot.set).rawValue | directoryFlags | slot.ignoredBits
  }

  /// The entry of table A or B before the access.
  @inlinable public func tableEntry(in slot: MatrixSlot, b: Bool) -> UInt32 {
    slot.frame(b: b).rawValue | tableFlags | slot.ignoredBits
  }

  /// What must be seen.
  ///
  /// - Parameters:
  ///   - slot: where the case lies.
  ///   - oracle: who knows.
  ///   - physicalAddressBits: see ``/I386/PagingMode/physicalAddressBits``.
  @inlinable
  public func expectation<Rules: PagingRuleBook>(
    in slot: MatrixSlot, by oracle: PagingOracle<Rules>, physicalAddressBits: UInt32
  ) -> MatrixExpectation {
    MatrixExpectation.of(
      access, mode(physicalAddressBits: physicalAddressBits), in: slot,
      EntryTriple(
        directoryEntry: directoryEntry(in: slot), tableA: tableEntry(in: slot, b: false),
        tableB: tableEntry(in: slot, b: true)),
      by: oracle)
  }
}

/// The entries that an access may go through.
@frozen
public struct EntryTriple: Hashable, Sendable, BitwiseCopyable {
  public var directoryEntry: UInt32
  public var tableA: UInt32
  public var tableB: UInt32

  @inlinable
  public init(directoryEntry: UInt32, tableA: UInt32, tableB: UInt32) {
    self.directoryEntry = directoryEntry
    self.tableA = tableA
    self.tableB = tableB
  }
}

extension MatrixExpectation {
  /// What must be seen after one access by way of a slot's entries, with nothing remembered.
  @inlinable
  public static func of<Rules: PagingRuleBook>(
    _ access: MemoryAccess, _ mode: PagingMode, in slot: MatrixSlot, _ entries: EntryTriple,
    by oracle: PagingOracle<Rules>
  ) -> MatrixExpectation {
    let linear = slot.linear(access.kind)
    let entryA = slot.tableEntry(b: false)
    let outcome = oracle.access(
      linear, access, mode: mode, directoryEntry: entries.directoryEntry,
      load: { $0 == entryA ? entries.tableA : entries.tableB })

    let pageA = slot.frame(b: false)
    let pageB = slot.frame(b: true)
    let large = slot.largePage
    var state = MatrixState(
      error: outcome.error, faultAddress: outcome.isFault ? linear.rawValue : 0,
      register: slot.register, directoryEntry: outcome.directoryEntry, tableA: entries.tableA,
      tableB: entries.tableB, wordA: slot.word(at: pageA), wordB: slot.word(at: pageB),
      wordLarge: slot.word(at: large))
    if outcome.walkedTable {
      if outcome.walkedEntry == entryA {
        state.tableA = outcome.tableEntry
      } else {
        state.tableB = outcome.tableEntry
      }
    }
    if !outcome.isFault {
      let page = PhysicalAddress(outcome.physical).frameStart
      switch access.kind {
      case .read: state.register = slot.word(at: page)
      case .fetch: state.register = MatrixSlot.codeMark(of: page)
      case .write:
        if page == pageA { state.wordA = slot.register }
        if page == pageB { state.wordB = slot.register }
        if page == large { state.wordLarge = slot.register }
      }
    }
    return MatrixExpectation(state: state, openDirectoryBits: outcome.openDirectoryBits)
  }
}
