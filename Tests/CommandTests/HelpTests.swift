import TestSupport
import Testing

/// Whoever asks for help gets it, from every command, and nothing runs.
@Suite struct HelpTests {
  @Test(
    arguments: [
      "", "run ", "inspect ", "trace ", "trace show ", "trace convert ", "trace filter ", "doctor ",
      "lab ", "conform ", "conform merge ", "conform read ", "bench ", "bench host ",
      "bench fault ",
      "bench start ",
    ], ["--help", "-h"])
  func everyCommandExplainsItself(_ subcommand: String, _ flag: String) throws {
    let words = (subcommand + flag).split(separator: " ").map(String.init)
    let result = try FaultlineProcess(words, environment: ["PATH": "/nonexistent"]).finish()
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.isEmpty)
    #expect(result.text.contains("USAGE: faultline \(subcommand)"), "\(result.text)")
    let example = "\n  faultline \(subcommand)".dropLast()
    #expect(
      subcommand.isEmpty || result.text.contains("\nExamples:\n") && result.text.contains(example))
  }

  @Test func theVersionIsOneLine() throws {
    let result = try FaultlineProcess(["--version"]).finish()
    #expect(result.status == 0)
    #expect(result.text == "0.1.0\n")
  }
}
