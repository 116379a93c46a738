/// Interrupt and exception vectors. Source: SDM 3A, "Interrupt and Exception Vectors".
@frozen
public struct Vector: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// 0…255.
  public var rawValue: UInt8

  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  @inlinable
  public init(_ rawValue: UInt8) { self.rawValue = rawValue }

  /// #NM, device not available: CR0.TS stood before an x87 or SSE instruction.
  @inlinable public static var deviceNotAvailable: Vector { Vector(7) }
  /// #DF, double fault.
  @inlinable public static var doubleFault: Vector { Vector(8) }
  /// #PF, page fault.
  @inlinable public static var pageFault: Vector { Vector(14) }

  /// Whether the vector is one of the architecture's exceptions, 0…31.
  @inlinable public var isException: Bool { rawValue < 32 }
}

extension Vector: CustomStringConvertible {
  /// The SDM's mnemonic, or the number.
  public var description: String {
    switch rawValue {
    case 0: "#DE"
    case 1: "#DB"
    case 2: "NMI"
    case 3: "#BP"
    case 4: "#OF"
    case 5: "#BR"
    case 6: "#UD"
    case 7: "#NM"
    case 8: "#DF"
    case 9: "coprocessor segment overrun"
    case 10: "#TS"
    case 11: "#NP"
    case 12: "#SS"
    case 13: "#GP"
    case 14: "#PF"
    case 16: "#MF"
    case 17: "#AC"
    case 18: "#MC"
    case 19: "#XM"
    default: "vector \(rawValue)"
    }
  }
}
