import KVM
import Testing

/// Ticks, interrupts and the window between them.
@Suite struct InterruptTests {
  /// Vector 0x20 goes to 0x80: out %al, $0x21; iret.
  private static let handler: [UInt8] = [0xE6, 0x21, 0xCF]

  /// Prepares a guest whose vector 0x20 has a handler.
  private func makeGuest(code: [UInt8]) throws -> RealModeGuest {
    let guest = try RealModeGuest(code: code)
    guest.store([0x00, 0x02, 0x00, 0x00], at: 0x20 * 4)
    guest.store(Self.handler, at: 0x200)
    return guest
  }

  @Test func interruptWaitsForTheWindow() throws {
    // cli; out %al, $0x60; sti; nop; jmp back to the nop
    let guest = try makeGuest(code: [0xFA, 0xE6, 0x60, 0xFB, 0x90, 0xEB, 0xFD])
    #expect(try guest.vcpu.run() == .output(port: 0x60, size: 1, value: 0))
    #expect(guest.vcpu.isReadyForInterrupt == false)
    #expect(guest.vcpu.interruptFlag == false)

    guest.vcpu.requestsInterruptWindow = true
    #expect(try guest.vcpu.run() == .interruptWindowOpen)
    #expect(guest.vcpu.isReadyForInterrupt == true)
    #expect(guest.vcpu.interruptFlag == true)
    guest.vcpu.requestsInterruptWindow = false

    try guest.vcpu.interrupt(vector: 0x20)
    #expect(try guest.vcpu.run() == .output(port: 0x21, size: 1, value: 0))
  }

  @Test func leavingImmediatelyEntersNothing() throws {
    let guest = try makeGuest(code: [0xE6, 0x60, 0xF4])
    guest.vcpu.leavesImmediately = true
    #expect(try guest.vcpu.run() == .interrupted)
    #expect(try guest.vcpu.run() == .interrupted)
    guest.vcpu.leavesImmediately = false
    #expect(try guest.vcpu.run() == .output(port: 0x60, size: 1, value: 0))
  }

  /// Every tick that is taken becomes one interrupt in a guest that never leaves by itself.
  @Test func eachTickReachesTheGuest() throws {
    // sti; jmp back to itself
    var guest = try makeGuest(code: [0xFB, 0xEB, 0xFE])
    try guest.vcpu.startTicking(hertz: 500)
    var ticks = 0
    var owed = 0
    var handled = 0
    while handled < 50 {
      switch try guest.vcpu.run() {
      case .interrupted:
        let taken = Int(guest.vcpu.takeTicks())
        ticks += taken
        owed += taken
      case .interruptWindowOpen: break
      case .output(port: 0x21, size: 1, _): handled += 1
      case let exit:
        Issue.record("unexpected \(exit)")
        return
      }
      if owed > 0 && guest.vcpu.isReadyForInterrupt {
        try guest.vcpu.interrupt(vector: 0x20)
        owed -= 1
      }
      guest.vcpu.requestsInterruptWindow = owed > 0
    }
    guest.vcpu.stopTicking()
    #expect(ticks >= handled)
    #expect(guest.vcpu.leavesImmediately == false)
  }

  /// KVM has room for one: why the caller must wait for the guest to take it.
  @Test func secondInterruptReplacesTheFirst() throws {
    let guest = try makeGuest(code: [0xFB, 0x90, 0xEB, 0xFD])
    try guest.vcpu.interrupt(vector: 0x21)
    try guest.vcpu.interrupt(vector: 0x20)
    #expect(try guest.vcpu.pendingEvents().interrupt == 0x20)
  }
}
