import I386

extension RestartCase {
  /// "restart:0x00000123", which `--filter` takes.
  public var identifier: String { "restart:\(hexadecimal(rawValue))" }

  /// The case in words.
  public var words: String {
    guard let instruction else { return "none" }
    let traits = instruction.traits
    var words = "ring \(ring): "
    if hasPrefix {
      words += !instruction.isString ? "LOCK " : instruction == .scanString ? "REPNE " : "REP "
    }
    words += "\(instruction.words)"
    if traits.sizes.nonzeroBitCount > 1 { words += ", \(8 * size) bits" }
    if isVariant { words += ", \(instruction.variantWords)" }
    if codePlace == 0 {
      if traits.primary != .descriptors { words += "; \(traits.primary.words) \(placeWords)" }
    } else {
      words += codePlace == 1 ? "; code across the pages" : "; goes on in the upper code page"
    }
    for page in 0..<6 as Range<UInt32> where lack(page) != .nothing {
      words += "; " + lackWords(page)
    }
    if lacksInDirectory { words += " (directory entry)" }
    return words
  }

  private var placeWords: StaticString {
    switch place {
    case 0: "in the lower page"
    case 1: "half in either page"
    case 2: "from the lower page's last byte"
    case 3: "in the upper page"
    default: "up to the upper page's first byte"
    }
  }

  private func lackWords(_ page: UInt32) -> String {
    let region =
      page >= 4 ? RestartRegion.code : page >= 2 ? secondary ?? .code : instruction?.traits.primary
    let bit: StaticString =
      switch lack(page) {
      case .nothing: "nothing"
      case .present: "P"
      case .writable: "W"
      case .user: "U"
      }
    return "the \(page & 1 == 0 ? "lower" : "upper") \((region ?? .code).words) page lacks \(bit)"
  }
}

extension RestartRegion {
  /// The region in words.
  var words: StaticString {
    switch self {
    case .data: "operand"
    case .source: "source"
    case .stack: "stack"
    case .code: "code"
    case .descriptors: "descriptor"
    case .taskState: "TSS"
    case .gates: "IDT"
    }
  }
}

extension RestartInstruction {
  /// What the other variant is.
  var variantWords: StaticString {
    switch self {
    case .moveString, .storeString, .loadString, .compareStrings, .scanString: "backward"
    case .bitTest, .bitSet, .bitReset, .bitComplement: "a bit below"
    case .boundsCheck: "out of bounds"
    case .compareExchange, .compareExchange8: "equal"
    case .loadDS, .loadES, .loadFS, .loadGS, .loadAccessRights, .loadLimit, .verifyRead,
      .verifyWrite:
      "accessed before"
    default: "by the TSS"
    }
  }

  /// The instruction in words.
  var words: StaticString {
    switch self {
    case .load: "MOV r,m"
    case .loadZeroExtended: "MOVZX r,m"
    case .loadSignExtended: "MOVSX r,m"
    case .addFromMemory: "ADD r,m"
    case .compare: "CMP r,m"
    case .test: "TEST m,r"
    case .loadIfFalse: "CMOVNC r,m with CF"
    case .multiply: "IMUL r,m"
    case .bitTest: "BT m,r"
    case .boundsCheck: "BOUND r,m"
    case .store: "MOV m,r"
    case .storeImmediate: "MOV m,imm"
    case .storeSegment: "MOV m,FS"
    case .storeGDTR: "SGDT m"
    case .storeIDTR: "SIDT m"
    case .addToMemory: "ADD m,r"
    case .increment: "INC m"
    case .complement: "NOT m"
    case .negate: "NEG m"
    case .exchangeAdd: "XADD m,r"
    case .compareExchange: "CMPXCHG m,r"
    case .compareExchange8: "CMPXCHG8B m"
    case .bitSet: "BTS m,r"
    case .bitReset: "BTR m,r"
    case .bitComplement: "BTC m,r"
    case .exchange: "XCHG m,r"
    case .shiftLeft: "SHL m,1"
    case .moveString: "MOVS"
    case .storeString: "STOS"
    case .loadString: "LODS"
    case .compareStrings: "CMPS"
    case .scanString: "SCAS"
    default: stackWords
    }
  }

  private var stackWords: StaticString {
    switch self {
    case .push: "PUSH r"
    case .pushImmediate: "PUSH imm"
    case .pushSegment: "PUSH FS of 16 bits"
    case .pushFlags: "PUSHF"
    case .pushAll: "PUSHA"
    case .pushMemory: "PUSH m"
    case .enter: "ENTER 0,0"
    case .enterNested: "ENTER 0,2"
    case .enterAllocating: "ENTER 64,0"
    case .callRelative: "CALL rel"
    case .callRegister: "CALL r"
    case .callMemory: "CALL m"
    case .callFar: "CALL far"
    case .callFarMemory: "CALL far m"
    case .pop: "POP r"
    case .popFlags: "POPF"
    case .popAll: "POPA"
    case .popMemory: "POP m"
    case .popSegment: "POP FS of 16 bits"
    case .leave: "LEAVE"
    case .returnNear: "RET"
    case .returnAndRelease: "RET 8"
    case .returnFar: "RET far"
    case .returnToOuter: "RET far to ring 3"
    case .interruptReturn: "IRET"
    case .interruptReturnToOuter: "IRET to ring 3"
    default: systemWords
    }
  }

  private var systemWords: StaticString {
    switch self {
    case .jumpMemory: "JMP m"
    case .jumpFarMemory: "JMP far m"
    case .loadDS: "MOV DS,r"
    case .loadES: "MOV ES,r"
    case .loadFS: "MOV FS,r by the LDT"
    case .loadGS: "MOV GS,r"
    case .loadSS: "MOV SS,r"
    case .loadSegmentFromMemory: "MOV FS,m"
    case .loadFarDS: "LDS"
    case .loadFarES: "LES"
    case .loadFarSS: "LSS"
    case .loadFarFS: "LFS"
    case .loadFarGS: "LGS"
    case .loadAccessRights: "LAR"
    case .loadLimit: "LSL"
    case .verifyRead: "VERR"
    case .verifyWrite: "VERW"
    case .loadGDTR: "LGDT"
    case .loadIDTR: "LIDT"
    case .loadLDTR: "LLDT"
    case .callGate: "CALL by a gate to ring 1"
    case .softwareInterrupt: "INT 60h to ring 1"
    case .breakpoint: "INT3 to ring 1"
    case .overflow: "INTO to ring 1"
    case .divideError: "#DE to ring 1"
    case .invalidOpcode: "#UD to ring 1"
    case .generalProtection: "#GP to ring 1"
    case .segmentNotPresent: "#NP to ring 1"
    case .boundRange: "#BR to ring 1"
    default: "#PF to ring 1"
    }
  }
}

extension RestartDifference {
  /// In what way a case differs, as known divergences name it: "fault CR2", "end ESP", "PTE^40".
  public var kind: String {
    switch place {
    case .faultCount: seen < expected ? "a fault is missing" : "a fault too many"
    case .faultError: "fault error^" + String(expected ^ seen, radix: 16)
    case .faultAddress:
      expected & ~0xFFF != seen & ~0xFFF
        ? "fault CR2 of another page" : seen < expected ? "fault CR2 below" : "fault CR2 above"
    case .faultRegister: "fault \(RestartRegisters.name(of: Int(index)))"
    case .faultMemory: "fault memory"
    case .endVector: "end vector"
    case .endError: "end error"
    case .endFaultAddress: "end CR2"
    case .endRegister: "end \(RestartRegisters.name(of: Int(index)))"
    case .endMemory: "end memory"
    case .directoryEntry: "PDE^" + String(expected ^ seen, radix: 16)
    case .tableEntry: "PTE^" + String(expected ^ seen, radix: 16)
    }
  }

  /// One side of it: "EAX 0x00000004 at the fault (bit 2)", the first wrong bit named.
  public func words(_ value: UInt32) -> String {
    switch place {
    // A count has no bits, and an address may be any of several.
    case .faultCount, .faultAddress: placeWords(value)
    default: placeWords(value) + " (bit \((expected ^ seen).trailingZeroBitCount))"
    }
  }

  private func placeWords(_ value: UInt32) -> String {
    let number = hexadecimal(value)
    return switch place {
    case .faultCount:
      "\(value) page \(value == 1 ? "fault" : "faults"), CR2 \(hexadecimal(index))"
    case .faultError: "page fault with error code \(number)"
    case .faultAddress: "CR2 \(number) at the fault"
    case .faultRegister: "\(RestartRegisters.name(of: Int(index))) \(number) at the fault"
    case .faultMemory: "\(number) at \(hexadecimal(index)) at the fault"
    case .endVector: "vector \(number) at the end"
    case .endError: "error code \(number) at the end"
    case .endFaultAddress: "CR2 \(number) at the end"
    case .endRegister: "\(RestartRegisters.name(of: Int(index))) \(number) at the end"
    case .endMemory: "\(number) at \(hexadecimal(index)) at the end"
    case .directoryEntry: "PDE \(number) of \(pageWords)"
    case .tableEntry: "PTE \(number) of \(pageWords)"
    }
  }

  private var pageWords: String {
    let page = RestartPage(number: index)
    return "the \(page.isUpper ? "upper" : "lower") \(page.region.words) page"
  }
}
