import Foundation
import TestSupport
import Testing

/// The live view in a real terminal, tmux's: before, during, and after Ctrl-C.
@Suite(.serialized) struct LiveTests {
  /// A terminal of 100 columns and 20 rows with a shell in it.
  private final class Terminal {
    private let socket = "faultline-\(UUID().uuidString)"

    init() throws {
      try tmux(["new-session", "-d", "-x", "100", "-y", "20", "env PS1='$ ' sh"])
    }

    deinit { _ = try? tmux(["kill-server"]) }

    @discardableResult
    private func tmux(_ words: [String]) throws -> String {
      let process = Process()
      let output = Pipe()
      process.executableURL = URL(filePath: "/usr/bin/tmux")
      process.arguments = ["-f", "/dev/null", "-L", socket] + words
      process.standardOutput = output
      process.standardInput = FileHandle.nullDevice
      try process.run()
      let text = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return String(decoding: text, as: UTF8.self)
    }

    func type(_ keys: String...) throws { try tmux(["send-keys"] + keys) }

    /// What it shows.
    var lines: [String] {
      get throws {
        try tmux(["capture-pane", "-p"]).split(separator: "\n", omittingEmptySubsequences: false)
          .map { String($0) }
      }
    }

    /// Waits until a line of it begins so.
    func wait(for prefix: String) throws -> [String] {
      for _ in 0..<1200 {
        let lines = try lines
        if lines.contains(where: { $0.hasPrefix(prefix) }) { return lines }
        Thread.sleep(forTimeInterval: 0.1)
      }
      return try lines
    }
  }

  @Test func beforeDuringAndAfter() throws {
    let terminal = try Terminal()
    _ = try terminal.wait(for: "$")
    try terminal.type("echo before", "Enter")
    _ = try terminal.wait(for: "before")
    try terminal.type(
      "\(FaultlineProcess.path) run --quiet --live spin forever; echo status $?", "Enter")

    let during = try terminal.wait(for: "spin ")
    #expect(during[0].hasPrefix("faultline: ") && during[0].contains(" 1 process, "))
    #expect(during[0].hasSuffix("Ctrl-C ends the run"))
    #expect(
      during[2]
        == "process  endpoint  state  faults  a second  messages  a second  ticks")
    #expect(during[3].hasPrefix("spin        36569  runs "))
    #expect(during.contains("spinning for ever"))
    #expect(!during.contains("before"))

    try terminal.type("C-c")
    let after = try terminal.wait(for: "status")
    #expect(after.contains("before"), "\(after)")
    #expect(after.contains("spinning for ever"))
    #expect(after.contains("faultline: interrupted by SIGINT"))
    #expect(after.contains("status 130"))
    #expect(!after.contains { $0.hasPrefix("process  endpoint") })
  }

  @Test func needsATerminal() throws {
    let result = try FaultlineProcess(["run", "--live", "hello"]).finish()
    #expect(result.status == 64)
    #expect(result.errors == "faultline: --live needs a terminal on standard error\n")
  }
}
