/// One finding of the restart group: the smallest case that differs in a way, and how many there are.
public struct RestartFinding: Sendable {
  public var restartCase: RestartCase
  public var difference: RestartDifference
  public var count: UInt32

  public init(_ restartCase: RestartCase, _ difference: RestartDifference) {
    self.restartCase = restartCase
    self.difference = difference
    count = 1
  }

  /// The way: instructions are told apart.
  public var kind: String {
    "\(restartCase.instruction?.words ?? "none"): \(difference.kind)"
  }

  /// What a message holds of it.
  public var words: [UInt32] { [restartCase.rawValue, count] + difference.words }

  /// Reads a message; nil if it is none.
  public init?(words: [UInt32]) {
    guard words.count == 6, RestartCase(rawValue: words[0]).instruction != nil,
      let difference = RestartDifference(words: words[2...])
    else { return nil }
    self.init(RestartCase(rawValue: words[0]), difference)
    count = words[1]
  }
}

/// The findings of a run of the restart group, told apart by their kinds.
public struct RestartFindings: Sendable {
  public private(set) var findings: [RestartFinding] = []

  /// How many kinds are told apart; the others are counted, no more.
  public static var capacity: Int { 256 }

  public init() {}

  public mutating func add(_ restartCase: RestartCase, _ difference: RestartDifference) {
    let new = RestartFinding(restartCase, difference)
    let kind = new.kind
    for index in findings.indices where findings[index].kind == kind {
      findings[index].count += 1
      if restartCase < findings[index].restartCase {
        findings[index].restartCase = restartCase
        findings[index].difference = difference
      }
      return
    }
    if findings.count < Self.capacity { findings.append(new) }
  }
}
