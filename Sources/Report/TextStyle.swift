import FoundationEssentials

/// How text for a person may look.
///
/// Bold headings and red deaths are all there is, so this is three escape sequences and not a library: those that we
/// know of ask whether standard *output* is a terminal, and our text goes to standard error.
public struct TextStyle: Sendable {
  private let isStyled: Bool

  /// Characters only: for files, pipes and tests.
  public static let plain = TextStyle(isTerminal: false)

  /// What suits the place that the text goes to.
  ///
  /// - Parameters:
  ///   - isTerminal: whether that place is a terminal.
  ///   - environment: the process's own if nil; NO_COLOR in it, unless empty, asks for plain text
  ///     (no-color.org), and so does a terminal that says it is dumb.
  public init(isTerminal: Bool, environment: [String: String]? = nil) {
    guard isTerminal else {
      isStyled = false
      return
    }
    let environment = environment ?? ProcessInfo.processInfo.environment
    isStyled = environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
  }

  /// What went wrong.
  func alarm(_ text: String) -> String { isStyled ? "\u{1B}[31m\(text)\u{1B}[0m" : text }

  func heading(_ text: String) -> String { isStyled ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

  /// At most so many columns; escape sequences take none.
  func cut(_ line: String, to columns: Int) -> String {
    var (kept, width, isInSequence) = ("", 0, false)
    for character in line {
      if character == "\u{1B}" { isInSequence = true }
      guard isInSequence || width < columns else { continue }
      kept.append(character)
      if !isInSequence { width += 1 }
      if isInSequence, character.isLetter { isInSequence = false }
    }
    return kept
  }
}
