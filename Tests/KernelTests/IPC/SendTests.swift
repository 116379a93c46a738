import MinixABI
import Testing

@testable import Kernel

/// ABI 3.6: SEND and SENDNB.
@Suite struct SendTests {
  /// A message with every payload byte different, and a source that is a lie.
  private static var full: Message {
    var message = Message(bytes: (0..<36).map { UInt8($0 + 100) })
    message.type = 0x222
    return message
  }

  @Test func aWaitingReceiverGetsTheMessageAtOnce() throws {
    let bench = try Bench()
    let (a, b) = (try bench.system(11), try bench.system(12))
    bench.ipc(b, .receive, .any, at: Place.pair)
    #expect(bench.rts(b) == .receiving)
    bench.write(Self.full, to: a, at: Place.message)
    #expect(bench.ipc(a, .send, b.endpoint) == .ok)
    #expect(bench.rts(a).isEmpty)
    #expect(bench.rts(b).isEmpty)
    var expected = Self.full
    expected.source = a.endpoint
    #expect(bench.received(b, at: Place.pair) == expected)
    #expect(bench.status(b) == 1)
    #expect(bench.result(b) == .ok)
    #expect(!bench.misc(b).contains(.deliverMessage))
    bench.checkInvariants()
  }

  @Test func theOthersStandInAQueue() throws {
    let bench = try Bench()
    let receiver = try bench.system(11)
    let senders = try (12..<18).map { try bench.system($0) }
    for (index, sender) in senders.enumerated() {
      #expect(bench.send(sender, .send, receiver.endpoint, type: Int32(index)) == .ok)
      #expect(bench.rts(sender) == .sending)
      // The message has been taken: what becomes of the buffer is no matter.
      bench.write(Message(type: 99), to: sender, at: Place.message)
      bench.checkInvariants()
    }
    // One out of the middle first, then the last, then the rest in the order of their coming.
    let order = [2, 5, 0, 1, 3, 4]
    for (step, index) in order.enumerated() {
      let source = step < 2 ? senders[index].endpoint : .any
      #expect(bench.ipc(receiver, .receive, source) == .ok)
      #expect(bench.rts(senders[index]).isEmpty)
      let message = bench.received(receiver)
      #expect(message?.source == senders[index].endpoint)
      #expect(message?.type == Int32(index))
      #expect(bench.status(receiver) == 1)
      bench.checkInvariants()
    }
    bench.ipc(receiver, .receive, .any)
    #expect(bench.rts(receiver) == .receiving)
  }

  @Test func sendnbNeverWaits() throws {
    let bench = try Bench()
    let (a, b, c) = (try bench.system(11), try bench.system(12), try bench.system(13))
    #expect(bench.send(a, .sendnb, b.endpoint, type: 5) == .enotready)
    #expect(bench.rts(a).isEmpty)
    bench.ipc(b, .receive, c.endpoint)
    #expect(bench.ipc(a, .sendnb, b.endpoint) == .enotready)
    #expect(bench.rts(b) == .receiving)
    bench.ipc(c, .receive, a.endpoint)
    #expect(bench.ipc(a, .sendnb, c.endpoint) == .ok)
    #expect(bench.received(c)?.source == a.endpoint)
    #expect(bench.status(c) == 5)
    bench.checkInvariants()
  }

  /// A process in SENDREC whose request has not been taken yet accepts nothing.
  @Test func sendnbToASenderIsNotReady() throws {
    let bench = try Bench()
    let (a, b, c) = (try bench.system(11), try bench.system(12), try bench.system(13))
    bench.send(b, .sendrec, c.endpoint, type: 1)
    #expect(bench.rts(b) == [.sending, .receiving])
    #expect(bench.ipc(c, .sendnb, b.endpoint) == .enotready)
    #expect(bench.ipc(a, .sendnb, b.endpoint) == .enotready)
    #expect(bench.rts(b) == [.sending, .receiving])
    bench.checkInvariants()
  }

  /// What waits for a message is fetched from is not told of a failure.
  @Test func aFailedFetchLeavesTheReceiverWaiting() throws {
    let bench = try Bench()
    let (a, b) = (try bench.system(11), try bench.system(12))
    bench.ipc(b, .receive, .any)
    #expect(bench.ipc(a, .send, b.endpoint, at: 0xEFFF_FFDD) == .efault)
    #expect(bench.ipc(a, .sendnb, b.endpoint, at: 0xFFFF_FFF0) == .efault)
    #expect(bench.rts(b) == .receiving)
    #expect(bench.rts(a).isEmpty)
    bench.checkInvariants()
  }
}
