/// What an exception shows.
public struct RestartFrame: Equatable, Sendable {
  public var vector: UInt32
  public var error: UInt32
  public var faultAddress: UInt32
  public var registers: RestartRegisters
  /// The compared bytes.
  public var memory: [UInt8]

  public init(
    vector: UInt32, error: UInt32, faultAddress: UInt32, registers: RestartRegisters,
    memory: [UInt8]
  ) {
    self.vector = vector
    self.error = error
    self.faultAddress = faultAddress
    self.registers = registers
    self.memory = memory
  }
}

/// Everything that a trial shows.
public struct RestartObservation: Equatable, Sendable {
  /// The page faults, in their order.
  public var faults: [RestartFrame] = []
  /// How it ended.
  public var end: RestartFrame
  /// The directory and the table entry of each page, when all was done.
  public var entries: [UInt32]

  public init(faults: [RestartFrame], end: RestartFrame, entries: [UInt32]) {
    self.faults = faults
    self.end = end
    self.entries = entries
  }
}

/// The first thing that is not as it should be.
public struct RestartDifference: Hashable, Sendable {
  public enum Place: UInt32, Sendable {
    /// A page fault is missing, or one is too many: how many there were.
    case faultCount
    /// Of a page fault.
    case faultError, faultAddress, faultRegister, faultMemory
    /// Of the end.
    case endVector, endError, endFaultAddress, endRegister, endMemory
    case directoryEntry, tableEntry
  }

  public var place: Place
  /// Which register, which byte by its linear address, which page.
  public var index: UInt32
  /// Bits that may be either are as they were seen.
  public var expected: UInt32
  public var seen: UInt32

  /// - Parameter open: bits that may be either.
  init(
    _ place: Place, _ index: UInt32 = 0, _ expected: UInt32, _ seen: UInt32, open: UInt32 = 0
  ) {
    self.place = place
    self.index = index
    self.expected = (expected & ~open) | (seen & open)
    self.seen = seen
  }

  /// The difference as a message has it.
  public var words: [UInt32] { [place.rawValue, index, expected, seen] }

  public init?(words: ArraySlice<UInt32>) {
    guard words.count == 4, let first = words.first, let place = Place(rawValue: first) else {
      return nil
    }
    let start = words.startIndex
    self.init(place, words[start + 1], words[start + 2], words[start + 3])
  }
}

extension RestartExpectation {
  /// The first difference; nil if all is as it should be.
  public func difference(from seen: RestartObservation) -> RestartDifference? {
    var pending = faults
    for frame in seen.faults {
      guard let step = pending.first?.step else {
        return RestartDifference(
          .faultCount, frame.faultAddress, UInt32(faults.count), UInt32(seen.faults.count))
      }
      let candidates = pending.filter { $0.step == step }
      let fault = candidates.first { $0.page.linear == frame.faultAddress & ~0xFFF }
      guard let fault else {
        return RestartDifference(.faultAddress, 0, candidates[0].low, frame.faultAddress)
      }
      if let difference = difference(fault, frame) { return difference }
      pending.removeAll { $0 == fault }
    }
    guard pending.isEmpty else {
      return RestartDifference(
        .faultCount, pending[0].low, UInt32(faults.count), UInt32(seen.faults.count))
    }
    return endDifference(seen.end) ?? entryDifference(seen.entries)
  }

  private func difference(_ fault: RestartFault, _ frame: RestartFrame) -> RestartDifference? {
    guard (fault.low...fault.high).contains(frame.faultAddress) else {
      return RestartDifference(.faultAddress, 0, fault.low, frame.faultAddress)
    }
    if (fault.error ^ frame.error) & ~fault.openError != 0 {
      return RestartDifference(.faultError, 0, fault.error, frame.error, open: fault.openError)
    }
    let step = model.steps[fault.step]
    let wrong = wrongRegister(
      .faultRegister, step.registers, frame.registers, openFlags: step.openFlags)
    if let wrong { return wrong }
    // What is written one by one may be seen in part.
    let isLast = fault.step + 1 == model.steps.count
    let mayHave =
      model.shape.instruction?.writesSeveral == true
      ? isLast ? model.memory : model.steps[fault.step + 1].memory : step.memory
    for index in step.memory.indices
    where frame.memory[index] != step.memory[index] && frame.memory[index] != mayHave[index] {
      let linear = Self.linear(index)
      if model.openMemory.contains(linear) { continue }
      return RestartDifference(
        .faultMemory, linear, UInt32(step.memory[index]), UInt32(frame.memory[index]))
    }
    return nil
  }

  private func endDifference(_ frame: RestartFrame) -> RestartDifference? {
    let vector = model.exception?.vector ?? Self.endingVector
    if frame.vector != vector { return RestartDifference(.endVector, 0, vector, frame.vector) }
    let error = model.exception?.error ?? 0
    if frame.error != error { return RestartDifference(.endError, 0, error, frame.error) }
    if model.exception?.isAbort == true { return nil }
    if let address = model.finalFaultAddress, address != frame.faultAddress {
      return RestartDifference(.endFaultAddress, 0, address, frame.faultAddress)
    }
    let registers = endRegisters
    let open = model.shape.instruction?.undefinedFlags ?? 0
    let wrong = wrongRegister(.endRegister, registers, frame.registers, openFlags: open)
    if let wrong { return wrong }
    for index in model.memory.indices where frame.memory[index] != model.memory[index] {
      let linear = Self.linear(index)
      if model.openMemory.contains(linear) { continue }
      return RestartDifference(
        .endMemory, linear, UInt32(model.memory[index]), UInt32(frame.memory[index]))
    }
    return nil
  }

  private func entryDifference(_ seen: [UInt32]) -> RestartDifference? {
    if model.exception?.isAbort == true { return nil }
    for number in 0..<RestartPage.count {
      let page = RestartPage(number: number)
      guard Self.comparesEntries(of: page) else { continue }
      let expected = entries(of: page)
      let (directory, table) = (seen[Int(number) * 2], seen[Int(number) * 2 + 1])
      if (expected.directory ^ directory) & ~expected.openAccessed != 0 {
        return RestartDifference(
          .directoryEntry, number, expected.directory, directory, open: expected.openAccessed)
      }
      let open = expected.openAccessed | expected.openDirty
      if (expected.table ^ table) & ~open != 0 {
        return RestartDifference(.tableEntry, number, expected.table, table, open: open)
      }
    }
    return nil
  }

  /// The registers at the end. The last instruction is an INT, which goes on behind itself.
  var endRegisters: RestartRegisters {
    var registers = model.registers
    if model.exception == nil { registers.eip &+= UInt32(RestartCode.ending.count) }
    return registers
  }

  public static var endingVector: UInt32 { 0x30 }

  /// The first register that is wrong.
  ///
  /// - Parameter openFlags: flags that may be either.
  private func wrongRegister(
    _ place: RestartDifference.Place, _ expected: RestartRegisters, _ seen: RestartRegisters,
    openFlags: UInt32
  ) -> RestartDifference? {
    for index in 0..<RestartRegisters.count {
      let compared =
        index == RestartRegisters.eflagsIndex
        ? RestartRegisters.comparedFlags & ~openFlags
        : model.shape.instruction?.definedBits(of: index) ?? .max
      guard (expected[index] ^ seen[index]) & compared != 0 else { continue }
      return RestartDifference(
        place, UInt32(index), expected[index], seen[index], open: ~compared)
    }
    return nil
  }

  /// The linear address of a compared byte.
  static func linear(_ index: Int) -> UInt32 {
    let (region, offset) = UInt32(index).quotientAndRemainder(
      dividingBy: 2 * RestartRegion.reach)
    return (RestartRegion(rawValue: region) ?? .data).boundary &- RestartRegion.reach &+ offset
  }
}
