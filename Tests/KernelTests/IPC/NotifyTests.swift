import MinixABI
import Testing

@testable import Kernel

/// ABI 3.9: notifications.
@Suite struct NotifyTests {
  @Test func aWaitingReceiverGetsItAtOnce() throws {
    let bench = try Bench()
    let (a, b, c) = (try bench.system(11), try bench.system(12), try bench.system(13))
    bench.ipc(b, .receive, .any)
    bench.tick(c, 5)
    #expect(bench.ipc(a, .notify, b.endpoint, at: 0xFFFF_FFFF) == .ok)
    #expect(bench.rts(b).isEmpty)
    let message = try #require(bench.received(b))
    #expect(message.source == a.endpoint)
    #expect(message.type == 0x100F)
    #expect(message.notifyTimestamp == 5)
    #expect(bench.status(b) == 4)
    bench.checkInvariants()
  }

  @Test func repeatedOnesCollapse() throws {
    let bench = try Bench()
    let (a, b) = (try bench.system(11), try bench.system(12))
    for _ in 0..<3 { #expect(bench.ipc(a, .notify, b.endpoint) == .ok) }
    #expect(bench.rts(a).isEmpty)
    bench.ipc(b, .receive, .any)
    #expect(bench.received(b)?.type == 0x100F)
    bench.ipc(b, .receive, .any)
    #expect(bench.rts(b) == .receiving)
    bench.checkInvariants()
  }

  /// Ascending privilege id, and all of them before the first queued sender.
  @Test func theyComeBeforeQueuedSenders() throws {
    let bench = try Bench()
    let receiver = try bench.system(11)
    let others = try (12..<15).map { try bench.system($0) }
    bench.send(others[0], .send, receiver.endpoint, type: 1)
    for other in others.reversed() where other != others[0] {
      bench.ipc(other, .notify, receiver.endpoint)
    }
    bench.kernel.notify(from: .vfs, to: receiver.endpoint)
    let order = [.vfs, others[1].endpoint, others[2].endpoint, others[0].endpoint]
    for (index, source) in order.enumerated() {
      bench.ipc(receiver, .receive, .any)
      #expect(bench.received(receiver)?.source == source)
      #expect(bench.status(receiver) == (index < 3 ? 4 : 1))
    }
  }

  /// 13.10: a specific source is found behind any other pending bit.
  @Test func aSpecificSourceIsFoundBehindOthers() throws {
    let bench = try Bench()
    let (a, b, c) = (try bench.system(11), try bench.system(12), try bench.system(13))
    bench.kernel.notify(from: .pm, to: c.endpoint)
    bench.ipc(a, .notify, c.endpoint)
    bench.ipc(b, .notify, c.endpoint)
    for source in [b.endpoint, a.endpoint, .pm] {
      #expect(bench.ipc(c, .receive, source) == .ok)
      #expect(bench.received(c)?.source == source)
    }
  }

  /// A process that waits for somebody else keeps the bit, and goes on waiting.
  @Test func aPickyReceiverIsNotDisturbed() throws {
    let bench = try Bench()
    let (a, b, c) = (try bench.system(11), try bench.system(12), try bench.system(13))
    bench.ipc(c, .receive, a.endpoint)
    #expect(bench.ipc(b, .notify, c.endpoint) == .ok)
    #expect(bench.rts(c) == .receiving)
    bench.send(a, .send, c.endpoint, type: 3)
    #expect(bench.received(c)?.type == 3)
    bench.ipc(c, .receive, b.endpoint)
    #expect(bench.received(c)?.type == 0x1010)
  }

  /// Slots above 251 have no type of their own (ABI 17).
  @Test(arguments: [(251, 0x10FF), (252, 0x1000), (300, 0x1000)])
  func typesOfHighSlots(_ slot: Int32, _ type: Int32) throws {
    let bench = try Bench(processCapacity: 301)
    let (a, b) = (try bench.system(slot), try bench.system(11))
    bench.ipc(b, .receive, .any)
    bench.ipc(a, .notify, b.endpoint)
    #expect(bench.received(b)?.type == type)
  }

  /// A notification from SYSTEM carries the pending signals, which it clears.
  @Test func systemCarriesSignals() throws {
    let bench = try Bench(habits: [.pm: .receive(from: .vfs)])
    let (a, b) = (try bench.user(11), try bench.user(12))
    _ = bench.take(.pm)
    bench.kernel.raise(.terminate, on: a.slot)
    bench.kernel.raise(.hangup, on: b.slot)
    #expect(bench.take(.pm).isEmpty)
    bench.habits = [:]
    bench.kernel.notify(from: .vfs, to: .pm)
    let received = bench.take(.pm)
    #expect(received.map(\.message.source).first == .vfs)
    let fromSystem = received.filter { $0.message.source == .system }
    #expect(fromSystem.count == 1)
    #expect(
      fromSystem.first?.message.notifyArgument == FaultDelivery.message.signals.processSignal.bit)
    #expect(fromSystem.first?.message.type == 0x1002)
    #expect(bench.kernel.privileges[PrivilegeID(rawValue: 4)].pendingSignals == 0)
  }
}
