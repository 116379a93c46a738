import MinixABI
import Testing

@testable import Kernel

/// ABI 3.10: which circles of waiting processes are refused.
@Suite struct DeadlockTests {
  let bench: Bench
  let a: Guest
  let b: Guest
  let c: Guest

  init() throws {
    bench = try Bench()
    (a, b, c) = (try bench.system(11), try bench.system(12), try bench.system(13))
  }

  @Test(arguments: [IPCCall.send, .sendrec]) func twoSenders(_ first: IPCCall) {
    bench.send(a, first, b.endpoint, type: 1)
    #expect(bench.send(b, .send, a.endpoint, type: 2) == .elocked)
    #expect(bench.send(b, .sendrec, a.endpoint, type: 2) == .elocked)
    #expect(bench.send(b, .sendnb, a.endpoint, type: 2) == .enotready)
    #expect(bench.rts(b).isEmpty)
    bench.checkInvariants()
    // Receiving is the way out.
    #expect(bench.ipc(b, .receive, a.endpoint) == .ok)
    #expect(bench.received(b)?.type == 1)
  }

  @Test func twoReceivers() {
    bench.ipc(a, .receive, b.endpoint)
    #expect(bench.ipc(b, .receive, a.endpoint) == .elocked)
    #expect(bench.rts(b).isEmpty)
    #expect(bench.status(b) == 0)
    #expect(bench.ipc(b, .receive, .any) == .ok)
    #expect(bench.rts(b) == .receiving)
    bench.checkInvariants()
  }

  /// One sends and the other receives: the message passes.
  @Test func aSenderAndAReceiver() {
    bench.ipc(a, .receive, b.endpoint)
    #expect(bench.send(b, .sendrec, a.endpoint, type: 4) == .ok)
    #expect(bench.received(a)?.type == 4)
    // Now b waits for a's reply, and a may not wait for b.
    #expect(bench.ipc(a, .receive, b.endpoint) == .elocked)
    #expect(bench.send(a, .send, b.endpoint, type: 5) == .ok)
    bench.checkInvariants()
  }

  @Test(arguments: [IPCCall.send, .sendrec, .receive]) func threeProcesses(_ last: IPCCall) {
    bench.send(a, .send, b.endpoint, type: 1)
    bench.send(b, .send, c.endpoint, type: 2)
    bench.write(Message(type: 3), to: c, at: Place.message)
    #expect(bench.ipc(c, last, a.endpoint) == .elocked)
    #expect(bench.rts(c).isEmpty)
    bench.checkInvariants()
    bench.ipc(c, .receive, .any)
    #expect(bench.received(c)?.type == 2)
  }

  @Test func threeReceivers() {
    bench.ipc(a, .receive, b.endpoint)
    bench.ipc(b, .receive, c.endpoint)
    #expect(bench.ipc(c, .receive, a.endpoint) == .elocked)
    #expect(bench.send(c, .send, b.endpoint, type: 1) == .ok)
    bench.checkInvariants()
  }

  /// A chain that ends at somebody who waits for anyone, or for nobody, is no circle.
  @Test func aChainIsNoCircle() {
    bench.ipc(a, .receive, .any)
    bench.ipc(b, .receive, a.endpoint)
    #expect(bench.ipc(c, .receive, b.endpoint) == .ok)
    #expect(bench.rts(c) == .receiving)
    bench.checkInvariants()
  }

  /// MINIX waits for ever, too: a process that receives from itself is in no circle of two.
  @Test func receivingFromOneself() {
    #expect(bench.ipc(a, .receive, a.endpoint) == .ok)
    #expect(bench.rts(a) == .receiving)
    bench.checkInvariants()
  }
}
