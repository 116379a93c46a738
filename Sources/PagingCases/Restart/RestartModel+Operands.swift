extension RestartModel {
  /// Plays the instruction.
  mutating func execute() {
    guard let instruction = shape.instruction else { return }
    if instruction.isString {
      executeString(instruction)
    } else if instruction.isDelivery {
      deliver(instruction)
    } else {
      registers.eip &+= UInt32(code.bytes.count)
      executeReading(instruction)
    }
    if exception == nil { endStep() }
  }

  /// EAX and the like get the operand, and nothing is written.
  private mutating func executeReading(_ instruction: RestartInstruction) {
    switch instruction {
    case .load: registers.eax = merged(registers.eax, operand())
    case .loadZeroExtended: registers.eax = operand()
    case .loadSignExtended:
      let value = operand()
      registers.eax =
        value & RestartFlags.signBit(size) != 0 ? value | ~RestartFlags.mask(size) : value
    case .addFromMemory:
      let value = operand()
      setStatus(RestartFlags.ofSum(registers.eax, value, size))
      registers.eax = merged(registers.eax, registers.eax &+ value)
    case .compare: setStatus(RestartFlags.ofDifference(registers.eax, operand(), size))
    case .test: setStatus(RestartFlags.ofResult(registers.eax & operand(), size))
    // CF is set: nothing is moved, but the operand is read.
    case .loadIfFalse: _ = operand()
    case .multiply: multiply()
    case .bitTest, .bitSet, .bitReset, .bitComplement: bit(instruction)
    case .boundsCheck: checkBounds()
    default: executeWriting(instruction)
    }
  }

  private mutating func executeWriting(_ instruction: RestartInstruction) {
    let (eax, place) = (registers.eax, registers.edi)
    switch instruction {
    case .store: write(eax, place, size)
    case .storeImmediate: write(Self.immediate, place, size)
    case .storeSegment: write(registers.fs, place, 2)
    case .storeGDTR, .storeIDTR:
      let (base, limit) = RestartDescriptors.register(instruction == .storeIDTR, of: shape)
      write(limit, place, 2)
      write(base, place &+ 2, 4)
    case .addToMemory:
      setStatus(RestartFlags.ofSum(peek(place, size), eax, size))
      update(at: place) { $0 &+ eax }
    case .increment:
      let carry = registers.eflags & RestartFlags.carry
      setStatus(RestartFlags.ofSum(peek(place, size), 1, size) & ~RestartFlags.carry | carry)
      update(at: place) { $0 &+ 1 }
    case .complement: update(at: place) { ~$0 }
    case .negate:
      setStatus(RestartFlags.ofDifference(0, peek(place, size), size))
      update(at: place) { 0 &- $0 }
    case .exchangeAdd:
      let old = peek(place, size)
      setStatus(RestartFlags.ofSum(old, eax, size))
      update(at: place) { $0 &+ eax }
      registers.eax = merged(eax, old)
    case .exchange:
      let old = peek(place, size)
      update(at: place) { _ in eax }
      registers.eax = merged(eax, old)
    case .shiftLeft: shiftLeft()
    case .compareExchange: compareExchange()
    case .compareExchange8: compareExchange8()
    default: executeOnStack(instruction)
    }
  }

  private mutating func multiply() {
    func signed(_ value: UInt32) -> Int64 {
      size == 2
        ? Int64(Int16(truncatingIfNeeded: value)) : Int64(Int32(truncatingIfNeeded: value))
    }
    let product = signed(registers.eax) * signed(operand())
    let result = UInt32(truncatingIfNeeded: product)
    let isTooLarge = signed(result) != product
    setStatus(isTooLarge ? RestartFlags.carry | RestartFlags.overflow : 0)
    registers.eax = merged(registers.eax, result)
  }

  /// BT and its kin, by an offset in a register that reaches another operand.
  private mutating func bit(_ instruction: RestartInstruction) {
    let place = registers.edi &+ (shape.isVariant ? 0 &- 8 : 8)
    let bit: UInt32 = 1 << (registers.eax & (size * 8 - 1))
    let isSet = peek(place, size) & bit != 0
    switch instruction {
    case .bitTest: touch(place, size, .read)
    case .bitSet: update(at: place) { $0 | bit }
    case .bitReset: update(at: place) { $0 & ~bit }
    default: update(at: place) { $0 ^ bit }
    }
    registers.eflags = registers.eflags & ~RestartFlags.carry | (isSet ? RestartFlags.carry : 0)
  }

  private mutating func checkBounds() {
    _ = operand()
    _ = read(registers.edi &+ size, size)
    guard shape.isVariant else { return }
    // The bounds are read, and then it is another exception that begins the instruction anew.
    registers.eip = code.start
    endStep()
    raise(5)
  }

  private mutating func shiftLeft() {
    let old = peek(registers.edi, size)
    let result = old << 1
    let carry = old & RestartFlags.signBit(size) != 0
    let sign = result & RestartFlags.signBit(size) != 0
    setStatus(
      RestartFlags.ofResult(result, size) | (carry ? RestartFlags.carry : 0)
        | (carry != sign ? RestartFlags.overflow : 0))
    update(at: registers.edi) { $0 << 1 }
  }

  /// The destination is written in any case.
  private mutating func compareExchange() {
    let (eax, ecx) = (registers.eax, registers.ecx)
    let old = peek(registers.edi, size)
    setStatus(RestartFlags.ofDifference(eax, old, size))
    if (old ^ eax) & RestartFlags.mask(size) == 0 {
      update(at: registers.edi) { _ in ecx }
    } else {
      update(at: registers.edi) { $0 }
      registers.eax = merged(eax, old)
    }
  }

  private mutating func compareExchange8() {
    let place = registers.edi
    touch(place, 8, .readAndWrite)
    let (low, high) = (peek(place, 4), peek(place &+ 4, 4))
    if low == registers.eax, high == registers.edx {
      poke(registers.ebx, place, 4)
      poke(registers.ecx, place &+ 4, 4)
      registers.eflags |= RestartFlags.zero
    } else {
      (registers.eax, registers.edx) = (low, high)
      registers.eflags &= ~RestartFlags.zero
    }
  }
}
