internal import I386

/// A KVM with one thing wrong about what it shows the host: a case must find it out.
enum HostMutant: Sendable {
  /// KVM_TRANSLATE gets a rule wrong.
  case rule(PagingRule, BrokenRules.Fault)
  /// What is shown of a field, by one kind of case, has its lowest bit turned round.
  case inverted(HostKind, HostField)
  /// It is always 0.
  case ignored(HostKind, HostField)

  static let all: [HostMutant] = {
    let rules: [PagingRule] = [
      .directoryEntryPresent, .tableEntryPresent, .pageSizeBit, .pageSizeExtensions, .reservedBit,
    ]
    var mutants = rules.flatMap { rule in
      BrokenRules.Fault.allCases.map { HostMutant.rule(rule, $0) }
    }
    mutants.append(.rule(.largePageOffset, .inverted))
    for kind in HostKind.allCases {
      let states = kind.scenes.map { $0.expectation(by: PagingOracle(), physicalAddressBits: 40) }
      for field in HostField.allCases {
        let values = states.compactMap { $0[field] }
        if values.contains(where: { ~$0.open & 1 != 0 }) { mutants.append(.inverted(kind, field)) }
        if values.contains(where: { $0.value & ~$0.open != 0 }) {
          mutants.append(.ignored(kind, field))
        }
      }
    }
    return mutants
  }()

  var words: String {
    switch self {
    case .rule(let rule, let fault): "KVM_TRANSLATE's rule \(rule.name) is \(fault)"
    case .inverted(let kind, let field): "\(kind.words): \(field.rawValue) bit 0 is inverted"
    case .ignored(let kind, let field): "\(kind.words): \(field.rawValue) is 0"
    }
  }

  /// The first case that finds it out.
  var catcher: HostCase? {
    HostCase.all.first { hostCase in
      let expected = hostCase.expectation(physicalAddressBits: 40)
      return expected.difference(from: state(of: hostCase, expected)) != nil
    }
  }

  /// What this KVM shows.
  private func state(of hostCase: HostCase, _ expected: HostState) -> HostState {
    var state = expected
    switch self {
    case .rule(let rule, let fault):
      guard hostCase.kind == .translation || hostCase.kind == .largeAddress else { return state }
      return hostCase.scene.expectation(
        by: PagingOracle(rules: BrokenRules(rule, fault)), physicalAddressBits: 40)
    case .inverted(let kind, let field):
      guard hostCase.kind == kind, let value = state[field] else { return state }
      state.set(field, value.value ^ 1, open: value.open)
    case .ignored(let kind, let field):
      guard hostCase.kind == kind, state[field] != nil else { return state }
      state.set(field, 0 as UInt64)
    }
    return state
  }
}
