import Glibc
import Report
import Servers
import Session
import SystemPackage

/// The live view on standard error's terminal, which is left as it was found.
final class LiveScreen {
  private var view: LiveView
  private let output: LiveOutput
  private var isEntered = false

  /// - Parameter output: what the programs write, where that is to be shown.
  init(_ output: LiveOutput) {
    view = LiveView(style: TextStyle(isTerminal: true))
    self.output = output
  }

  private static let enter = "\u{1B}[?1049h\u{1B}[?25l"
  private static let leave = "\u{1B}[?25h\u{1B}[?1049l"
  private static let home = "\u{1B}[H"
  private static let clearLine = "\u{1B}[K"
  private static let clearBelow = "\u{1B}[J"

  func show(_ snapshot: SessionSnapshot) {
    let size = Terminal.size
    // The last line is left free, or the terminal would scroll.
    let lines = view.lines(
      snapshot, rows: size.rows - 1, columns: size.columns, output: output.lastLines)
    let text =
      (isEntered ? "" : Self.enter) + Self.home
      + lines.map { $0 + Self.clearLine + "\r\n" }.joined() + Self.clearBelow
    isEntered = true
    Self.write(text)
  }

  /// Gives the terminal back.
  func close() {
    if isEntered { Self.write(Self.leave) }
    isEntered = false
  }

  /// Gives it back for a view in the lab that could not. After one that could it has no effect: the
  /// cursor stays.
  static func restore() { write("\u{1B}[?25h\u{1B}[?1047l") }

  private static func write(_ text: String) {
    _ = try? FileDescriptor.standardError.writeAll(text.utf8)
  }
}
