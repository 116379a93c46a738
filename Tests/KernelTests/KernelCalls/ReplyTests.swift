import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// Where a kernel call's reply goes (ABI 7.4, 8.1), and what becomes of it if it can't get there.
@Suite struct ReplyTests {
  let bench: Bench
  let caller: Guest
  let target: Guest

  init() throws {
    bench = try Bench()
    (caller, target) = (try bench.system(11), try bench.user(12))
  }

  /// A call that shows how often it was made: the stack pointer moves each time.
  private var request: Message {
    Message(.incrementStackPointer, who: target.endpoint, value: 0x10)
  }

  private var stackPointer: UInt32 { bench.kernel.processes[target.slot].frame.esp }

  /// As after a fork: the page can be read, and written when VM has seen to it.
  @Test(arguments: [
    Place.readOnly, Place.readOnly + 1, Place.readOnly + 0xFDC, Place.readOnly - 4,
    Place.readOnly - 35,
  ])
  func copyOnWrite(_ buffer: UInt32) {
    let before = stackPointer
    #expect(bench.call(caller, request, at: buffer) == nil)
    #expect(bench.rts(caller) == .vmRequest)
    #expect(bench.rts(target).isEmpty)
    #expect(stackPointer == before + 0x10)
    #expect(bench.read(caller, at: buffer) == request, "nothing is left half done")
    #expect(bench.take(.vm).count == 1)
    bench.checkInvariants()
    bench.map(Place.readOnly, of: caller, to: bench.physical(caller, Place.readOnly))
    bench.serveMemoryRequest(of: caller, at: buffer, byteCount: 36, isWrite: true, .ok)
    #expect(bench.misc(caller).contains(.kernelCallResume))
    let reply = bench.received(caller, at: buffer)
    #expect((reply?.source, reply?.type, reply?[word: 16]) == (.system, 0, 0x10))
    // It was the reply that waited: the call is neither made nor counted again.
    #expect(stackPointer == before + 0x10)
    #expect(bench.kernel.statistics[caller.slot].kernelCalls == 1)
    #expect(bench.misc(caller).isDisjoint(with: [.kernelCallResume, .deliverMessage]))
    bench.checkInvariants()
  }

  /// "MINIX's behaviour stands outside regions": the reply is lost, and the caller goes on.
  @Test(arguments: [ResultCode.efault, .enomem, .einval]) func refused(_ answer: ResultCode) {
    let before = stackPointer
    #expect(bench.call(caller, request, at: Place.readOnly) == nil)
    bench.serveMemoryRequest(of: caller, at: Place.readOnly, byteCount: 36, isWrite: true, answer)
    #expect(bench.received(caller, at: Place.readOnly) == request)
    #expect(bench.rts(caller).isEmpty)
    #expect(stackPointer == before + 0x10)
    #expect(bench.memoryRequest() == nil)
    bench.checkInvariants()
    // The next call is another one.
    #expect(bench.call(caller, request)?.type == 0)
    #expect(stackPointer == before + 0x20)
  }

  /// A call that has failed says so, too; and one that had to wait before it could be made.
  @Test func otherResults() {
    bench.write(
      Message(.runControl, .none), to: caller, at: Place.readOnly)
    bench.trapKernelCall(caller, at: Place.readOnly)
    bench.map(Place.readOnly, of: caller, to: bench.physical(caller, Place.readOnly))
    bench.serveMemoryRequest(of: caller, at: Place.readOnly, byteCount: 36, isWrite: true, .ok)
    #expect(bench.received(caller, at: Place.readOnly)?.type == ResultCode.einval.rawValue)
  }

  @Test func bothWait() {
    let copy = Message.copy(
      .virtualCopy, from: (1, target.endpoint, Place.absent), to: (1, .itself, Place.pair), 4)
    #expect(bench.call(caller, copy, at: Place.readOnly) == nil)
    bench.map(Place.absent, of: target)
    bench.write([1, 2, 3, 4], to: target, at: Place.absent)
    bench.serveMemoryRequest(
      of: caller, at: Place.absent, byteCount: 4, isWrite: false, target: target, .ok)
    #expect(bench.resume(caller) == nil)
    #expect(bench.bytes(caller, at: Place.pair, count: 4) == [1, 2, 3, 4])
    bench.map(Place.readOnly, of: caller, to: bench.physical(caller, Place.readOnly))
    bench.serveMemoryRequest(of: caller, at: Place.readOnly, byteCount: 36, isWrite: true, .ok)
    #expect(bench.received(caller, at: Place.readOnly)?.type == 0)
    #expect(bench.kernel.statistics[caller.slot].kernelCalls == 1)
    bench.checkInvariants()
  }

  /// 7.4: the result goes to the original buffer, whatever a tracer has done to EAX meanwhile.
  @Test(arguments: [false, true]) func theOriginalBuffer(_ isReplyWaiting: Bool) {
    let buffer = isReplyWaiting ? Place.readOnly : Place.message
    let copy = Message.copy(
      .virtualCopy, from: (1, .itself, isReplyWaiting ? Place.message : Place.absent),
      to: (1, .itself, Place.pair), 4)
    #expect(bench.call(caller, copy, at: buffer) == nil)
    var change = Message(.trace, caller.endpoint, TraceRequest.setUser.rawValue)
    (change[word: 20], change[word: 24]) = (36, Place.pair + 0x1000)
    #expect(bench.call(.pm, change) == .ok)
    let page = isReplyWaiting ? Place.readOnly : Place.absent
    bench.map(page, of: caller, to: bench.physical(caller, page))
    #expect(bench.memoryRequest() != nil)
    bench.answer(caller.endpoint, .ok)
    #expect(bench.received(caller, at: buffer)?.source == .system)
    #expect(bench.read(caller, at: buffer).type == 0)
    #expect(bench.read(caller, at: Place.pair + 0x1000) == Message())
    #expect(bench.result(caller).rawValue == Int32(Place.pair + 0x1000))
  }

  /// Whose reply waits may die meanwhile, or be stopped.
  @Test(arguments: [false, true]) func theCallerDies(_ isFetched: Bool) throws {
    #expect(bench.call(caller, request, at: Place.readOnly) == nil)
    if isFetched { #expect(bench.memoryRequest() != nil) }
    #expect(bench.call(.pm, Message(.clear, caller.endpoint)) == .ok)
    bench.checkInvariants()
    #expect(bench.memoryRequest() == nil)
    #expect(bench.answer(caller.endpoint, .ok) == .einval)
    // Its heir has no reply to wait for.
    let heir = try bench.system(11)
    #expect(bench.resume(heir) != nil)
    #expect(bench.call(heir, request)?.type == 0)
    bench.checkInvariants()
  }

  /// A process that clears itself leaves nothing to be written.
  @Test func nobodyIsLeft() {
    bench.write(Message(.clear, caller.endpoint), to: caller, at: Place.readOnly)
    bench.trapKernelCall(caller, at: Place.readOnly)
    #expect(bench.rts(caller) == .slotFree)
    #expect(bench.memoryRequest() == nil)
    bench.checkInvariants()
  }

  /// VM can't wait for itself: its reply is lost, as in MINIX.
  @Test func aGuestVM() throws {
    let bench = try Bench(guestServers: [.vm])
    let vm = Guest(endpoint: .vm)
    #expect(
      bench.call(vm, Message(.getCR3, who: .itself), at: Place.readOnly)?.source
        == Endpoint(rawValue: 0))
    #expect(bench.rts(vm).isEmpty)
    #expect(bench.resume(vm) != nil)
  }
}
