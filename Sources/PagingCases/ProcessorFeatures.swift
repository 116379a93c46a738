/// What the processor has, as CPUID says.
public struct ProcessorFeatures: Hashable, Sendable {
  /// The bits that follow.
  public var rawValue: UInt32
  /// See ``/I386/PagingMode/physicalAddressBits``.
  public var physicalAddressBits: UInt32

  public static var pageSizeExtensions: UInt32 { 1 }
  public static var globalPages: UInt32 { 2 }
  public static var smep: UInt32 { 4 }
  public static var smap: UInt32 { 8 }

  public init(rawValue: UInt32, physicalAddressBits: UInt32) {
    self.rawValue = rawValue
    self.physicalAddressBits = physicalAddressBits
  }

  /// Asks the processor. Source: SDM 2A, "CPUID".
  ///
  /// - Parameter cpuid: fills EAX, EBX, ECX and EDX for a leaf.
  public init(cpuid: (UInt32, inout (UInt32, UInt32, UInt32, UInt32)) -> Void) {
    var registers: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    func ask(_ leaf: UInt32) -> (UInt32, UInt32, UInt32, UInt32) {
      registers = (0, 0, 0, 0)
      cpuid(leaf, &registers)
      return registers
    }
    rawValue = 0
    physicalAddressBits = 32
    let leaves = ask(0).0
    guard leaves >= 1 else { return }
    let features = ask(1).3
    if features & 1 << 3 != 0 { rawValue |= Self.pageSizeExtensions }
    if features & 1 << 13 != 0 { rawValue |= Self.globalPages }
    if leaves >= 7 {
      let structured = ask(7).1
      if structured & 1 << 7 != 0 { rawValue |= Self.smep }
      if structured & 1 << 20 != 0 { rawValue |= Self.smap }
    }
    if features & 1 << 17 != 0 {
      physicalAddressBits = ask(0x8000_0000).0 >= 0x8000_0008 ? ask(0x8000_0008).0 & 0xFF : 36
    }
  }

  public func has(_ bit: UInt32) -> Bool { rawValue & bit != 0 }

  /// Whether a case of the matrix can be made at all here.
  public func allows(_ matrixCase: MatrixCase) -> Bool {
    (has(Self.smep) || !matrixCase.has(MatrixControls.smep))
      && (has(Self.smap) || !matrixCase.has(MatrixControls.smap))
      && (has(Self.pageSizeExtensions) || !matrixCase.has(MatrixControls.pageSizeExtensions))
  }

  /// "PSE PGE SMEP SMAP, 40-bit physical addresses".
  public var words: String {
    var names = ""
    for (bit, name) in [
      (Self.pageSizeExtensions, "PSE "), (Self.globalPages, "PGE "), (Self.smep, "SMEP "),
      (Self.smap, "SMAP "),
    ] where has(bit) {
      names += name
    }
    return names + "with \(physicalAddressBits)-bit physical addresses"
  }
}
