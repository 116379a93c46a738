public import I386

/// A processor with one thing wrong, played by the oracle: the suite must find it out.
@frozen
public enum Mutant: Hashable, Sendable {
  /// A rule counts as one value, or as its opposite.
  case rule(PagingRule, BrokenRules.Fault)
  /// A bit of what is compared comes out as its opposite.
  case inverted(word: Int, bit: Int)
  /// A bit of what is compared comes out as 0.
  case ignored(word: Int, bit: Int)

  /// Every rule, ignored and inverted; every compared bit inverted; and every bit that can be 1 ignored.
  public static var all: [Mutant] {
    var mutants: [Mutant] = []
    for rule in PagingRule.allCases {
      // What the manual always asks for can't be ignored in two ways.
      if rule.isUnconditional {
        mutants.append(.rule(rule, .inverted))
      } else {
        for fault in BrokenRules.Fault.allCases { mutants.append(.rule(rule, fault)) }
      }
    }
    for word in 0..<MatrixState.wordCount {
      for bit in 0..<32 {
        mutants.append(.inverted(word: word, bit: bit))
        if possibleBits(of: word) >> UInt32(bit) & 1 != 0 {
          mutants.append(.ignored(word: word, bit: bit))
        }
      }
    }
    return mutants
  }

  /// Which bits of a compared word can be 1 at all, in error codes and in entries whose frames lie in
  /// the guest's 16 MiB.
  private static func possibleBits(of word: Int) -> UInt32 {
    switch word {
    case 0: 0x0000_001F
    case 3: 0x00E0_0FFF
    case 4: 0x0041_7FFF
    case 5: 0x0041_FFFF
    default: .max
    }
  }

  /// What this processor shows for a case.
  public func state(
    of matrixCase: MatrixCase, in slot: MatrixSlot, physicalAddressBits: UInt32
  ) -> MatrixState {
    if case .rule(let rule, let fault) = self {
      return matrixCase.expectation(
        in: slot, by: PagingOracle(rules: BrokenRules(rule, fault)),
        physicalAddressBits: physicalAddressBits
      ).state
    }
    var state = matrixCase.expectation(
      in: slot, by: PagingOracle(), physicalAddressBits: physicalAddressBits
    ).state
    switch self {
    case .rule: break
    case .inverted(let word, let bit):
      if state.has(word) { state[word] ^= 1 << UInt32(bit) }
    case .ignored(let word, let bit):
      if state.has(word) { state[word] &= ~(1 << UInt32(bit)) }
    }
    return state
  }

  /// The first case that finds it out; nil if none does. Cases are tried in an order that mixes them.
  public func catcher(physicalAddressBits: UInt32 = 40) -> MatrixCase? {
    for step in 0...MatrixCase.allBits {
      let matrixCase = MatrixCase(rawValue: (step &* 0x2C_9277 &+ 0x5_0F87) & MatrixCase.allBits)
      guard matrixCase.isCase else { continue }
      let slot = MatrixSlot(matrixCase.rawValue & 0x1FF, set: matrixCase.rawValue >> 9 & 1)
      let expected = matrixCase.expectation(
        in: slot, by: PagingOracle(), physicalAddressBits: physicalAddressBits)
      let seen = state(
        of: matrixCase, in: slot, physicalAddressBits: physicalAddressBits)
      if !expected.agrees(with: seen) { return matrixCase }
    }
    return nil
  }

  /// The mutant in words.
  public var words: String {
    switch self {
    case .rule(let rule, .alwaysTrue): "rule \(rule.name) always holds"
    case .rule(let rule, .alwaysFalse): "rule \(rule.name) never holds"
    case .rule(let rule, .inverted): "rule \(rule.name) is inverted"
    case .inverted(let word, let bit): "\(MatrixState.name(of: word)) bit \(bit) is inverted"
    case .ignored(let word, let bit): "\(MatrixState.name(of: word)) bit \(bit) is always 0"
    }
  }
}

extension MatrixState {
  /// Without a fault there is no error code that could have a wrong bit.
  fileprivate func has(_ word: Int) -> Bool { word != 0 || error != PagingOutcome.noFault }
}
