extension BinaryInteger {
  /// The digits in groups of three: `20 134`.
  package var grouped: String {
    let digits = String(magnitude)
    var result = self < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(" ") }
      result.append(digit)
    }
    return result
  }

  /// `1 page`, `2 000 pages`.
  ///
  /// - Parameter plural: for words whose plural is not made by adding an s.
  func of(_ noun: String, _ plural: String? = nil) -> String {
    "\(grouped) \(self == 1 ? noun : plural ?? noun + "s")"
  }
}

extension Duration {
  /// `1.250 s`.
  var inWords: String {
    let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    let fraction = String(1000 + milliseconds % 1000).dropFirst()
    return "\((milliseconds / 1000).grouped).\(fraction) s"
  }
}

extension UInt64 {
  /// Nanoseconds as `1 234.5 µs`.
  var inMicroseconds: String {
    let tenths = (self + 50) / 100
    return "\((tenths / 10).grouped).\(tenths % 10) µs"
  }
}
