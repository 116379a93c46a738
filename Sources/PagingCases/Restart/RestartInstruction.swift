/// The instructions that the restart group interrupts. The order is part of the cases' numbers.
public enum RestartInstruction: UInt32, CaseIterable, Sendable {
  // Operands that are read.
  case load, loadZeroExtended, loadSignExtended, addFromMemory, compare, test, loadIfFalse
  case multiply, bitTest, boundsCheck
  // Operands that are written.
  case store, storeImmediate, storeSegment, storeGDTR, storeIDTR
  // Operands that are read and written, with LOCK or without.
  case addToMemory, increment, complement, negate, exchangeAdd, compareExchange
  case compareExchange8, bitSet, bitReset, bitComplement
  case exchange, shiftLeft
  // Strings, by themselves and with REP.
  case moveString, storeString, loadString, compareStrings, scanString
  // The stack.
  case push, pushImmediate, pushSegment, pushFlags, pushAll, pushMemory
  case enter, enterNested, enterAllocating
  case callRelative, callRegister, callMemory, callFar, callFarMemory
  case pop, popFlags, popAll, popMemory, popSegment, leave
  case returnNear, returnAndRelease, returnFar, returnToOuter, interruptReturn
  case interruptReturnToOuter
  // Other transfers, segments and tables.
  case jumpMemory, jumpFarMemory
  case loadDS, loadES, loadFS, loadGS, loadSS, loadSegmentFromMemory
  case loadFarDS, loadFarES, loadFarSS, loadFarFS, loadFarGS
  case loadAccessRights, loadLimit, verifyRead, verifyWrite
  case loadGDTR, loadIDTR, loadLDTR
  // Delivery, to ring 1.
  case callGate, softwareInterrupt, breakpoint, overflow
  case divideError, invalidOpcode, generalProtection, segmentNotPresent, boundRange
  case pageFault

  /// What of a case's number means something with an instruction.
  struct Traits {
    /// Whose two pages may lack something, and the other region's, if there is one.
    var primary: RestartRegion
    var secondary: RestartRegion?
    /// Bit n: an operand of 1 << n bytes. One bit where there is no choice.
    var sizes: UInt32 = 4
    /// Bit n: in ring n.
    var rings: UInt32 = 0b1001
    /// Whether LOCK or REP may stand before it.
    var hasPrefix = false
    /// Whether there are two of it: see ``RestartCase/isVariant``.
    var hasVariant = false
    /// Whether it goes elsewhere.
    var isTransfer = false
  }

  var traits: Traits {
    switch self {
    case .load, .addFromMemory, .compare, .test, .store, .storeImmediate, .addToMemory,
      .increment, .complement, .negate, .exchangeAdd, .exchange, .shiftLeft:
      Traits(primary: .data, sizes: 7, hasPrefix: isLockable)
    case .loadZeroExtended, .loadSignExtended: Traits(primary: .data, sizes: 3)
    case .loadIfFalse, .multiply: Traits(primary: .data, sizes: 6)
    case .bitTest, .bitSet, .bitReset, .bitComplement:
      Traits(primary: .data, sizes: 6, hasPrefix: isLockable, hasVariant: true)
    case .boundsCheck: Traits(primary: .data, sizes: 6, hasVariant: true)
    case .compareExchange:
      Traits(primary: .data, sizes: 7, hasPrefix: true, hasVariant: true)
    case .compareExchange8: Traits(primary: .data, sizes: 8, hasPrefix: true, hasVariant: true)
    case .storeSegment, .storeGDTR, .storeIDTR: Traits(primary: .data)
    case .moveString, .compareStrings:
      Traits(primary: .data, secondary: .source, sizes: 7, hasPrefix: true, hasVariant: true)
    case .storeString, .scanString:
      Traits(primary: .data, sizes: 7, hasPrefix: true, hasVariant: true)
    case .loadString: Traits(primary: .source, sizes: 7, hasPrefix: true, hasVariant: true)
    case .push, .pushImmediate, .pushSegment, .pushFlags, .pushAll, .pop, .popFlags, .popAll:
      Traits(primary: .stack, sizes: 6, rings: 0b1010)
    case .enter, .enterNested, .enterAllocating, .leave:
      Traits(primary: .stack, rings: 0b1010)
    case .pushMemory, .popMemory:
      Traits(primary: .data, secondary: .stack, sizes: 6, rings: 0b1010)
    case .callMemory, .callFarMemory:
      Traits(primary: .data, secondary: .stack, rings: 0b1010, isTransfer: true)
    case .callRelative, .callRegister, .callFar, .returnNear, .returnAndRelease:
      Traits(primary: .stack, rings: 0b1010, isTransfer: true)
    case .returnFar, .interruptReturn:
      Traits(primary: .stack, secondary: .descriptors, rings: 0b1000, isTransfer: true)
    case .returnToOuter, .interruptReturnToOuter:
      Traits(primary: .stack, secondary: .descriptors, rings: 0b0010, isTransfer: true)
    case .popSegment: Traits(primary: .stack, secondary: .descriptors, rings: 0b1010)
    case .jumpMemory: Traits(primary: .data, isTransfer: true)
    case .jumpFarMemory:
      Traits(primary: .data, secondary: .descriptors, rings: 0b1000, isTransfer: true)
    case .loadDS, .loadES, .loadFS, .loadGS, .loadAccessRights, .loadLimit, .verifyRead,
      .verifyWrite:
      Traits(primary: .descriptors, hasVariant: true)
    case .loadSS: Traits(primary: .descriptors, rings: 0b1010)
    case .loadSegmentFromMemory, .loadFarDS, .loadFarES, .loadFarFS, .loadFarGS:
      Traits(primary: .data, secondary: .descriptors)
    case .loadFarSS: Traits(primary: .data, secondary: .descriptors, rings: 0b1010)
    case .loadGDTR, .loadIDTR, .loadLDTR: Traits(primary: .data, rings: 0b0001)
    case .callGate:
      Traits(
        primary: .stack, secondary: .descriptors, rings: 0b1000, hasVariant: true,
        isTransfer: true)
    case .softwareInterrupt, .breakpoint, .overflow, .divideError, .invalidOpcode,
      .generalProtection, .segmentNotPresent, .boundRange, .pageFault:
      Traits(
        primary: .stack, secondary: .gates, rings: 0b1010, hasVariant: true, isTransfer: true)
    }
  }

  /// Whether the first operand is read and written and LOCK is allowed.
  var isLockable: Bool {
    switch self {
    case .addToMemory, .increment, .complement, .negate, .exchangeAdd, .compareExchange,
      .compareExchange8, .bitSet, .bitReset, .bitComplement, .exchange:
      true
    default: false
    }
  }

  var isString: Bool {
    switch self {
    case .moveString, .storeString, .loadString, .compareStrings, .scanString: true
    default: false
    }
  }

  /// Whether it writes more than one operand, some of which may be seen although it faulted.
  var writesSeveral: Bool {
    switch self {
    case .pushAll, .enter, .enterNested, .enterAllocating, .callFar, .callFarMemory, .storeGDTR,
      .storeIDTR, .callGate:
      true
    default: isDelivery
    }
  }

  /// Whether it goes to ring 1 by a gate.
  var isDelivery: Bool { traits.secondary == .gates || self == .callGate }

  /// The vector by whose gate it goes to ring 1.
  var vector: UInt32? {
    switch self {
    case .softwareInterrupt: 0x60
    case .breakpoint: 3
    case .overflow: 4
    case .divideError: 0
    case .invalidOpcode: 6
    case .generalProtection: 13
    case .segmentNotPresent: 11
    case .boundRange: 5
    case .pageFault: 14
    default: nil
    }
  }

  /// The error code that goes with the vector.
  var errorCode: UInt32? {
    switch self {
    case .generalProtection: 0
    case .segmentNotPresent: RestartSelector.notPresent & ~3
    case .pageFault: 0
    default: nil
    }
  }

  /// Where the IDT begins: below the region's boundary by this. The gates of exceptions that go to
  /// ring 1 lie on one page, the page fault's on the other.
  var gatesBelowBoundary: UInt32 { traits.secondary == .gates && vector != 0x60 ? 14 : 32 }

  /// The status flags that it leaves undefined.
  var undefinedFlags: UInt32 {
    switch self {
    case .test, .shiftLeft: RestartFlags.auxiliary
    case .multiply:
      RestartFlags.auxiliary | RestartFlags.zero | RestartFlags.sign | RestartFlags.parity
    case .bitTest, .bitSet, .bitReset, .bitComplement:
      RestartFlags.auxiliary | RestartFlags.overflow | RestartFlags.sign | RestartFlags.parity
    default: 0
    }
  }

  /// The bits of a register that it leaves defined: all but four of what LAR reads.
  func definedBits(of register: Int) -> UInt32 {
    self == .loadAccessRights && register == 1 ? 0xFFF0_FFFF : .max
  }
}
