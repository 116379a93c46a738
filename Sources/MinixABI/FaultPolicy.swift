/// Which pages VM makes present when a process touches memory for the first time.
@frozen
public enum FaultPolicy: Equatable, Sendable, BitwiseCopyable {
  /// The faulting page only, as MINIX does.
  case exact
  /// Besides it up to so many absent neighbours in its region, 1 to ``neighbourLimit``.
  case around(UInt32)
  /// All of a region when it is made; of the stack, which nobody fills, the faulting page only.
  case eager

  /// The most neighbours: as many as a page table has other entries.
  @inlinable public static var neighbourLimit: UInt32 { 1023 }

  /// What can be asked for, for whoever has asked for something else.
  public static var knownNames: String { "exact, around:N and eager" }

  /// The policy that has a name, with a decimal number for `N`; nil if there is none.
  public init?(name: String) {
    switch name {
    case "exact": self = .exact
    case "eager": self = .eager
    default:
      let prefix = "around:"
      let digits = name.utf8.dropFirst(prefix.utf8.count)
      guard name.utf8.starts(with: prefix.utf8), digits.count <= 4,
        let count = Self.number(digits), count > 0, count <= Self.neighbourLimit
      else { return nil }
      self = .around(count)
    }
  }

  /// Digits only: no sign.
  private static func number(_ digits: Substring.UTF8View) -> UInt32? {
    guard !digits.isEmpty else { return nil }
    var sum: UInt32 = 0
    for digit in digits {
      guard digit >= 0x30, digit <= 0x39 else { return nil }
      sum = sum * 10 + UInt32(digit - 0x30)
    }
    return sum
  }

  /// The name on the command line and in the summary.
  public var name: String {
    switch self {
    case .exact: "exact"
    case .around(let count): "around:\(count)"
    case .eager: "eager"
    }
  }
}
