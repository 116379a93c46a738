import TestSupport
import Testing

/// The live view.
@Suite struct LiveTests {
  @Test func needsATerminal() throws {
    let result = try FaultlineProcess(["run", "--live", "hello"]).finish()
    #expect(result.status == 64)
    #expect(result.errors == "faultline: --live needs a terminal on standard error\n")
  }

  /// On a terminal: the screen before, while the run goes on, and after Ctrl-C.
  @Test func onATerminal() throws {
    let window = try TerminalWindow(columns: 110, rows: 40)
    // What is typed before the prompt is there has the prompt in its midst.
    try window.wait(seconds: 20, for: "prompt") { $0.contains("$") || $0.contains("#") }
    window.type("echo before the run")
    try window.wait(seconds: 20, for: "shell") { $0.contains("before the run") }
    window.type(
      "FAULTLINE_LAB_BOOT_TIMEOUT=240 \(FaultlineProcess.path) run --live spin forever; echo \"status $?\""
    )

    // The first pictures may show it in the call by which it says that it is there.
    let during = try window.wait(seconds: 300, for: "picture of a process that runs") { lines in
      lines.contains { $0.hasPrefix("spin        36569  runs") }
    }
    #expect(during.first?.hasPrefix("faultline: ") == true)
    #expect(during.first?.hasSuffix("; Ctrl-C ends the run") == true)
    #expect(during.contains { $0.hasPrefix("process  endpoint  state") })
    #expect(!during.contains("before the run"), "the view has the screen for itself")

    window.press("C-c")
    let after = try window.wait(seconds: 60, for: "status") { lines in
      lines.contains { $0.hasPrefix("status ") }
    }
    #expect(after.contains("status 130"))
    #expect(after.contains("before the run"), "the screen is what it was")
    #expect(after.contains { $0.hasPrefix("interrupted") }, "\(after)")
    #expect(after.contains { $0.hasPrefix("spin        36569  running") }, "\(after)")
    #expect(!after.contains { $0.hasSuffix("; Ctrl-C ends the run") })

    window.type("stty -a | grep -o -e ' icanon' -e ' echo ' | wc -l")
    try window.wait(seconds: 20, for: "terminal that echoes and edits") { $0.contains("2") }
  }
}
