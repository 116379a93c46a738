import I386

/// A processor with one thing wrong about faults and restarts, played by the model: the suite must find
/// it out.
public enum RestartMutant: Hashable, Sendable {
  /// A register comes out with its lowest compared bit inverted, at a fault or at the end.
  case register(Int, atFault: Bool)
  /// A bit of the error code is inverted.
  case error(bit: Int)
  /// CR2 names the byte after the last, or the page's start, or nothing.
  case addressAbove, addressOfPage, addressZero
  /// The stack pointer has moved by the time of the fault.
  case movesStack
  /// A fault in REP shows the registers of the beginning.
  case losesProgress
  /// A fault in REP shows the registers of the element after.
  case countsTooMuch
  /// The bytes that are written before the fault stay written.
  case writesHalf
  /// Goes on behind the instruction after the fault.
  case skips
  /// The second page is not looked at.
  case missesUpperPage
  /// The same fault comes twice.
  case faultsTwice
  /// A double fault is delivered as a page fault, or ends otherwise than it should.
  case endsOtherwise
  /// A or D is not set.
  case forgetsAccessed, forgetsDirty
  /// D is set by a read.
  case dirtiesWhatIsRead
  /// A byte that was to be written is as it was.
  case losesWrite

  public static var all: [RestartMutant] {
    var all: [RestartMutant] = []
    for register in 0..<RestartRegisters.count {
      all += [.register(register, atFault: true), .register(register, atFault: false)]
    }
    for bit in 0..<3 { all.append(.error(bit: bit)) }
    return all + [
      .addressAbove, .addressOfPage, .addressZero, .movesStack, .losesProgress, .countsTooMuch,
      .writesHalf, .skips, .missesUpperPage, .faultsTwice, .endsOtherwise, .forgetsAccessed,
      .forgetsDirty, .dirtiesWhatIsRead, .losesWrite,
    ]
  }

  /// The first case that finds it out, in an order that mixes them; nil if none does.
  public func catcher(among cases: [RestartCase]) -> RestartCase? {
    let count = cases.count
    return (0..<count).lazy.map { cases[($0 * 7919 + 13) % count] }.first { restartCase in
      let expectation = RestartExpectation(restartCase)
      return expectation.difference(from: observation(expectation)) != nil
    }
  }

  /// What this processor shows.
  func observation(_ expectation: RestartExpectation) -> RestartObservation {
    var seen = expectation.ideal
    if case .missesUpperPage = self { seen.faults.removeAll { $0.faultAddress & 0xFFF < 0x80 } }
    for index in seen.faults.indices { change(&seen.faults[index], expectation, index) }
    if case .faultsTwice = self, let first = seen.faults.first { seen.faults.insert(first, at: 0) }
    changeEnd(&seen.end, expectation)
    changeEntries(&seen.entries, expectation)
    return seen
  }

  private func change(
    _ frame: inout RestartFrame, _ expectation: RestartExpectation, _ index: Int
  ) {
    let fault = expectation.faults[min(index, expectation.faults.count - 1)]
    let steps = expectation.model.steps
    let isLast = fault.step + 1 >= steps.count
    switch self {
    case .register(let register, atFault: true): frame.registers[register] ^= 1
    case .error(let bit): frame.error ^= 1 << UInt32(bit)
    case .addressAbove: frame.faultAddress = fault.high &+ 1
    case .addressOfPage: frame.faultAddress &= ~0xFFF
    case .addressZero: frame.faultAddress = 0
    case .movesStack:
      frame.registers.esp =
        isLast ? expectation.model.registers.esp : steps[fault.step + 1].registers.esp
    case .losesProgress: frame.registers = steps[0].registers
    case .countsTooMuch:
      if !isLast { frame.registers = steps[fault.step + 1].registers }
    case .writesHalf:
      frame.memory = isLast ? expectation.model.memory : steps[fault.step + 1].memory
    default: break
    }
  }

  private func changeEnd(_ frame: inout RestartFrame, _ expectation: RestartExpectation) {
    switch self {
    case .register(let register, atFault: false): frame.registers[register] ^= 1
    case .skips:
      guard let first = expectation.faults.first else { return }
      let eip = frame.registers.eip
      frame.registers = expectation.model.steps[first.step].registers
      frame.registers.eip = eip
    case .endsOtherwise: frame.vector ^= 6
    case .losesWrite: frame.memory = expectation.setUp.memory
    default: break
    }
  }

  private func changeEntries(_ entries: inout [UInt32], _ expectation: RestartExpectation) {
    for index in entries.indices {
      switch self {
      case .forgetsAccessed: entries[index] &= ~PageEntryBits.accessed
      case .forgetsDirty: entries[index] &= ~PageEntryBits.dirty
      case .dirtiesWhatIsRead where index & 1 == 1:
        if entries[index] & PageEntryBits.accessed != 0 { entries[index] |= PageEntryBits.dirty }
      default: break
      }
    }
  }

  /// The mutant in words.
  public var words: String {
    switch self {
    case .register(let register, let atFault):
      "\(RestartRegisters.name(of: register)) is wrong at the \(atFault ? "fault" : "end")"
    case .error(let bit): "bit \(bit) of a restart's error code is inverted"
    case .addressAbove: "CR2 is the byte behind the operand"
    case .addressOfPage: "CR2 is the page's first byte"
    case .addressZero: "CR2 is 0"
    case .movesStack: "the stack pointer moves before the fault"
    case .losesProgress: "REP begins anew after a fault"
    case .countsTooMuch: "REP leaves an element out after a fault"
    case .writesHalf: "what is written before the fault stays"
    case .skips: "an instruction that faulted is left out"
    case .missesUpperPage: "an operand's second page is not looked at"
    case .faultsTwice: "a fault comes twice"
    case .endsOtherwise: "a double fault ends otherwise"
    case .forgetsAccessed: "a restarted access leaves A clear"
    case .forgetsDirty: "a restarted write leaves D clear"
    case .dirtiesWhatIsRead: "a restarted read sets D"
    case .losesWrite: "a restarted write is lost"
    }
  }
}

extension RestartExpectation {
  /// What a processor shows that is right, and does all in the order of the model.
  public var ideal: RestartObservation {
    let frames = faults.map { fault in
      let step = model.steps[fault.step]
      return RestartFrame(
        vector: 14, error: fault.error, faultAddress: fault.low, registers: step.registers,
        memory: step.memory)
    }
    let end = RestartFrame(
      vector: model.exception?.vector ?? Self.endingVector, error: model.exception?.error ?? 0,
      faultAddress: model.finalFaultAddress ?? faults.last?.low ?? 0, registers: endRegisters,
      memory: model.memory)
    var entries: [UInt32] = []
    for number in 0..<RestartPage.count {
      let entry = self.entries(of: RestartPage(number: number))
      entries += [entry.directory, entry.table]
    }
    return RestartObservation(faults: frames, end: end, entries: entries)
  }
}
