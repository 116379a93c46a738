import Glibc
import KVM
import Testing

/// Ctrl-C and its relatives; each in a process of its own, because the note is the process's.
/// A shell that started the tests in the background made them ignore SIGINT: hence `SIG_DFL`.
@Suite struct InterruptionTests {
  @Test func aSignalIsNotedAndTheFirstOneStays() async {
    await #expect(processExitsWith: .success) {
      _ = signal(SIGINT, SIG_DFL)
      #expect(Interruption.signal == nil)
      try Interruption.watch()
      raise(SIGTERM)
      #expect(Interruption.signal == SIGTERM)
      raise(SIGINT)
      #expect(Interruption.signal == SIGTERM)
      try Interruption.unwatch()
      #expect(Interruption.signal == nil)
    }
  }

  @Test func theSecondOfAKindEndsTheProcess() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      _ = signal(SIGINT, SIG_DFL)
      try Interruption.watch()
      raise(SIGINT)
      raise(SIGINT)
    }
  }

  @Test func anIgnoredSignalStaysIgnored() async {
    await #expect(processExitsWith: .success) {
      _ = signal(SIGHUP, SIG_IGN)
      try Interruption.watch()
      raise(SIGHUP)
      #expect(Interruption.signal == nil)
    }
  }

  @Test func aSignalAsksEveryTickingPageToLeave() async {
    await #expect(processExitsWith: .success) {
      var page = try RunPage(byteCount: 4096)
      try page.startTicking(hertz: 1)
      try Interruption.watch()
      raise(SIGTERM)
      #expect(page.leavesImmediately == true)
    }
  }
}
