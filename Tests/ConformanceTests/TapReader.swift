import Testing

/// TAP as a harness reads it: a version, a plan, comments, and as many points as the plan says, numbered.
struct TapReader {
  struct Point {
    let isGood: Bool
    let words: String
    /// What follows a # that is not escaped.
    let directive: String?
  }

  var points: [Point] = []

  init(_ text: String) throws {
    // A comment may stand anywhere, indented too.
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
      .filter { !$0.drop { $0 == " " }.hasPrefix("#") }
    #expect(lines.first == "TAP version 14")
    var plan: [String] = []
    for line in lines.dropFirst() {
      if line.hasPrefix("1..") {
        plan.append(line)
        continue
      }
      let point = try #require(try /(not )?ok (\d+) - (.*)/.wholeMatch(in: line), "\(line)").output
      #expect(point.2 == "\(points.count + 1)")
      let (words, directive) = Self.parts(of: point.3)
      points.append(Point(isGood: point.1 == nil, words: words, directive: directive))
    }
    #expect(plan == ["1..\(points.count)"])
  }

  /// A point's words without their escapes, and its directive.
  private static func parts(of text: Substring) -> (words: String, directive: String?) {
    var words = ""
    var rest = text
    while let character = rest.popFirst() {
      if character == "\\", let escaped = rest.popFirst() {
        words.append(escaped)
      } else if character == "#" {
        return (words, String(rest))
      } else {
        words.append(character)
      }
    }
    return (words, nil)
  }
}
