extension String {
  /// The text with control characters spelled as `\u{…}`, so that a hostile file
  /// name or key cannot break a message into lines or drive the terminal.
  package var printable: String {
    guard unicodeScalars.contains(where: \.isControl) else { return self }
    var result = ""
    for scalar in unicodeScalars {
      if scalar.isControl {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// What follows the last slash: the base name of a path.
  var lastPathComponent: String {
    split(separator: "/").last.map(String.init) ?? self
  }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool {
    properties.generalCategory == .control || value == 0x2028 || value == 0x2029
  }
}
