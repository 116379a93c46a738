import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// Copies that have to wait for VM: absent sources, absent and read-only destinations.
@Suite struct SuspendedCopyTests {
  let bench: Bench
  let caller: Guest
  let source: Guest
  let target: Guest

  init() throws {
    bench = try Bench()
    (caller, source) = (try bench.system(11), try bench.user(12))
    target = try bench.user(13)
    bench.write(Array(repeating: 0xAB, count: 0x1000), to: source, at: Place.readOnly)
  }

  private func request(_ from: UInt32, _ to: UInt32, count: UInt32) -> Message {
    var message = Message(type: KernelCallNumber.virtualCopy.messageType)
    message[endpoint: 12] = source.endpoint
    message[endpoint: 16] = target.endpoint
    message[word: 20] = from
    message[word: 24] = to
    message[word: 28] = count
    return message
  }

  private var reply: Int32? {
    bench.resume(caller).map { _ in bench.read(caller).type }
  }

  @Test func anAbsentSource() {
    // Begins in the read-only page and ends in the absent one: nothing is copied before all is there.
    #expect(bench.call(caller, request(Place.readOnly + 0xFF0, Place.pair, count: 32)) == nil)
    #expect(bench.rts(caller) == .vmRequest)
    #expect(bench.rts(source).isEmpty)
    #expect(bench.bytes(target, at: Place.pair, count: 1) == [0])
    #expect(bench.take(.vm).count == 1)
    bench.checkInvariants()
    bench.map(Place.absent, of: source)
    bench.serveMemoryRequest(
      of: caller, at: Place.readOnly + 0xFF0, byteCount: 32, isWrite: false, target: source, .ok)
    #expect(bench.misc(caller).contains(.kernelCallResume))
    #expect(reply == 0)
    #expect(
      bench.bytes(target, at: Place.pair, count: 32)
        == Array(repeating: 0xAB, count: 16) + Array(repeating: 0, count: 16))
    // Counted once, when it was answered.
    #expect(bench.kernel.statistics[caller.slot].kernelCalls == 1)
    bench.checkInvariants()
  }

  @Test func aReadOnlyDestination() {
    #expect(bench.call(caller, request(Place.readOnly, Place.readOnly + 8, count: 9)) == nil)
    bench.map(Place.readOnly, of: target)
    bench.serveMemoryRequest(
      of: caller, at: Place.readOnly + 8, byteCount: 9, isWrite: true, target: target, .ok)
    #expect(reply == 0)
    #expect(
      bench.bytes(target, at: Place.readOnly + 8, count: 9) == Array(repeating: 0xAB, count: 9))
  }

  /// First the source, then the destination: the call is dispatched anew each time.
  @Test func bothSides() {
    #expect(bench.call(caller, request(Place.absent, Place.nowhere, count: 0x1800)) == nil)
    for page: UInt32 in [0, 0x1000] { bench.map(Place.absent + page, of: source) }
    bench.serveMemoryRequest(
      of: caller, at: Place.absent, byteCount: 0x1800, isWrite: false, target: source, .ok)
    #expect(reply == nil)
    #expect(bench.rts(caller) == .vmRequest)
    for page: UInt32 in [0, 0x1000] { bench.map(Place.nowhere + page, of: target) }
    bench.serveMemoryRequest(
      of: caller, at: Place.nowhere, byteCount: 0x1800, isWrite: true, target: target, .ok)
    #expect(reply == 0)
    bench.checkInvariants()
  }

  /// 13.2: the resumed call fails with EFAULT, or with ENOMEM if that was VM's result.
  @Test(arguments: [(ResultCode.efault, ResultCode.efault), (.enomem, .enomem), (.einval, .efault)])
  func refused(_ answer: ResultCode, _ expected: ResultCode) {
    let message = request(Place.absent, Place.pair, count: 4)
    #expect(bench.call(caller, message) == nil)
    bench.serveMemoryRequest(
      of: caller, at: Place.absent, byteCount: 4, isWrite: false, target: source, answer)
    #expect(reply == expected.rawValue)
    #expect(bench.read(caller).source == .system)
    #expect(bench.memoryRequest() == nil)
    let key = KernelCallError(call: .virtualCopy, parameter: -1, result: expected)
    #expect(bench.kernel.statistics.kernelCallErrors[key] == 1)
    bench.checkInvariants()
  }

  /// All checks are made again: the process may be gone by then.
  @Test(arguments: [true, false]) func theOwnerDiesMeanwhile(_ fetchedBefore: Bool) {
    #expect(bench.call(caller, request(Place.absent, Place.pair, count: 4)) == nil)
    if fetchedBefore {
      #expect(bench.memoryRequest() != nil)
      bench.call(.pm, Message(.clear, source.endpoint))
      bench.answer(caller.endpoint, .ok)
    } else {
      bench.call(.pm, Message(.clear, source.endpoint))
      #expect(bench.memoryRequest() == nil)
    }
    #expect(reply == ResultCode.einval.rawValue)
    bench.checkInvariants()
  }

  /// A target that waits for VM itself does no harm (13.9).
  @Test func theTargetHasARequestItself() {
    bench.ipc(source, .sendrec, .pm, at: Place.absent)
    #expect(bench.call(caller, request(Place.absent, Place.pair, count: 4)) == nil)
    #expect(bench.memoryRequest()?[endpoint: 28] == caller.endpoint)
    #expect(bench.memoryRequest()?[endpoint: 28] == source.endpoint)
    bench.map(Place.absent, of: source)
    bench.answer(caller.endpoint, .ok)
    bench.answer(source.endpoint, .ok)
    #expect(reply == 0)
    bench.checkInvariants()
  }

  /// A suspended caller can be stopped, signalled and killed.
  @Test func whatElseHappensToTheCaller() {
    #expect(bench.call(caller, request(Place.absent, Place.pair, count: 4)) == nil)
    bench.call(.pm, Message(.runControl, caller.endpoint, 0))
    bench.call(.pm, Message(.kill, caller.endpoint, 15))
    bench.map(Place.absent, of: source)
    #expect(bench.memoryRequest() != nil)
    bench.answer(caller.endpoint, .ok)
    #expect(bench.rts(caller) == [.procStop, .signaled, .sigPending])
    #expect(bench.misc(caller).contains(.kernelCallResume))
    _ = bench.fetchSignal()
    bench.call(.pm, Message(.endKernelSignal, caller.endpoint))
    bench.call(.pm, Message(.runControl, caller.endpoint, 1))
    #expect(reply == 0)
    bench.checkInvariants()
  }

  /// A resident server is suspended like anybody else, and gets the reply as its next delivery.
  @Test(arguments: [ResultCode.ok, .efault]) func aResidentServer(_ answer: ResultCode) {
    let buffer = ResidentMemory(byteCount: 64)
    bench.kernel.attach(buffer, to: .vfs)
    bench.kernel.notify(from: .pm, to: .vfs)
    bench.habits = [.vfs: .kernelCall]
    var copy = request(Place.absent, ResidentMemory.start.rawValue, count: 64)
    copy[endpoint: 16] = .vfs
    #expect(bench.call(.vfs, copy) == .vmSuspend)
    #expect(bench.kernel.processes[Endpoint.vfs.slot].rts == .vmRequest)
    bench.checkInvariants()
    bench.map(Place.absent, of: source)
    bench.write([1, 2, 3], to: source, at: Place.absent)
    let vfs = Guest(endpoint: .vfs)
    #expect(bench.take(.vm).count == 1)
    bench.serveMemoryRequest(
      of: vfs, at: Place.absent, byteCount: 64, isWrite: false, target: source, answer)
    guard case .resident(.vfs) = bench.kernel.next() else {
      Issue.record("VFS doesn't run")
      return
    }
    let delivery = bench.kernel.delivery(to: .vfs)
    #expect(delivery.result == .ok)
    #expect(delivery.message.type == answer.rawValue)
    #expect(delivery.message.source == .system)
    #expect(Array(buffer.prefix(3)) == (answer == .ok ? [1, 2, 3] : [0, 0, 0]))
  }

  /// Ranges of a resident's buffer.
  @Test func residentMemoryHasBounds() {
    bench.kernel.attach(ResidentMemory(byteCount: 64), to: .vfs)
    let start = ResidentMemory.start.rawValue
    for (address, count) in [
      (start, 65), (start + 64, 1), (start - 1, 2), (0, 1), (start, .max), (.max, 1),
    ] as [(UInt32, UInt32)] {
      var copy = request(Place.pair, address, count: count)
      copy[endpoint: 16] = .vfs
      #expect(bench.call(.vfs, copy) == .efault)
      (copy[word: 20], copy[word: 24]) = (copy[word: 24], copy[word: 20])
      (copy[endpoint: 12], copy[endpoint: 16]) = (.vfs, target.endpoint)
      #expect(bench.call(.vfs, copy) == .efault)
    }
    var copy = request(Place.readOnly, start + 60, count: 4)
    copy[endpoint: 16] = .vfs
    #expect(bench.call(.vfs, copy) == .ok)
    var back = request(start + 59, Place.pair + 0xFFE, count: 5)
    back[endpoint: 12] = .vfs
    #expect(bench.call(.vfs, back) == .ok)
    #expect(
      bench.bytes(target, at: Place.pair + 0xFFE, count: 5) == [0, 0xAB, 0xAB, 0xAB, 0xAB])
  }
}
