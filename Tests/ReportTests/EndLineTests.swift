import I386
import KVM
import MinixABI
import Report
import Servers
import Testing

@testable import Kernel
@testable import Machine
@testable import Session

/// What is said of a run that did not simply finish.
@Suite struct EndLineTests {
  @Test func programsThatEndByThemselvesNeedNoWords() {
    let processes = [
      Samples.process("one", 36569, .exit(status: 0)),
      Samples.process("two", 36570, .exit(status: 3)),
    ]
    #expect(Samples.run(.finished, processes).endLines.isEmpty)
  }

  @Test func aPageFaultIsToldWithAccessAddressAndPlace() {
    let process = Samples.process("segv", 36569, .signal(.segmentation), Samples.writeToText)
    #expect(
      Samples.run(.finished, [process]).endLines == [
        """
        segv was killed by SIGSEGV: user write to a protected page, address 0x08049000, \
        error code 7, at segv_write_instruction (0x08048123), accesses.S:12
        """
      ])
  }

  @Test func withoutASymbolThePlaceIsAnAddress() {
    var trap = Samples.writeToText
    (trap.symbol, trap.source) = (nil, nil)
    let process = Samples.process("segv", 36569, .signal(.segmentation), trap)
    let line = Samples.run(.finished, [process]).endLines.first
    #expect(line?.hasSuffix(", at 0x08048123") == true)
  }

  @Test func otherExceptionsAreToldByTheirMnemonic() {
    let divide = Samples.process("divide", 36569, .signal(.floatingPoint), Samples.division)
    var trap = Samples.division
    trap.vector = Vector(13)
    trap.errorCode = 0x1A
    let segment = Samples.process("segment", 36570, .signal(.segmentation), trap)
    #expect(
      Samples.run(.finished, [divide, segment]).endLines == [
        "divide was killed by SIGFPE: #DE, at main+0x1c (0x08048200)",
        "segment was killed by SIGSEGV: #GP, error code 26, at main+0x1c (0x08048200)",
      ])
  }

  @Test func aSignalWithoutATrapIsJustNamed() {
    let process = Samples.process("victim", 36569, .signal(.kill))
    #expect(Samples.run(.finished, [process]).endLines == ["victim was killed by SIGKILL"])
  }

  @Test func aHostileNameStaysOnItsLine() {
    let process = Samples.process("a\n\u{1B}[2J", 36569, .signal(.kill))
    #expect(
      Samples.run(.finished, [process]).endLines == ["a\\u{a}\\u{1b}[2J was killed by SIGKILL"])
  }

  @Test(
    arguments: [
      (
        .stuck([
          Samples.waiter,
          Wait(name: "other", endpoint: Endpoint(rawValue: 36570), reason: "cannot run: STOPPED"),
        ]),
        "nothing can run any more: waiter (36569) waits to receive from PM (0); "
          + "other (36570) cannot run: STOPPED"
      ),
      (.stuck([]), "nothing can run any more"),
      (.timeout, "stopped: the time that the run was given is over"),
      (.interrupted(signal: 2), "interrupted by SIGINT"),
      (.interrupted(signal: 30), "interrupted by signal 30"),
      (.processorFailed(.scriptEnded), "the script of traps is at its end"),
      (
        .kernelFailed(.serverDied(process: "pm", signal: .segmentation)),
        "pm, without which nothing goes on, raised SIGSEGV"
      ),
    ] as [(RunEnd, String)])
  func otherEndsAreOneLine(end: RunEnd, line: String) {
    #expect(Samples.run(end).endLines == [line])
  }

  @Test func aFailureHasRegistersAndLastEvents() {
    var result = Samples.run(.processorFailed(.tripleFault(lastFrame: TrapFrame())))
    result.lastEvents = ["touch #UD, EIP 0x08048000", "touch gets SIGILL"]
    let lines = result.endLines
    #expect(
      lines.first == "the guest shut down by a triple fault; it was last resumed with")
    #expect(lines.dropFirst().first?.hasPrefix("EAX=") == true)
    #expect(
      lines.suffix(3) == [
        "last events, newest at the end:", "  touch #UD, EIP 0x08048000", "  touch gets SIGILL",
      ])
  }

  @Test func deathsComeBeforeTheRunsOwnEnd() {
    let process = Samples.process("victim", 36569, .signal(.kill))
    #expect(
      Samples.run(.timeout, [process]).endLines.map { $0.prefix(7) } == ["victim ", "stopped"])
  }
}
