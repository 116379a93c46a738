import MinixABI
import Testing

@testable import Kernel

/// ABI 3.12: a message reaches its receiver's memory when the receiver is picked, with VM's help if
/// need be.
@Suite struct DeliveryTests {
  let bench: Bench
  let sender: Guest
  let receiver: Guest

  init() throws {
    bench = try Bench()
    (sender, receiver) = (try bench.system(11), try bench.system(12))
  }

  /// `RECEIVE` tests the range and nothing else, and that before it looks for messages.
  @Test(arguments: MessagePointerTests.outside) func outside(_ buffer: UInt32) {
    bench.send(sender, .send, receiver.endpoint, type: 1)
    #expect(bench.ipc(receiver, .receive, .any, at: buffer) == .efault)
    #expect(bench.rts(sender) == .sending)
    #expect(bench.rts(receiver).isEmpty)
    bench.checkInvariants()
  }

  @Test(arguments: MessagePointerTests.present.filter { $0 & ~0xFFF != Place.readOnly })
  func present(_ buffer: UInt32) {
    bench.ipc(receiver, .receive, .any, at: buffer)
    bench.send(sender, .send, receiver.endpoint, type: 0x77)
    #expect(bench.received(receiver, at: buffer)?.type == 0x77)
  }

  /// Absent or read-only, in part or wholly: a request for writing, then the message is there.
  @Test(arguments: MessagePointerTests.absent + [Place.readOnly, Place.readOnly - 1])
  func withHelp(_ buffer: UInt32) {
    bench.ipc(receiver, .receive, .any, at: buffer)
    bench.send(sender, .send, receiver.endpoint, type: 0x77)
    #expect(bench.rts(receiver).isEmpty)
    #expect(bench.resume(receiver) == nil)
    #expect(bench.rts(receiver) == .vmRequest)
    #expect(bench.misc(receiver).contains(.deliverMessage))
    bench.checkInvariants()
    for page in Set([buffer & ~0xFFF, (buffer + 35) & ~0xFFF]) {
      bench.map(page, of: receiver, to: bench.physical(receiver, page))
    }
    bench.serveMemoryRequest(of: receiver, at: buffer, byteCount: 36, isWrite: true, .ok)
    #expect(bench.received(receiver, at: buffer)?.type == 0x77)
    #expect(bench.status(receiver) == 1)
    bench.checkInvariants()
  }

  /// 13.2: nobody can take the message there: SIGSEGV, and it is dropped.
  @Test(arguments: [ResultCode.efault, .enomem]) func refused(_ answer: ResultCode) {
    bench.ipc(receiver, .receive, .any, at: Place.nowhere)
    bench.send(sender, .send, receiver.endpoint, type: 0x77)
    #expect(bench.resume(receiver) == nil)
    bench.serveMemoryRequest(of: receiver, at: Place.nowhere, byteCount: 36, isWrite: true, answer)
    #expect(bench.resume(receiver) == nil)
    #expect(bench.rts(receiver) == [.signaled, .sigPending])
    #expect(!bench.misc(receiver).contains(.deliverMessage))
    #expect(bench.memoryRequest() == nil)
    let (victim, signals) = bench.fetchSignal()
    #expect(victim == receiver.endpoint)
    #expect(signals == Signal.segmentation.bit)
    bench.checkInvariants()
  }

  /// The answer to an earlier request says nothing about this one.
  @Test func anOldRefusalIsForgotten() {
    bench.ipc(receiver, .send, sender.endpoint, at: Place.absent)
    bench.serveMemoryRequest(of: receiver, at: Place.absent, byteCount: 36, isWrite: false, .efault)
    _ = bench.resume(receiver)
    bench.ipc(receiver, .receive, .any, at: Place.absent)
    bench.send(sender, .send, receiver.endpoint, type: 0x77)
    #expect(bench.resume(receiver) == nil)
    #expect(bench.rts(receiver) == .vmRequest)
  }

  /// Last come, first served; VM is notified when the list was empty, and only then.
  @Test func requestsFormAStack() throws {
    let third = try bench.system(13)
    for guest in [sender, receiver, third] { bench.ipc(guest, .send, .vfs, at: Place.absent) }
    // VFS waits, but nothing could be fetched.
    #expect(bench.take(.vfs).isEmpty)
    #expect(bench.take(.vm).count == 1)
    bench.checkInvariants()
    let order = (0..<3).compactMap { _ in bench.memoryRequest()?[endpoint: 28] }
    #expect(order == [third, receiver, sender].map(\.endpoint))
    #expect(bench.memoryRequest() == nil)
    // A request that VM has fetched but not answered keeps its process waiting.
    #expect(bench.rts(receiver) == .vmRequest)
    bench.checkInvariants()
  }

  /// 13.3: an answer that nobody waits for.
  @Test func answersOutOfTheBlue() {
    #expect(bench.answer(sender.endpoint, .ok) == .einval)
    bench.ipc(sender, .send, .vfs, at: Place.absent)
    #expect(bench.answer(sender.endpoint, .ok) == .einval, "not fetched yet")
    #expect(bench.memoryRequest() != nil)
    #expect(bench.answer(sender.endpoint, .vmSuspend) == .einval)
    #expect(bench.answer(.none, .ok) == .einval)
    #expect(bench.answer(sender.endpoint, .ok) == .ok)
    #expect(bench.answer(sender.endpoint, .ok) == .einval)
    bench.checkInvariants()
  }
}
