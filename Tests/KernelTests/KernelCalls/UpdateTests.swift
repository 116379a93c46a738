import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// SYS_UPDATE and SYS_ABORT (ABI 8.4 and 8.9).
@Suite struct UpdateTests {
  let bench: Bench
  let service: Guest
  let old: Guest
  let new: Guest

  init() throws {
    bench = try Bench()
    (service, old) = (try bench.system(11), try bench.system(12))
    new = try bench.system(13)
  }

  private func update(_ a: Endpoint, _ b: Endpoint) -> ResultCode? {
    let message = Message(.update, a, b.rawValue)
    return bench.call(service, message).map { ResultCode(rawValue: $0.type) }
  }

  @Test func theyChangePlaces() throws {
    let sender = try bench.system(14)
    bench.send(sender, .send, old.endpoint, type: 0x321)
    bench.kernel.notify(from: .vfs, to: old.endpoint)
    bench.kernel.privileges[bench.kernel.processes[old.slot].privilege].pendingInterrupts = 0x40
    bench.ipc(old, .receive, service.endpoint)
    bench.ipc(new, .receive, service.endpoint, at: Place.pair)
    let before = (bench.kernel.processes[old.slot], bench.kernel.processes[new.slot])
    let ids = [old, new].map { bench.kernel.processes[$0.slot].privilege }
    bench.kernel.privileges[ids[0]].kernelCallMask = 0x1
    #expect(update(old.endpoint, new.endpoint) == .ok)
    bench.checkInvariants()
    let after = (bench.kernel.processes[old.slot], bench.kernel.processes[new.slot])
    #expect(after.0.directory == before.1.directory && after.1.directory == before.0.directory)
    #expect(after.0.endpoint == old.endpoint && after.1.endpoint == new.endpoint)
    #expect([after.0.privilege, after.1.privilege] == ids)
    #expect(bench.kernel.privileges[ids[1]].kernelCallMask == 0x1)
    #expect(bench.kernel.privileges[ids[0]].kernelCallMask == .max)
    #expect(ids.map { bench.kernel.privileges[$0].pendingInterrupts } == [0x40, 0])
    // The reply comes where the new one wants it; callers and notifications have waited for both.
    #expect(bench.send(service, .send, old.endpoint, type: 0x77) == .ok)
    #expect(bench.received(old, at: Place.pair)?.type == 0x77)
    #expect(bench.ipc(old, .receive, .any) == .ok)
    #expect(bench.received(old)?.type == 0x1005)
    #expect(bench.ipc(old, .receive, .any) == .ok)
    #expect(bench.received(old)?.type == 0x321)
    #expect(bench.rts(new) == .receiving)
    bench.checkInvariants()
  }

  @Test func refusals() throws {
    let user = try bench.user(15)
    #expect(update(.none, old.endpoint) == .einval)
    #expect(update(old.endpoint, .none) == .einval)
    #expect(update(user.endpoint, old.endpoint) == .eperm)
    #expect(update(old.endpoint, .initProcess) == .eperm)
    // One runs, or both.
    bench.ipc(old, .receive, .any)
    #expect(update(old.endpoint, new.endpoint) == .ebusy)
    #expect(update(new.endpoint, old.endpoint) == .ebusy)
    // Resident servers and kernel tasks don't move.
    #expect(update(old.endpoint, .pm) == .ebusy)
    #expect(update(old.endpoint, .clock) == .ebusy)
    #expect(update(old.endpoint, old.endpoint) == .ok)
    // A sender stands in a queue.
    bench.send(new, .sendrec, service.endpoint, type: 1)
    bench.call(.pm, Message(.kill, new.endpoint, 15))
    #expect(update(old.endpoint, new.endpoint) == .ebusy)
    bench.checkInvariants()
  }

  /// A call that will be made again belongs to its slot, whether VM has answered or not.
  @Test func callsToBeMadeAgain() {
    let copy = Message.copy(
      .virtualCopy, from: (1, .itself, Place.absent), to: (1, .itself, Place.message), 4)
    #expect(bench.call(old, copy) == nil)
    for guest in [old, new] { bench.call(.pm, Message(.kill, guest.endpoint, 15)) }
    #expect(bench.rts(old) == [.vmRequest, .signaled, .sigPending])
    #expect(update(old.endpoint, new.endpoint) == .ebusy)
    bench.map(Place.absent, of: old)
    bench.serveMemoryRequest(of: old, at: Place.absent, byteCount: 4, isWrite: false, .ok)
    #expect(bench.rts(old) == [.signaled, .sigPending])
    #expect(update(old.endpoint, new.endpoint) == .ebusy)
    bench.checkInvariants()
  }

  @Test func signalsPendingWillDo() {
    for guest in [old, new] { bench.call(.pm, Message(.kill, guest.endpoint, 15)) }
    #expect(update(old.endpoint, new.endpoint) == .ok)
    bench.checkInvariants()
  }

  // MARK: ABORT

  private func abort(_ how: Int32, length: UInt32 = 0, at address: UInt32 = 0) -> ResultCode? {
    var message = Message(type: KernelCallNumber.abort.messageType)
    message[int: 8] = how
    message[endpoint: 12] = service.endpoint
    (message[word: 16], message[word: 20]) = (length, address)
    return bench.call(service, message).map { ResultCode(rawValue: $0.type) }
  }

  @Test(arguments: [0, 1, 2, 4, 99] as [Int32]) func abortEndsTheRun(_ how: Int32) {
    #expect(abort(how) == .ok)
    #expect(bench.kernel.nextTimerTick == 60)
    bench.tick(service, 59)
    #expect(bench.resume(service) != nil)
    bench.tick(service)
    guard case .shutDown(let kind) = bench.kernel.next() else {
      Issue.record("the run goes on")
      return
    }
    #expect(kind.rawValue == how)
  }

  @Test func abortToTheMonitor() {
    #expect(abort(3, length: 512, at: Place.message) == .e2big)
    #expect(abort(3, length: .max - 1, at: Place.message) == .e2big)
    #expect(abort(3, length: .max, at: Place.message) == .edom)
    #expect(abort(3, length: 10, at: 0xEFFF_FFFA) == .efault)
    #expect(bench.kernel.nextTimerTick == nil)
    #expect(abort(3, length: 511, at: Place.message) == .ok)
    #expect(bench.kernel.nextTimerTick == 60)
  }
}
