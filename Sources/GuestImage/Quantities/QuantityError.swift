/// A size or a time that cannot be read; `description` says what would be.
public struct QuantityError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The text to print.
  public let description: String

  init(_ text: String, _ problem: String) {
    description = "'\(text.printable)' \(problem)"
  }
}

/// A whole number with a unit after it.
struct Quantity {
  let number: UInt64
  let unit: Substring

  /// Splits `text` after its leading digits. Nil without any, or if they exceed
  /// 64 bits. No spaces, signs or fractions.
  init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isWholeNumber }
    guard let number = UInt64(digits) else { return nil }
    self.number = number
    unit = text[digits.endIndex...]
  }
}
