/// A set of capabilities as /proc prints it: bit n is capability n.
public struct CapabilitySet: OptionSet, Hashable, Sendable {
  /// The mask.
  public let rawValue: UInt64

  /// Takes a mask.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Reads the sixteen hexadecimal digits of a status file.
  init?(hexadecimal text: some StringProtocol) {
    guard let mask = UInt64(text, radix: 16) else { return nil }
    self.init(rawValue: mask)
  }

  /// The capabilities' numbers in rising order.
  public var numbers: [Int] {
    (0..<UInt64.bitWidth).filter { rawValue & (1 << UInt64($0)) != 0 }
  }

  /// The capabilities' names in the order of their numbers, as in "cap_sys_admin".
  public var names: [String] { numbers.map(CapabilityNames.name(of:)) }
}
