/// Where the operands of the restart group's instructions lie.
enum RestartPlaces {
  /// How many elements a string has that REP goes through.
  static var repeats: UInt32 { 6 }

  /// The bytes of the first region that an instruction uses.
  static func byteCount(_ shape: RestartCase) -> UInt32 {
    guard let instruction = shape.instruction else { return 0 }
    let size = shape.size
    switch instruction {
    case .boundsCheck: return 2 * size
    case .storeSegment, .loadSegmentFromMemory, .loadLDTR, .pushSegment, .popSegment: return 2
    case .storeGDTR, .storeIDTR, .loadGDTR, .loadIDTR, .jumpFarMemory, .callFarMemory, .loadFarDS,
      .loadFarES, .loadFarFS, .loadFarGS, .loadFarSS:
      return 6
    case .pushAll, .popAll: return 8 * size
    case .enterNested, .interruptReturn: return 12
    case .callFar, .returnFar: return 8
    case .returnToOuter, .callGate: return 16
    case .interruptReturnToOuter: return 20
    default: break
    }
    if instruction.isDelivery {
      return (shape.ring == 3 ? 20 : 12) + (instruction.errorCode == nil ? 0 : 4)
    }
    return instruction.isString && shape.hasPrefix ? size * repeats : size
  }

  /// Where those bytes begin, seen from the boundary; nil where the place means nothing.
  static func offset(_ shape: RestartCase) -> UInt32? {
    guard let instruction = shape.instruction else { return nil }
    // Descriptors lie where they lie, and an allocation goes from the upper page to the lower.
    if instruction.traits.primary == .descriptors || instruction == .enterAllocating {
      return shape.place == 0 ? 0 : nil
    }
    let count = byteCount(shape)
    let isRepeated = instruction.isString && shape.hasPrefix
    // Of a bit's operand a processor may leave alone the bytes that don't hold the bit, and of a far
    // transfer's the upper half of a selector's slot.
    let isBit = instruction.undefinedFlags & RestartFlags.overflow != 0
    let endsInSelector = instruction.isDelivery || instruction.isFarOnStack
    switch shape.place {
    case 0: return 0 &- count
    case 1 where !isBit && count > 1:
      if isRepeated { return 0 &- shape.size * (repeats / 2) }
      return 0 &- (count >= 8 ? count / 2 & ~3 : count / 2)
    case 2 where !isBit && count > 2:
      if isRepeated { return shape.size > 1 ? 1 &- shape.size * (repeats / 2) : nil }
      return 0 &- 1
    case 3: return 0
    case 4 where !isBit && !isRepeated && !endsInSelector && count > 3: return 1 &- count
    default: return nil
    }
  }

  /// Where the bytes of the stack begin, if the first operand is in memory.
  static func secondStackOffset(_ shape: RestartCase, _ count: UInt32) -> UInt32 {
    switch shape.place {
    case 0: 0 &- count
    case 1: 0 &- count / 2
    case 2: 0 &- 1
    default: 0
    }
  }

  /// Whether the place means something, and something else than a lower one.
  static func isDistinct(_ shape: RestartCase) -> Bool {
    guard let own = offset(shape) else { return false }
    for place in 0..<shape.place {
      let other = RestartCase(rawValue: shape.rawValue & ~(7 << 13) | place << 13)
      if offset(other) == own { return false }
    }
    return true
  }
}

extension RestartInstruction {
  /// Whether the highest slot that it uses on the stack holds a selector.
  var isFarOnStack: Bool {
    switch self {
    case .callFar, .callFarMemory, .returnFar, .returnToOuter, .interruptReturnToOuter: true
    default: false
    }
  }
}
