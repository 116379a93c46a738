/// What a case finds: registers and bytes.
public struct RestartSetUp {
  public private(set) var registers = RestartRegisters()
  /// The compared bytes: ``RestartRegion/reach`` below and above each boundary.
  public private(set) var memory: [UInt8]
  private let shape: RestartCase

  init(_ shape: RestartCase, _ code: RestartCode) {
    self.shape = shape
    let count = RestartRegion.compared.upperBound * 2 * RestartRegion.reach
    memory = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 >> 3 &+ 11) }
    storeDescriptors()
    store(code.bytes, at: code.start)
    store(RestartCode.ending, at: code.landing)
    setRegisters(code)
    setOperands(code)
  }

  private mutating func store(_ bytes: [UInt8], at linear: UInt32) {
    for (offset, byte) in bytes.enumerated() {
      if let index = RestartModel.index(of: linear &+ UInt32(offset)) { memory[index] = byte }
    }
  }

  private mutating func store(_ value: UInt32, _ byteCount: Int = 4, at linear: UInt32) {
    store(Array(RestartCode.word(value).prefix(byteCount)), at: linear)
  }

  private mutating func storeDescriptors() {
    let base = RestartRegion.descriptors.boundary
    let start = base &- RestartSelector.tableStart
    for (index, descriptor) in RestartDescriptors.global(shape).enumerated() {
      store(UInt32(truncatingIfNeeded: descriptor), at: start &+ UInt32(index) * 8)
      store(UInt32(descriptor >> 32), at: start &+ UInt32(index) * 8 &+ 4)
    }
  }

  private mutating func setRegisters(_ code: RestartCode) {
    registers.eax = 0x8122_3344
    registers.ecx = 0x0506_0708
    registers.edx = 0x79F5_A1B2
    registers.ebx = 0x1357_9BDF
    registers.ebp = 0x2468_ACE0
    registers.esi = RestartRegion.source.boundary &- 64
    registers.edi = RestartRegion.data.boundary &- 64
    registers.esp = shape.ring == 0 ? 0 : RestartRegion.stack.boundary &+ 96
    registers.eip = code.start
    // CF and bit 1; OF for the instruction that looks at it.
    registers.eflags = 0x003
    registers.cs = shape.codeSelector
    registers.ss =
      shape.ring == 3
      ? RestartSelector.userData
      : shape.ring == 1 ? RestartSelector.ring1Data : RestartSelector.kernelData
    registers.ds = RestartSelector.userData
    (registers.es, registers.fs, registers.gs) = (registers.ds, registers.ds, registers.ds)
  }

  /// Where the first region's bytes lie.
  private func first(_ region: RestartRegion) -> UInt32 {
    region.boundary &+ (RestartPlaces.offset(shape) ?? 0)
  }

  private mutating func setOperands(_ code: RestartCode) {
    guard let instruction = shape.instruction else { return }
    let traits = instruction.traits
    if traits.primary == .data { registers.edi = first(.data) }
    if instruction.isString { setStrings(instruction) }
    setStack(instruction, code)
    switch instruction {
    case .bitTest, .bitSet, .bitReset, .bitComplement:
      // Bit 5 of an operand eight bytes away.
      registers.edi = first(.data) &+ (shape.isVariant ? 8 : 0 &- 8)
      registers.eax = shape.isVariant ? 0 &- 59 : 69
    case .boundsCheck, .boundRange:
      if instruction == .boundRange { registers.edi = RestartRegion.data.boundary &+ 16 }
      let isOut = instruction == .boundRange || shape.isVariant
      let size = Int(shape.size)
      registers.eax = 10
      store(isOut ? 11 : 0 &- 5, size, at: registers.edi)
      store(12, size, at: registers.edi &+ shape.size)
    case .compareExchange, .compareExchange8: setComparison(instruction)
    case .loadGDTR, .loadIDTR:
      let (base, limit) = RestartDescriptors.register(instruction == .loadIDTR, of: shape)
      store(limit, 2, at: registers.edi)
      store(base, at: registers.edi &+ 2)
    case .loadLDTR: store(RestartSelector.localTable, 2, at: registers.edi)
    case .loadSegmentFromMemory: store(RestartSelector.freshData, 2, at: registers.edi)
    case .loadFarDS, .loadFarES, .loadFarFS, .loadFarGS, .loadFarSS:
      store(RestartRegion.stack.boundary &+ 32, at: registers.edi)
      let stack = shape.ring == 3 ? RestartSelector.freshData : RestartSelector.localRing1Data
      store(
        instruction == .loadFarSS ? stack : RestartSelector.freshData, 2, at: registers.edi &+ 4)
    case .jumpMemory, .callMemory: store(code.landing, at: registers.edi)
    case .jumpFarMemory, .callFarMemory:
      store(code.landing, at: registers.edi)
      store(
        instruction == .jumpFarMemory ? RestartSelector.farCode : shape.codeSelector, 2,
        at: registers.edi &+ 4)
    case .loadDS, .loadES, .loadFS, .loadGS, .loadAccessRights, .loadLimit, .verifyRead,
      .verifyWrite:
      registers.eax = shape.isVariant ? RestartSelector.usedData : RestartSelector.freshData
      if instruction == .loadFS { registers.eax = RestartSelector.localData }
    case .loadSS:
      registers.eax =
        shape.ring == 3 ? RestartSelector.freshData : RestartSelector.localRing1Data
    default: break
    }
  }

  private mutating func setStrings(_ instruction: RestartInstruction) {
    let size = shape.size
    let start = RestartPlaces.offset(shape) ?? 0
    // Source and destination reach their boundaries in different elements, if REP goes over both.
    let isSplit = shape.hasPrefix && (shape.place == 1 || shape.place == 2)
    registers.edi = RestartRegion.data.boundary &+ start
    registers.esi = RestartRegion.source.boundary &+ start
    if isSplit, instruction != .loadString { registers.esi &+= size }
    if shape.hasPrefix { registers.ecx = RestartPlaces.repeats }
    let bytes = shape.hasPrefix ? size * RestartPlaces.repeats : size
    if instruction == .compareStrings {
      // All elements but the last are alike.
      for byte in 0..<bytes {
        let isLast =
          shape.isVariant ? byte < size : byte >= bytes &- size
        let value = UInt32(byte) &* 29 &+ 3
        store(value, 1, at: registers.edi &+ byte)
        store(isLast ? ~value : value, 1, at: registers.esi &+ byte)
      }
    }
    if shape.isVariant {
      registers.eflags |= RestartFlags.direction
      registers.edi &+= bytes &- size
      registers.esi &+= bytes &- size
    }
  }

  private mutating func setComparison(_ instruction: RestartInstruction) {
    if instruction == .compareExchange8 {
      store(0x1111_2222, at: registers.edi)
      store(0x3333_4444, at: registers.edi &+ 4)
      registers.eax = 0x1111_2222
      registers.edx = shape.isVariant ? 0x3333_4444 : 0x3333_4440
    } else {
      store(0x8122_3344, Int(shape.size), at: registers.edi)
      if !shape.isVariant { registers.eax ^= 0x55 }
    }
  }

  private mutating func setStack(_ instruction: RestartInstruction, _ code: RestartCode) {
    guard instruction.traits.primary == .stack || instruction.traits.secondary == .stack else {
      return
    }
    let isFirst = instruction.traits.primary == .stack
    let count =
      isFirst ? RestartPlaces.byteCount(shape) : instruction.secondStackByteCount(shape.size)
    let start =
      isFirst
      ? first(.stack)
      : RestartRegion.stack.boundary &+ RestartPlaces.secondStackOffset(shape, count)
    switch instruction {
    case .pop, .popFlags, .popAll, .popMemory, .popSegment, .leave, .returnNear, .returnAndRelease,
      .returnFar, .returnToOuter, .interruptReturn, .interruptReturnToOuter:
      registers.esp = start
    default: registers.esp = start &+ count
    }
    switch instruction {
    case .leave:
      registers.ebp = start
      registers.esp = RestartRegion.stack.boundary &- 100
    case .enterNested: registers.ebp = RestartRegion.stack.boundary &+ 64
    case .callRegister: registers.eax = code.landing
    case .popFlags: store(0x0000_0A97, Int(shape.size), at: start)
    case .popSegment: store(RestartSelector.freshData, 2, at: start)
    case .returnNear, .returnAndRelease: store(code.landing, at: start)
    case .returnFar, .returnToOuter, .interruptReturn, .interruptReturnToOuter:
      setReturn(instruction, code, start)
    case .overflow: registers.eflags |= RestartFlags.overflow
    case .divideError: registers.ecx = 0
    case .segmentNotPresent: registers.eax = RestartSelector.notPresent
    case .pageFault: registers.edi = RestartModel.nowhere
    default: break
    }
    // From ring 3 the stack that is written is ring 1's own.
    if instruction.isDelivery, shape.ring == 3 {
      registers.esp = RestartRegion.source.boundary &+ 96
    }
  }

  private mutating func setReturn(
    _ instruction: RestartInstruction, _ code: RestartCode, _ start: UInt32
  ) {
    store(code.landing, at: start)
    store(RestartSelector.farCode, at: start &+ 4)
    let isInterrupt = instruction == .interruptReturn || instruction == .interruptReturnToOuter
    if isInterrupt { store(0x0000_0897, at: start &+ 8) }
    if shape.ring == 1 {
      let outer = start &+ (isInterrupt ? 12 : 8)
      store(RestartRegion.source.boundary &+ 96, at: outer)
      store(RestartSelector.userData, at: outer &+ 4)
    }
  }
}

extension RestartInstruction {
  /// How much of the stack an instruction uses whose first operand is in memory.
  func secondStackByteCount(_ size: UInt32) -> UInt32 {
    self == .callFarMemory ? 8 : self == .callMemory ? 4 : size
  }
}

extension RestartCase {
  /// CS before the instruction.
  var codeSelector: UInt32 {
    switch ring {
    case 0: RestartSelector.kernelCode
    case 1: RestartSelector.ring1Code
    default: RestartSelector.userCode
    }
  }

  /// The address behind the instruction, or where it goes.
  public var next: UInt32 { RestartCode(self).landing }

  /// What the TSS says of ring 1's stack: deliveries from ring 3 use it.
  public var ring1Stack: UInt32 {
    RestartRegion.stack.boundary &+ (RestartPlaces.offset(self) ?? 0)
      &+ RestartPlaces.byteCount(self)
  }
}
