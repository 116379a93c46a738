import I386
import PagingCases

/// A difference between what the manual says and what was seen, with the smallest case that shows it.
public struct Divergence: Codable, Equatable, Sendable {
  /// The smallest case, as `--filter` takes it.
  public var id: String
  public var group: String
  /// The case in words.
  public var `case`: String
  /// In what way the cases differ; see ``/PagingCases/DifferenceKind``.
  public var kind: String
  /// How many cases differ in this way.
  public var alike: Int
  public var expected: String
  public var seen: String
  /// The reason, where this engine is known to differ so.
  public var known: String?
  /// A command that runs the case again.
  public var `repeat`: String

  enum CodingKeys: String, CodingKey {
    case id, group, `case`, kind, alike, expected, seen, known, `repeat`
  }

  /// `known` is there when it is null, too.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(group, forKey: .group)
    try container.encode(self.case, forKey: .case)
    try container.encode(kind, forKey: .kind)
    try container.encode(alike, forKey: .alike)
    try container.encode(expected, forKey: .expected)
    try container.encode(seen, forKey: .seen)
    try container.encode(known, forKey: .known)
    try container.encode(self.repeat, forKey: .repeat)
  }
}

extension Divergence {
  /// What the payload found in the matrix.
  init(_ finding: MatrixFinding, physicalAddressBits: UInt32) {
    let expected = finding.matrixCase.expectation(
      in: finding.slot, by: PagingOracle(), physicalAddressBits: physicalAddressBits)
    id = finding.matrixCase.identifier
    group = CaseGroup.matrix.name
    self.case = finding.matrixCase.words
    kind = finding.kind.name
    alike = Int(finding.count)
    self.expected = Self.words(of: expected.state, unlike: finding.seen, expected)
    seen = Self.words(of: finding.seen, unlike: expected.state, expected)
    known = nil
    self.repeat = ""
  }

  /// What the payload found in the caching group: the number, what was expected, what was seen.
  init(caching words: [UInt32]) {
    let cachingCase = CachingCase(rawValue: words[0])
    var expected = MatrixExpectation(state: .zero, openDirectoryBits: 0)
    var seen = MatrixState.zero
    for index in 0..<MatrixState.wordCount {
      expected.state[index] = words[1 + index]
      seen[index] = words[1 + MatrixState.wordCount + index]
    }
    id = cachingCase.identifier
    group = CaseGroup.caching.name
    self.case = cachingCase.words
    kind = DifferenceKind(expected, seen).name
    alike = 1
    self.expected = Self.words(of: expected.state, unlike: seen, expected)
    self.seen = Self.words(of: seen, unlike: expected.state, expected)
    known = nil
    self.repeat = ""
  }

  /// What the payload found in the caching group's scripts.
  init(_ finding: CachingScriptFinding) {
    id = finding.script.identifier
    group = CaseGroup.caching.name
    self.case = finding.script.words
    kind = finding.kind
    alike = 1
    expected = finding.words(finding.expected)
    seen = finding.words(finding.seen)
    known = nil
    self.repeat = ""
  }

  /// What the payload found in the restart group.
  init(_ finding: RestartFinding) {
    id = finding.restartCase.identifier
    group = CaseGroup.restart.name
    self.case = finding.restartCase.words
    kind = finding.kind
    alike = Int(finding.count)
    expected = finding.difference.words(finding.difference.expected)
    seen = finding.difference.words(finding.difference.seen)
    known = nil
    self.repeat = ""
  }

  /// The words of a state that differ, the first one's lowest wrong bit named.
  private static func words(
    of state: MatrixState, unlike other: MatrixState, _ expected: MatrixExpectation
  ) -> String {
    (0..<MatrixState.wordCount).compactMap { word in
      let open = word == 3 ? expected.openDirectoryBits : 0
      let difference = (state[word] ^ other[word]) & ~open
      guard difference != 0 else { return nil }
      let name = "\(MatrixState.name(of: word)) \(state.words(of: word))"
      // Of a fault and none, all bits differ.
      let isFaultOrNone =
        word == 0 && (state.error == PagingOutcome.noFault || other.error == PagingOutcome.noFault)
      return isFaultOrNone ? name : "\(name) (bit \(difference.trailingZeroBitCount))"
    }.joined(separator: ", ")
  }

  /// Joins lists from several machines or shards: a kind once, with its smallest case.
  static func joined(_ lists: [[Divergence]]) -> [Divergence] {
    var byKind: [String: Divergence] = [:]
    for divergence in lists.joined() {
      let key = divergence.group + "/" + divergence.kind
      guard let other = byKind[key] else {
        byKind[key] = divergence
        continue
      }
      var joined = divergence.isSmaller(than: other) ? divergence : other
      joined.alike = divergence.alike + other.alike
      byKind[key] = joined
    }
    return byKind.values.sorted { ($0.group, $0.id, $0.kind) < ($1.group, $1.id, $1.kind) }
  }

  private func isSmaller(than other: Divergence) -> Bool {
    guard group == CaseGroup.matrix.name, let a = try? CaseFilter(id),
      let b = try? CaseFilter(other.id)
    else { return id < other.id }
    return MatrixFinding.isSmaller(
      MatrixCase(rawValue: a.value), MatrixCase(rawValue: b.value))
  }
}
