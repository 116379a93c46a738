import TestSupport
import Testing

/// The live view without what it needs.
@Suite struct LiveTests {
  @Test func needsATerminal() throws {
    let result = try FaultlineProcess(["run", "--live", "hello"]).finish()
    #expect(result.status == 64)
    #expect(result.errors == "faultline: --live needs a terminal on standard error\n")
  }
}
