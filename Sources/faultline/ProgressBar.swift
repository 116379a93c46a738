import Synchronization
import SystemPackage

/// How far a run is, on standard error if that is a terminal; else nothing.
final class ProgressBar: Sendable {
  private let total: Int
  private let isShown = Terminal.isThere(2)
  private let shown = Mutex(-1)

  private static let width = 40

  init(total: Int) { self.total = total }

  func show(_ done: Int) {
    guard isShown, total > 0 else { return }
    let filled = min(Self.width, done * Self.width / total)
    shown.withLock { last in
      guard filled != last else { return }
      last = filled
      let bar = String(repeating: "#", count: filled)
      let rest = String(repeating: ".", count: Self.width - filled)
      write("\r[\(bar)\(rest)] \(done * 100 / total) %")
    }
  }

  /// Leaves the line as it was.
  func clear() {
    guard isShown else { return }
    write("\r\u{1B}[K")
  }

  private func write(_ text: String) {
    _ = try? FileDescriptor.standardError.writeAll(text.utf8)
  }
}
