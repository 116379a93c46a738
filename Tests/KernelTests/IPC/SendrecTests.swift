import MinixABI
import Testing

@testable import Kernel

/// ABI 3.8: SENDREC, and MF_REPLY_PEND, which outlives it.
@Suite struct SendrecTests {
  @Test func aRequestAndItsReply() throws {
    let bench = try Bench()
    let (a, b) = (try bench.system(11), try bench.system(12))
    bench.ipc(b, .receive, .any)
    #expect(bench.send(a, .sendrec, b.endpoint, type: 7) == .ok)
    #expect(bench.rts(a) == .receiving)
    #expect(bench.misc(a).contains(.replyPend))
    #expect(bench.received(b)?.type == 7)
    #expect(bench.status(b) == 3)
    #expect(bench.send(b, .send, a.endpoint, type: -8) == .ok)
    #expect(bench.received(a)?.type == -8)
    #expect(bench.read(a).source == b.endpoint)
    // SENDREC leaves EBX as it is: it still points to the message.
    #expect(bench.status(a) == Place.message)
    #expect(bench.misc(a).contains(.replyPend))
    bench.checkInvariants()
  }

  @Test func whileItsRequestWaitsNothingIsReceived() throws {
    let bench = try Bench()
    let (a, b, c) = (try bench.system(11), try bench.system(12), try bench.system(13))
    bench.send(a, .sendrec, b.endpoint, type: 7)
    #expect(bench.rts(a) == [.sending, .receiving])
    bench.send(c, .send, a.endpoint, type: 8)
    #expect(bench.rts(c) == .sending)
    bench.ipc(b, .receive, a.endpoint)
    #expect(bench.rts(a) == .receiving)
    #expect(bench.received(b)?.type == 7)
    #expect(bench.status(b) == 3)
    // A third party's message doesn't answer it either.
    #expect(bench.rts(c) == .sending)
    bench.send(b, .sendnb, a.endpoint, type: 9)
    #expect(bench.received(a)?.type == 9)
    bench.ipc(a, .receive, .any)
    #expect(bench.received(a)?.type == 8)
    bench.checkInvariants()
  }

  @Test func notificationsWaitUntilItIsOver() throws {
    let bench = try Bench()
    let (a, b, c) = (try bench.system(11), try bench.system(12), try bench.system(13))
    // Before and in the middle, also from the peer itself.
    bench.ipc(c, .notify, a.endpoint)
    bench.ipc(b, .notify, a.endpoint)
    bench.ipc(b, .receive, .any)
    bench.send(a, .sendrec, b.endpoint, type: 7)
    #expect(bench.rts(a) == .receiving)
    #expect(bench.ipc(b, .notify, a.endpoint) == .ok)
    #expect(bench.rts(a) == .receiving)
    bench.send(b, .send, a.endpoint, type: 70)
    #expect(bench.received(a)?.type == 70)
    for peer in [b, c] {
      bench.ipc(a, .receive, .any)
      #expect(bench.received(a)?.source == peer.endpoint)
      #expect(bench.status(a) == 4)
    }
    bench.checkInvariants()
  }

  /// The flag is cleared by RECEIVE only: the sends after a SENDREC look like SENDREC, too.
  @Test func theStaleFlagShowsInLaterSends() throws {
    let bench = try Bench()
    let (a, b) = (try bench.system(11), try bench.system(12))
    bench.ipc(b, .receive, .any)
    bench.send(a, .sendrec, b.endpoint, type: 7)
    bench.send(b, .send, a.endpoint, type: 8)
    for call in [IPCCall.send, .sendnb] {
      bench.ipc(b, .receive, .any)
      bench.send(a, call, b.endpoint, type: 9)
      #expect(bench.received(b)?.type == 9)
      #expect(bench.status(b) == 3)
    }
    bench.send(a, .send, b.endpoint, type: 10)
    bench.ipc(b, .receive, .any)
    _ = bench.resume(b)
    #expect(bench.status(b) == 3)
    // One RECEIVE, and all is as it should be.
    bench.ipc(b, .notify, a.endpoint)
    bench.ipc(a, .receive, .any)
    #expect(!bench.misc(a).contains(.replyPend))
    bench.ipc(b, .receive, .any)
    bench.send(a, .send, b.endpoint, type: 11)
    _ = bench.resume(b)
    #expect(bench.status(b) == 1)
  }

  /// "Send half first; if it fails the error is returned at once (MF_REPLY_PEND stays set)."
  @Test func aFailedSendHalfEndsIt() throws {
    let bench = try Bench()
    let (a, b) = (try bench.system(11), try bench.system(12))
    #expect(bench.ipc(a, .sendrec, b.endpoint, at: 0xEFFF_FFDD) == .efault)
    #expect(bench.rts(a).isEmpty)
    #expect(bench.misc(a).contains(.replyPend))
    bench.send(b, .send, a.endpoint, type: 1)
    #expect(bench.send(a, .sendrec, b.endpoint, type: 2) == .elocked)
    #expect(bench.rts(a).isEmpty)
    bench.checkInvariants()
  }
}
