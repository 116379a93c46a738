import Glibc
import KVM
import Testing

/// The ticker by itself, with a page of zeros in place of a vCPU's.
@Suite struct TickerTests {
  /// Sleeps, in pieces: every tick interrupts a sleep.
  private func sleep(milliseconds: Int) {
    let clock = ContinuousClock()
    let end = clock.now + .milliseconds(milliseconds)
    while clock.now < end { usleep(1000) }
  }

  @Test func ticksAreCountedAndAskToLeave() throws {
    var page = try RunPage(byteCount: 4096)
    #expect(page.leavesImmediately == false)
    try page.startTicking(hertz: 1000)
    sleep(milliseconds: 50)
    #expect(page.leavesImmediately == true)
    let ticks = page.takeTicks()
    #expect((20...200).contains(ticks), "\(ticks) ticks in about 50 ms at 1000 Hz")
  }

  @Test func takingClearsBoth() throws {
    var page = try RunPage(byteCount: 4096)
    try page.startTicking(hertz: 5)
    sleep(milliseconds: 450)
    #expect(page.takeTicks() >= 1)
    #expect(page.leavesImmediately == false)
    #expect(page.takeTicks() == 0)
  }

  @Test func nothingTicksAfterTheStop() throws {
    var page = try RunPage(byteCount: 4096)
    try page.startTicking(hertz: 1000)
    sleep(milliseconds: 10)
    page.stopTicking()
    sleep(milliseconds: 20)
    #expect(page.leavesImmediately == false)
    #expect(page.takeTicks() == 0)
  }

  /// A page that ends while its ticker runs: a late signal must find nothing to write to.
  @Test func aPageMayEndWhileItTicks() throws {
    for _ in 0..<200 {
      var page = try RunPage(byteCount: 4096)
      try page.startTicking(hertz: 10_000)
      if Bool.random() { usleep(150) }
    }
  }

  @Test func startingAgainReplacesTheTicker() throws {
    var page = try RunPage(byteCount: 4096)
    for _ in 0..<600 { try page.startTicking(hertz: 100) }
    sleep(milliseconds: 30)
    #expect(page.takeTicks() >= 1)
  }

  @Test func tickersDoNotDisturbEachOther() throws {
    var fast = try RunPage(byteCount: 4096)
    let idle = try RunPage(byteCount: 4096)
    try fast.startTicking(hertz: 1000)
    sleep(milliseconds: 20)
    #expect(idle.leavesImmediately == false)
    #expect(idle.takeTicks() == 0)
    #expect(fast.takeTicks() > 0)
  }

  @Test(arguments: [0, 10_001, UInt32.max])
  func impossibleRatesAreRefused(hertz: UInt32) throws {
    var page = try RunPage(byteCount: 4096)
    let error = #expect(throws: KVMError.self) { try page.startTicking(hertz: hertz) }
    #expect(error == KVMError(request: .startTicker, errno: EINVAL))
  }
}
