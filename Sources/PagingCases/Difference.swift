import I386

/// In what way a case of the matrix went wrong: all cases that differ alike are one finding.
@frozen
public struct DifferenceKind: Hashable, Sendable, BitwiseCopyable {
  /// What the error codes have not in common; of fault and no fault, all bits.
  public var error: UInt32
  /// The error code that should have been, where the other side has no page fault.
  public var expectedError: UInt32
  /// The error code that was seen, where there should be none.
  public var seenError: UInt32
  /// The wrong bits of the directory entry and of the table entries.
  public var directoryEntry: UInt32
  public var tableEntry: UInt32
  /// Bit n: word n of ``MatrixState`` differs. What addresses and data differ in depends on the case.
  public var words: UInt32

  /// The kind of a difference.
  public init(_ expected: MatrixExpectation, _ seen: MatrixState) {
    let state = expected.state
    let isComparable =
      state.error & 0x8000_0000 == 0 && seen.error & 0x8000_0000 == 0
    error = isComparable ? state.error ^ seen.error : 0
    expectedError = isComparable || state.error == seen.error ? 0 : state.error
    seenError = isComparable || state.error == seen.error ? 0 : seen.error
    directoryEntry = expected.wrongBits(of: 3, in: seen)
    tableEntry = (state.tableA ^ seen.tableA) | (state.tableB ^ seen.tableB)
    words = 0
    for word in 0..<MatrixState.wordCount where expected.wrongBits(of: word, in: seen) != 0 {
      words |= 1 << UInt32(word)
    }
  }

  /// The kind in one word, as known divergences name it: "error^1", "fault→none", "none→#PF,PDE^20".
  public var name: String {
    var parts = ""
    func add(_ part: String) { parts += parts.isEmpty ? part : "," + part }
    if expectedError != seenError {
      add("error:" + Self.name(of: expectedError) + ">" + Self.name(of: seenError))
    } else if words & 1 != 0 {
      add("error^" + String(error, radix: 16))
    }
    if words & 2 != 0, words & 1 == 0 { add("CR2") }
    if words & 4 != 0 { add("EAX") }
    if directoryEntry != 0 { add("PDE^" + String(directoryEntry, radix: 16)) }
    if tableEntry != 0 { add("PTE^" + String(tableEntry, radix: 16)) }
    if words & 0x1C0 != 0 { add("memory") }
    return parts
  }

  private static func name(of error: UInt32) -> String {
    if error == PagingOutcome.noFault { return "none" }
    if error & 0x8000_0000 != 0 { return "exception" + String(error >> 16 & 0xFF) }
    return "#PF" + String(error, radix: 16)
  }
}

/// One finding: the smallest case that shows it, and how many there are.
public struct MatrixFinding: Sendable {
  public var kind: DifferenceKind
  public var matrixCase: MatrixCase
  public var slot: MatrixSlot
  public var seen: MatrixState
  public var count: UInt32

  /// Whether a case is a better example: with fewer bits set, or of the same number the lower.
  public static func isSmaller(_ a: MatrixCase, _ b: MatrixCase) -> Bool {
    let bits = (a.rawValue.nonzeroBitCount, b.rawValue.nonzeroBitCount)
    return bits.0 == bits.1 ? a < b : bits.0 < bits.1
  }

  /// What a message holds of it.
  public var words: [UInt32] {
    var words = [matrixCase.rawValue, slot.number, slot.set, count]
    for index in 0..<MatrixState.wordCount { words.append(seen[index]) }
    return words
  }

  /// Reads a message; nil if it is none.
  ///
  /// - Parameter physicalAddressBits: see ``/I386/PagingMode/physicalAddressBits``.
  public init?(words: [UInt32], physicalAddressBits: UInt32) {
    guard words.count == 4 + MatrixState.wordCount, MatrixCase(rawValue: words[0]).isCase,
      words[1] < MatrixSlot.count, words[2] < MatrixSlot.setCount
    else { return nil }
    matrixCase = MatrixCase(rawValue: words[0])
    slot = MatrixSlot(words[1], set: words[2])
    count = words[3]
    seen = MatrixState.zero
    for index in 0..<MatrixState.wordCount { seen[index] = words[4 + index] }
    let expected = matrixCase.expectation(
      in: slot, by: PagingOracle(), physicalAddressBits: physicalAddressBits)
    kind = DifferenceKind(expected, seen)
  }

  init(
    kind: DifferenceKind, matrixCase: MatrixCase, slot: MatrixSlot, seen: MatrixState
  ) {
    self.kind = kind
    self.matrixCase = matrixCase
    self.slot = slot
    self.seen = seen
    count = 1
  }
}

/// The findings of a run.
public struct FindingTable: Sendable {
  public private(set) var findings: [MatrixFinding] = []
  /// How many differing cases found no room: their kinds are not told.
  public private(set) var overflow: UInt32 = 0

  /// How many kinds are told apart. A processor that is wrong in more ways is wrong enough.
  public static var capacity: Int { 128 }

  public init() {}

  public mutating func add(
    _ matrixCase: MatrixCase, in slot: MatrixSlot, expected: MatrixExpectation, seen: MatrixState
  ) {
    let kind = DifferenceKind(expected, seen)
    for index in findings.indices where findings[index].kind == kind {
      findings[index].count += 1
      if MatrixFinding.isSmaller(matrixCase, findings[index].matrixCase) {
        findings[index].matrixCase = matrixCase
        findings[index].slot = slot
        findings[index].seen = seen
      }
      return
    }
    guard findings.count < Self.capacity else {
      overflow += 1
      return
    }
    findings.append(MatrixFinding(kind: kind, matrixCase: matrixCase, slot: slot, seen: seen))
  }
}

extension MatrixState {
  /// All words 0, to be filled.
  public static var zero: MatrixState {
    MatrixState(
      error: 0, faultAddress: 0, register: 0, directoryEntry: 0, tableA: 0, tableB: 0, wordA: 0,
      wordB: 0, wordLarge: 0)
  }
}
