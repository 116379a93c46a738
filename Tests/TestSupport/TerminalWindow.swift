import Foundation

/// A terminal of its own, in which a shell waits for what is typed: a tmux server with one window.
public final class TerminalWindow {
  private let name = "faultline-\(UUID().uuidString)"
  private let folder: TemporaryFolder

  /// A window that can't be had, or what was never seen in it.
  public struct Problem: Error, CustomStringConvertible {
    public let description: String
  }

  public init(columns: Int, rows: Int) throws {
    folder = try TemporaryFolder()
    let size = ["-x", "\(columns)", "-y", "\(rows)"]
    guard
      tmux(["-f", "/dev/null", "new-session", "-d"] + size + ["env", "PS1=$ ", "ENV=", "/bin/sh"])
    else { throw Problem(description: "tmux does not start: is it installed?") }
  }

  deinit { tmux(["kill-server"]) }

  /// Types a line.
  public func type(_ line: String) {
    tmux(["send-keys", "-l", line], then: ["send-keys", "Enter"])
  }

  /// Presses a key, under tmux's name for it.
  public func press(_ key: String) { tmux(["send-keys", key]) }

  /// What is on the screen now, without the spaces at the lines' ends.
  public var lines: [String] {
    guard tmux(["capture-pane", "-p"], output: "\(folder.path)/screen"),
      let data = try? folder.read("screen")
    else { return [] }
    return String(decoding: data, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    ).map(String.init)
  }

  /// Waits until the screen has what is wanted.
  ///
  /// - Returns: the screen at that moment.
  @discardableResult
  public func wait(
    seconds: Int, for wanted: String, until isThere: ([String]) -> Bool
  ) throws -> [String] {
    let end = Date.now.addingTimeInterval(Double(seconds))
    var screen = lines
    while !isThere(screen) {
      guard Date.now < end else {
        throw Problem(
          description: "no \(wanted) in \(seconds) s, but\n" + screen.joined(separator: "\n"))
      }
      Thread.sleep(forTimeInterval: 0.1)
      screen = lines
    }
    return screen
  }

  @discardableResult
  private func tmux(
    _ words: [String], then more: [String] = [], output: String = "/dev/null"
  ) -> Bool {
    DetachedCommand.run(
      ["tmux", "-L", name] + words + (more.isEmpty ? [] : [";"] + more), output: output)
  }
}
