import Machine
import MinixABI
import Testing

@testable import Kernel

/// SYS_IRQCTL, SYS_IOPENABLE and SYS_SEGCTL (ABI 8.9 and 17).
@Suite struct IRQControlTests {
  let bench: Bench
  let service: Guest
  let other: Guest

  init() throws {
    bench = try Bench()
    (service, other) = (try bench.system(11), try bench.system(12))
  }

  private func call(
    _ guest: Guest, _ request: Int16, line: Int16 = 3, hook: Int32, policy: Int32 = 1
  ) -> (ResultCode, Int32) {
    var message = Message(type: KernelCallNumber.irqControl.messageType)
    (message[short: 8], message[short: 10]) = (request, line)
    (message[int: 12], message[int: 28]) = (policy, hook)
    let reply = bench.call(guest, message) ?? Message()
    return (ResultCode(rawValue: reply.type), reply[int: 28])
  }

  @Test func hooks() {
    #expect(call(service, 1, hook: 5) == (.ok, 1))
    #expect(call(other, 1, hook: 5) == (.ok, 2))
    #expect(call(service, 1, hook: 6) == (.ok, 3))
    // The same bit again: the same hook.
    #expect(call(service, 1, line: 15, hook: 5) == (.ok, 1))
    #expect(bench.kernel.irqHooks[0]?.line == 15)
    #expect(call(service, 3, hook: 1).0 == .ok)
    #expect(bench.kernel.irqHooks[0]?.isEnabled == true)
    #expect(call(service, 4, hook: 1).0 == .ok)
    #expect(bench.kernel.irqHooks[0]?.isEnabled == false)
    for request in [2, 3, 4] as [Int16] {
      #expect(call(service, request, hook: 2).0 == .eperm)
      for hook in [0, -1, 4, 17, .max, .min] as [Int32] {
        #expect(call(service, request, hook: hook).0 == .einval)
      }
    }
    #expect(call(service, 2, hook: 1).0 == .ok)
    #expect(call(service, 2, hook: 1).0 == .einval)
    bench.call(.pm, Message(.clear, service.endpoint))
    #expect(bench.kernel.irqHooks.compactMap { $0?.owner } == [other.endpoint])
  }

  @Test func refusals() {
    for line in [-1, 16, .max] as [Int16] {
      #expect(call(service, 1, line: line, hook: 1).0 == .einval)
    }
    for bit in [-1, 32, .min] as [Int32] { #expect(call(service, 1, hook: bit).0 == .einval) }
    for request in [0, 5, -1] as [Int16] { #expect(call(service, request, hook: 1).0 == .einval) }
    for bit in 0..<16 as Range<Int32> { #expect(call(service, 1, hook: bit).0 == .ok) }
    #expect(call(service, 1, hook: 16).0 == .enospc)
    #expect(call(service, 1, hook: 3) == (.ok, 4))
  }

  @Test func onlyListedLines() {
    let id = bench.kernel.processes[service.slot].privilege
    bench.kernel.privileges[id].flags.insert(.checksIRQ)
    bench.kernel.resources[Int(id.rawValue)].irqs = [7]
    #expect(call(service, 1, line: 3, hook: 1).0 == .eperm)
    #expect(call(service, 1, line: 7, hook: 1) == (.ok, 1))
  }

  // MARK: Interrupts

  /// ABI 3.9: HARDWARE's notification carries the bits of the hooks, which are cleared by it.
  @Test(arguments: [true, false]) func notifies(_ isWaiting: Bool) throws {
    #expect(call(service, 1, hook: 5) == (.ok, 1))
    #expect(call(service, 1, line: 4, hook: 31) == (.ok, 2))
    #expect(!bench.kernel.interrupt(3), "not enabled yet")
    for hook in [1, 2] as [Int32] { #expect(call(service, 3, hook: hook).0 == .ok) }
    if isWaiting { bench.ipc(service, .receive, .any) }
    #expect(bench.kernel.interrupt(3))
    #expect(!bench.kernel.interrupt(5))
    if !isWaiting {
      #expect(bench.kernel.interrupt(4) && bench.kernel.interrupt(3))
      #expect(pending(service) == (1 << 5 | 1 << 31, 1 << 3))
      bench.ipc(service, .receive, .any)
    }
    #expect(bench.rts(service).isEmpty)
    let message = try #require(bench.received(service))
    #expect((message.source, message.type) == (.kernel, 0x1003))
    #expect(message.notifyArgument == (isWaiting ? 1 << 5 : 1 << 5 | 1 << 31))
    #expect(bench.status(service) == 4)
    #expect(pending(service) == (0, 0))
    bench.checkInvariants()
  }

  private func pending(_ guest: Guest) -> (interrupts: UInt32, notifications: UInt32) {
    let privilege = bench.kernel.privileges[bench.kernel.processes[guest.slot].privilege]
    return (privilege.pendingInterrupts, privilege.pendingNotifications)
  }

  /// Without IRQ_REENABLE a hook hears of one interrupt, and then nothing until IRQ_ENABLE. Every hook
  /// of a line hears of it.
  @Test func policies() {
    #expect(call(service, 1, hook: 1, policy: 0) == (.ok, 1))
    #expect(call(other, 1, hook: 2, policy: 1) == (.ok, 2))
    #expect(call(service, 3, hook: 1).0 == .ok && call(other, 3, hook: 2).0 == .ok)
    #expect(bench.kernel.interrupt(3))
    #expect((pending(service).interrupts, pending(other).interrupts) == (2, 4))
    for guest in [service, other] {
      bench.ipc(guest, .receive, .kernel)
      _ = bench.resume(guest)
    }
    #expect(bench.kernel.interrupt(3))
    #expect((pending(service).interrupts, pending(other).interrupts) == (0, 4))
    #expect(call(service, 3, hook: 1).0 == .ok && call(other, 4, hook: 2).0 == .ok)
    #expect(bench.kernel.interrupt(3))
    #expect((pending(service).interrupts, pending(other).interrupts) == (2, 4))
    #expect(call(service, 2, hook: 1).0 == .ok)
    #expect(!bench.kernel.interrupt(3))
    bench.checkInvariants()
  }

  /// What waits shows in GET_PRIV (`s_int_pending`), and dies with its owner.
  @Test func theDeadHearNothing() throws {
    #expect(call(service, 1, hook: 5) == (.ok, 1))
    #expect(call(service, 3, hook: 1).0 == .ok)
    #expect(bench.kernel.interrupt(3))
    var request = Message(type: KernelCallNumber.getInfo.messageType)
    (request[endpoint: 12], request[int: 16]) = (service.endpoint, 17)
    request[word: 24] = Place.message + 0x100
    #expect(bench.call(other, request)?.type == 0)
    let words = bench.bytes(other, at: Place.message + 0x100 + 36, count: 12)
    #expect(words == [8, 0, 0, 0, 1 << 5, 0, 0, 0, 0, 0, 0, 0])
    #expect(bench.call(.pm, Message(.clear, service.endpoint)) == .ok)
    #expect(!bench.kernel.interrupt(3))
    let heir = try bench.system(13)
    #expect(pending(heir) == (0, 0))
    bench.ipc(heir, .receive, .any)
    #expect(bench.rts(heir) == .receiving)
    bench.checkInvariants()
  }

  @Test func portsAndSegments() throws {
    let user = try bench.user(13)
    let flags = try #require(bench.resume(user)).registers.frame.eflags
    for (who, result) in [(user.endpoint, ResultCode.ok), (.itself, .ok), (.none, .einval)] {
      var message = Message(.ioEnable, .none)
      message[endpoint: 12] = who
      #expect(bench.call(service, message)?.type == result.rawValue)
    }
    #expect(bench.resume(user)?.registers.frame.eflags == flags)
    #expect(bench.call(service, Message(.segmentControl, .none))?.type == -22)
  }
}
