/// A length of time as people write it: `30s`, `500ms`, `2m`, `1h`.
public struct TimeSpan: Hashable, Comparable, Sendable {
  /// The length in milliseconds; as nanoseconds it still fits `Int64`.
  public let milliseconds: Int64

  /// The length for Swift's clocks.
  public var duration: Duration { .milliseconds(milliseconds) }

  /// Reads a whole number of ms, s, m or h; more than zero. The unit is required:
  /// a bare number has been taken for seconds and for milliseconds.
  public init(_ text: String) throws(QuantityError) {
    let examples = "write for example 30s, 500ms or 2m"
    guard let quantity = Quantity(text) else {
      throw QuantityError(text, "is not a time; \(examples)")
    }
    guard !quantity.unit.isEmpty else {
      throw QuantityError(text, "has no unit; \(examples)")
    }
    guard let factor = Self.factors[String(quantity.unit)] else {
      throw QuantityError(
        text, "has the unknown unit '\(String(quantity.unit).printable)'; \(examples)")
    }
    let (milliseconds, overflow) = quantity.number.multipliedReportingOverflow(by: factor)
    guard !overflow, milliseconds <= UInt64(Int64.max / 1_000_000) else {
      throw QuantityError(text, "is more than 292 years; \(examples)")
    }
    guard milliseconds > 0 else { throw QuantityError(text, "is no time at all; \(examples)") }
    self.milliseconds = Int64(milliseconds)
  }

  private static let factors: [String: UInt64] = [
    "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000,
  ]

  /// The shorter time is less.
  public static func < (left: TimeSpan, right: TimeSpan) -> Bool {
    left.milliseconds < right.milliseconds
  }
}

extension TimeSpan: CustomStringConvertible {
  /// In the largest unit that makes a whole number: `30s`.
  public var description: String {
    for (unit, factor) in [("h", 3_600_000), ("m", 60_000), ("s", 1000)] as [(String, Int64)]
    where milliseconds % factor == 0 {
      return "\(milliseconds / factor)\(unit)"
    }
    return "\(milliseconds)ms"
  }
}
