import Testing

@testable import Lab

@Suite("The lab's console")
struct BootConsoleTests {
  @Test(
    "how far the start-up came",
    arguments: [
      ("", "its kernel printed nothing"),
      ("hello\r\n", "its kernel did not reach our init script"),
      (
        "faultline-lab: step modules\r\nfaultline-lab: step share\n",
        "it stopped at the step 'share'"
      ),
    ])
  func progress(text: String, expected: String) {
    var console = BootConsole()
    console.append(Array(text.utf8))
    #expect(console.progress == expected)
  }

  @Test("a failure names its step and reason, however the bytes arrive")
  func failure() throws {
    var console = BootConsole()
    let text = "faultline-lab: failed module kvm_amd: insmod: can't insert: No such device\r\n"
    for byte in text.utf8 { console.append([byte]) }
    let failure = try #require(console.failure)
    #expect(failure.step == "module kvm_amd")
    #expect(failure.reason == "insmod: can't insert: No such device")
  }

  @Test("a panic is kept, and other lines are, but not without end")
  func panic() {
    var console = BootConsole()
    for number in 1...50 { console.append(Array("line \(number)\n".utf8)) }
    console.append(Array("[ 1.5] Kernel panic - not syncing: no init\n".utf8))
    #expect(console.panic == "Kernel panic - not syncing: no init")
    #expect(console.lines.count == 20)
    #expect(console.lines.last == "line 50")
  }
}
