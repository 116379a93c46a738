extension RestartModel {
  /// A string instruction: with REP a step for each element, and what it has done stays done.
  mutating func executeString(_ instruction: RestartInstruction) {
    let next = registers.eip &+ UInt32(code.bytes.count)
    guard shape.hasPrefix else {
      registers.eip = next
      element(instruction)
      return
    }
    let compares = instruction == .compareStrings || instruction == .scanString
    while registers.ecx != 0 {
      element(instruction)
      registers.ecx &-= 1
      let isEqual = registers.eflags & RestartFlags.zero != 0
      // REPE goes on while elements are alike, REPNE while they aren't.
      if compares, isEqual != (instruction == .compareStrings) { break }
      if registers.ecx == 0 { break }
      endStep()
      if compares { leaveOpen(flags: RestartFlags.status) }
    }
    registers.eip = next
  }

  private mutating func element(_ instruction: RestartInstruction) {
    let stride = registers.eflags & RestartFlags.direction != 0 ? 0 &- size : size
    let (source, destination) = (registers.esi, registers.edi)
    switch instruction {
    case .moveString: write(read(source, size), destination, size)
    case .storeString: write(registers.eax, destination, size)
    case .loadString: registers.eax = merged(registers.eax, read(source, size))
    case .compareStrings:
      let value = read(source, size)
      setStatus(RestartFlags.ofDifference(value, read(destination, size), size))
    default:
      setStatus(RestartFlags.ofDifference(registers.eax, read(destination, size), size))
    }
    if instruction != .storeString, instruction != .scanString { registers.esi &+= stride }
    if instruction != .loadString { registers.edi &+= stride }
  }
}
