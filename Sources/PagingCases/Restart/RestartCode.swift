/// The machine code of a case: the instruction, and where it lies.
struct RestartCode {
  /// The instruction; where the trial ends stands behind it or at ``landing``.
  let bytes: [UInt8]
  /// The linear address of its first byte.
  let start: UInt32
  /// Where it goes on when all is done.
  let landing: UInt32

  /// `int` with the vector by which a trial ends, where the instruction goes on.
  static var ending: [UInt8] { [0xCD, 0x30] }

  init(_ shape: RestartCase) {
    let boundary = RestartRegion.code.boundary
    start = boundary &- (shape.codePlace == 1 ? 1 : 96)
    let elsewhere = shape.codePlace == 2 ? boundary &+ 32 : boundary &- 32
    var bytes = Self.instruction(shape)
    let isTransfer = shape.instruction?.traits.isTransfer ?? false
    landing = isTransfer ? elsewhere : start &+ UInt32(bytes.count)
    // Transfers whose code says where they go.
    switch shape.instruction {
    case .callRelative: bytes += Self.word(landing &- (start &+ 5))
    case .callFar: bytes += Self.word(landing) + Self.word(shape.codeSelector).prefix(2)
    default: break
    }
    self.bytes = bytes
  }

  static func word(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// The instruction as far as it does not depend on where it lies. The operand is at EDI.
  private static func instruction(_ shape: RestartCase) -> [UInt8] {
    guard let instruction = shape.instruction else { return [] }
    var bytes: [UInt8] = []
    if shape.hasPrefix {
      bytes.append(
        !instruction.isString ? 0xF0 : instruction == .scanString ? 0xF2 : 0xF3)
    }
    if shape.size == 2, instruction.hasOperandSize { bytes.append(0x66) }
    // Opcodes of byte operands lie below those of words.
    let wide: UInt8 = shape.size == 1 ? 0 : 1
    switch instruction {
    case .load: bytes += [0x8A + wide, 0x07]
    case .loadZeroExtended: bytes += [0x0F, 0xB6 + wide, 0x07]
    case .loadSignExtended: bytes += [0x0F, 0xBE + wide, 0x07]
    case .addFromMemory: bytes += [0x02 + wide, 0x07]
    case .compare: bytes += [0x3A + wide, 0x07]
    case .test: bytes += [0x84 + wide, 0x07]
    case .loadIfFalse: bytes += [0x0F, 0x43, 0x07]
    case .multiply: bytes += [0x0F, 0xAF, 0x07]
    case .bitTest: bytes += [0x0F, 0xA3, 0x07]
    case .boundsCheck: bytes += [0x62, 0x07]
    case .store: bytes += [0x88 + wide, 0x07]
    case .storeImmediate:
      bytes += [0xC6 + wide, 0x07] + word(RestartModel.immediate).prefix(Int(shape.size))
    case .storeSegment: bytes += [0x8C, 0x27]
    case .storeGDTR: bytes += [0x0F, 0x01, 0x07]
    case .storeIDTR: bytes += [0x0F, 0x01, 0x0F]
    case .addToMemory: bytes += [0x00 + wide, 0x07]
    case .increment: bytes += [0xFE + wide, 0x07]
    case .complement: bytes += [0xF6 + wide, 0x17]
    case .negate: bytes += [0xF6 + wide, 0x1F]
    case .exchangeAdd: bytes += [0x0F, 0xC0 + wide, 0x07]
    case .compareExchange: bytes += [0x0F, 0xB0 + wide, 0x0F]
    case .compareExchange8: bytes += [0x0F, 0xC7, 0x0F]
    case .bitSet: bytes += [0x0F, 0xAB, 0x07]
    case .bitReset: bytes += [0x0F, 0xB3, 0x07]
    case .bitComplement: bytes += [0x0F, 0xBB, 0x07]
    case .exchange: bytes += [0x86 + wide, 0x07]
    case .shiftLeft: bytes += [0xD0 + wide, 0x27]
    case .moveString: bytes.append(0xA4 + wide)
    case .storeString: bytes.append(0xAA + wide)
    case .loadString: bytes.append(0xAC + wide)
    case .compareStrings: bytes.append(0xA6 + wide)
    case .scanString: bytes.append(0xAE + wide)
    default: bytes += stackAndSystem(instruction, shape)
    }
    return bytes
  }

  private static func stackAndSystem(
    _ instruction: RestartInstruction, _ shape: RestartCase
  ) -> [UInt8] {
    switch instruction {
    case .push: [0x50]
    case .pushImmediate: [0x68] + word(RestartModel.immediate).prefix(Int(shape.size))
    case .pushSegment: [0x66, 0x0F, 0xA0]
    case .pushFlags: [0x9C]
    case .pushAll: [0x60]
    case .pushMemory: [0xFF, 0x37]
    case .enter: [0xC8, 0, 0, 0]
    case .enterNested: [0xC8, 0, 0, 2]
    case .enterAllocating: [0xC8, UInt8(RestartModel.allocation), 0, 0]
    case .callRelative: [0xE8]
    case .callRegister: [0xFF, 0xD0]
    case .callMemory: [0xFF, 0x17]
    case .callFar: [0x9A]
    case .callFarMemory: [0xFF, 0x1F]
    case .pop: [0x59]
    case .popFlags: [0x9D]
    case .popAll: [0x61]
    case .popMemory: [0x8F, 0x07]
    case .popSegment: [0x66, 0x0F, 0xA1]
    case .leave: [0xC9]
    case .returnNear: [0xC3]
    case .returnAndRelease: [0xC2, 8, 0]
    case .returnFar, .returnToOuter: [0xCB]
    case .interruptReturn, .interruptReturnToOuter: [0xCF]
    case .jumpMemory: [0xFF, 0x27]
    case .jumpFarMemory: [0xFF, 0x2F]
    case .loadDS: [0x8E, 0xD8]
    case .loadES: [0x8E, 0xC0]
    case .loadFS: [0x8E, 0xE0]
    case .loadGS: [0x8E, 0xE8]
    case .loadSS: [0x8E, 0xD0]
    case .loadSegmentFromMemory: [0x8E, 0x27]
    case .loadFarDS: [0xC5, 0x07]
    case .loadFarES: [0xC4, 0x07]
    case .loadFarSS: [0x0F, 0xB2, 0x27]
    case .loadFarFS: [0x0F, 0xB4, 0x07]
    case .loadFarGS: [0x0F, 0xB5, 0x07]
    case .loadAccessRights: [0x0F, 0x02, 0xC8]
    case .loadLimit: [0x0F, 0x03, 0xC8]
    case .verifyRead: [0x0F, 0x00, 0xE0]
    case .verifyWrite: [0x0F, 0x00, 0xE8]
    case .loadGDTR: [0x0F, 0x01, 0x17]
    case .loadIDTR: [0x0F, 0x01, 0x1F]
    case .loadLDTR: [0x0F, 0x00, 0x17]
    case .callGate: [0x9A, 0, 0, 0, 0, UInt8(RestartSelector.callGate), 0]
    case .softwareInterrupt: [0xCD, 0x60]
    case .breakpoint: [0xCC]
    case .overflow: [0xCE]
    case .divideError: [0xF7, 0xF1]
    case .invalidOpcode: [0x0F, 0x0B]
    case .generalProtection: [0xF4]
    case .segmentNotPresent: [0x8E, 0xC0]
    case .boundRange: [0x62, 0x07]
    case .pageFault: [0x8B, 0x07]
    default: []
    }
  }
}

extension RestartInstruction {
  /// Whether a prefix makes its operand 16 bits.
  var hasOperandSize: Bool {
    switch self {
    case .loadZeroExtended, .loadSignExtended: false
    default: traits.sizes & 2 != 0
    }
  }
}
