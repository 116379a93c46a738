import I386
import MinixABI
import Testing

@testable import Kernel

/// In which order an IPC call looks at things, and in which order what waits is taken. ABI 3.6, 3.7.
@Suite struct OrderTests {
  let bench: Bench
  let a: Guest
  let b: Guest
  let c: Guest

  init() throws {
    bench = try Bench()
    (a, b, c) = (try bench.system(11), try bench.system(12), try bench.system(13))
  }

  /// A message is fetched when it is clear that it will be taken or waited with, not before.
  @Test(arguments: [Place.absent, 0xEFFF_FFDD, 0xFFFF_FFFF] as [UInt32])
  func theFetchComesLast(_ buffer: UInt32) {
    #expect(bench.ipc(a, .sendnb, b.endpoint, at: buffer) == .enotready)
    #expect(bench.rts(a).isEmpty)
    bench.send(b, .send, a.endpoint, type: 1)
    #expect(bench.ipc(a, .send, b.endpoint, at: buffer) == .elocked)
    #expect(bench.ipc(a, .sendrec, b.endpoint, at: buffer) == .elocked)
    #expect(bench.rts(a).isEmpty)
    for call in [IPCCall.send, .sendnb, .sendrec] {
      #expect(bench.ipc(a, call, .none, at: buffer) == .edeadsrcdst)
    }
    #expect(bench.ipc(a, .notify, b.endpoint, at: buffer) == .ok)
    #expect(bench.memoryRequest() == nil)
    bench.checkInvariants()
  }

  /// RECEIVE looks at its source first, then at its buffer, and then at what waits.
  @Test func theBufferComesBeforeTheMessages() {
    bench.send(b, .send, a.endpoint, type: 1)
    bench.ipc(c, .notify, a.endpoint)
    #expect(bench.ipc(a, .receive, .none, at: 0xF000_0000) == .edeadsrcdst)
    #expect(bench.ipc(a, .receive, .any, at: 0xF000_0000) == .efault)
    #expect((bench.rts(a), bench.status(a)) == ([], 0))
    #expect(!bench.misc(a).contains(.deliverMessage))
    #expect(bench.rts(b) == .sending)
    bench.ipc(a, .receive, .any)
    #expect(bench.received(a)?.source == c.endpoint)
    bench.checkInvariants()
  }

  /// Everything that can wait for a process, sent in the opposite order: notifications by privilege
  /// id, SENDA tables by their senders' privilege ids, senders in the order of their coming.
  @Test func everythingThatWaits() throws {
    let services = try (14..<18).map { try bench.system($0) }
    bench.send(services[3], .send, a.endpoint, type: 0x31)
    bench.send(services[2], .send, a.endpoint, type: 0x32)
    for (sender, type) in [(services[1], 0x22), (services[0], 0x21)] as [(Guest, Int32)] {
      write(table: [(1, type), (1, type + 0x100)], of: sender)
      bench.ipc(sender, .senda, Endpoint(rawValue: 2), at: Place.pair)
    }
    for guest in [c, b] { #expect(bench.ipc(guest, .notify, a.endpoint) == .ok) }
    for server in [Endpoint.vm, .vfs, .pm] { bench.kernel.notify(from: server, to: a.endpoint) }
    for task in [Endpoint.kernel, .system, .clock] {
      #expect(bench.kernel.notify(from: task.slot, to: a.slot) == .ok)
    }
    var types: [Int32] = []
    for _ in 0..<14 {
      bench.ipc(a, .receive, .any)
      types.append(try #require(bench.received(a)).type)
      bench.checkInvariants()
    }
    let notifications: [Int32] = [1, 2, 3, 4, 5, 12, 16, 17].map { 0x1000 | $0 }
    #expect(types == notifications + [0x21, 0x121, 0x22, 0x122, 0x32 - 1, 0x32])
    bench.ipc(a, .receive, .any)
    #expect(bench.rts(a) == .receiving)
  }

  /// A SENDA table at `Place.pair`, all for `a`.
  private func write(table: [(flags: UInt32, type: Int32)], of sender: Guest) {
    for (index, entry) in table.enumerated() {
      let head = [entry.flags, UInt32(bitPattern: a.endpoint.rawValue), 0].flatMap { word in
        (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
      }
      bench.write(
        head + Message(type: entry.type).bytes, to: sender, at: Place.pair + UInt32(index) * 48)
    }
  }

  /// A specific source: only what comes from it, in the same order.
  @Test func fromOneSource() throws {
    write(table: [(1, 0x21)], of: b)
    bench.ipc(b, .senda, Endpoint(rawValue: 1), at: Place.pair)
    bench.ipc(c, .notify, a.endpoint)
    bench.send(c, .send, a.endpoint, type: 0x33)
    bench.ipc(b, .notify, a.endpoint)
    bench.send(b, .send, a.endpoint, type: 0x32)
    for type in [0x1010, 0x21, 0x32] as [Int32] {
      #expect(bench.ipc(a, .receive, b.endpoint) == .ok)
      #expect(bench.received(a)?.type == type)
    }
    // Now b may send again; what c has sent is still there.
    bench.ipc(a, .receive, b.endpoint)
    #expect(bench.rts(a) == .receiving)
    bench.send(b, .send, a.endpoint, type: 0x34)
    for type in [0x34, 0x1011, 0x33] as [Int32] {
      #expect(bench.received(a)?.type == type)
      bench.ipc(a, .receive, .any)
    }
    #expect(bench.rts(a) == .receiving)
    bench.checkInvariants()
  }

  /// The receiver of a kernel's message sees its stale flag in the call bits, as a fault's does (3.3);
  /// direct and queued.
  @Test(arguments: [true, false], [true, false])
  func quantumMessages(_ isStale: Bool, _ isQueued: Bool) {
    if isStale {
      bench.ipc(c, .receive, .any)
      bench.send(b, .sendrec, c.endpoint, type: 1)
      bench.send(c, .send, b.endpoint, type: 2)
      _ = bench.resume(b)
    }
    #expect(bench.misc(b).contains(.replyPend) == isStale)
    bench.kernel.processes[b.slot].scheduler = a.endpoint
    if !isQueued { bench.ipc(a, .receive, .any) }
    bench.tick(b, 8)
    bench.drain()
    #expect(bench.resume(b) == nil)
    #expect(bench.rts(b) == (isQueued ? [.noQuantum, .sending] : .noQuantum))
    #expect(bench.misc(b).contains(.sendingFromKernel) == isQueued)
    if isQueued { bench.ipc(a, .receive, .any) }
    #expect(bench.received(a)?.type == SchedulingMessage.noQuantum)
    #expect(bench.read(a).source == b.endpoint)
    #expect(bench.status(a) == (isStale ? 0x0001_0003 : 0x0001_0001))
    #expect(bench.rts(b) == .noQuantum)
    #expect(!bench.misc(b).contains(.sendingFromKernel))
    bench.checkInvariants()
  }
}
