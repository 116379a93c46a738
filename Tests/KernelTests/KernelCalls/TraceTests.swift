import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// SYS_TRACE, and traced calls (ABI 8.9, 3.4 and 4.4).
@Suite struct TraceTests {
  let bench: Bench
  let service: Guest
  let user: Guest

  init() throws {
    bench = try Bench()
    (service, user) = (try bench.system(11), try bench.user(12))
    _ = bench.resume(user)
  }

  private func trace(
    _ request: Int32, _ address: UInt32 = 0, _ data: UInt32 = 0, of endpoint: Endpoint? = nil
  ) -> (result: ResultCode, data: UInt32)? {
    var message = Message(.trace, endpoint ?? user.endpoint, request)
    (message[word: 20], message[word: 24]) = (address, data)
    return bench.call(service, message).map { (ResultCode(rawValue: $0.type), $0[word: 24]) }
  }

  private var frame: TrapFrame { bench.kernel.processes[user.slot].frame }

  @Test func memory() throws {
    bench.write([0x11, 0x22, 0x33, 0x44, 0x55], to: user, at: Place.pair + 0xFFE)
    for request in [1, 2] as [Int32] {
      #expect(try #require(trace(request, Place.pair + 0xFFE)) == (.ok, 0x4433_2211))
    }
    #expect(try #require(trace(100, Place.pair + 0x1000)) == (.ok, 0x33))
    for request in [4, 5] as [Int32] {
      #expect(try #require(trace(request, Place.pair + 0xFFE, 0xAABB_CC00)) == (.ok, 0))
    }
    #expect(try #require(trace(101, Place.pair + 0x1002, 0x1234)) == (.ok, 0))
    let bytes = bench.bytes(user, at: Place.pair + 0xFFE, count: 5)
    #expect(bytes == [0x00, 0xCC, 0xBB, 0xAA, 0x34])
    for request in [1, 2, 4, 5, 100, 101] as [Int32] {
      #expect(trace(request, 0xF000_0000)?.result == .efault)
    }
  }

  /// Breakpoints go into read-only pages: VM makes them private and writable.
  @Test func readOnlyMemory() {
    #expect(trace(4, Place.readOnly, 0xCC) == nil)
    bench.map(Place.readOnly, of: user)
    bench.serveMemoryRequest(
      of: service, at: Place.readOnly, byteCount: 4, isWrite: true, target: user, .ok)
    _ = bench.resume(service)
    #expect(bench.read(service).type == 0)
    #expect(bench.bytes(user, at: Place.readOnly, count: 1) == [0xCC])
  }

  @Test func structures() throws {
    bench.trap(user) {
      $0.vector = 0x50
      $0.eax = 0x1234_5678
    }
    #expect(try #require(trace(3, 36)) == (.ok, 0x1234_5678))
    #expect(trace(3, 44)?.data == frame.eip)
    #expect(trace(3, 756)?.data == UInt32(bitPattern: user.endpoint.rawValue))
    // Behind the process structure: INIT's privileges, which users share.
    #expect(trace(3, 928)?.data == 10)
    #expect(trace(3, 928 + 4)?.data == 0x0006_000E)
    #expect(trace(3, 928 + 472)?.result == .ok)
    for address in [1, 2, 35, 928 + 476, .max, .max - 3] as [UInt32] {
      #expect(trace(3, address)?.result == .efault, "\(address)")
    }
  }

  @Test func registers() throws {
    let before = frame
    for offset in [8, 12, 16, 24, 28, 32, 36, 44, 56] as [UInt32] {
      #expect(try #require(trace(6, offset, 0xF000_0000 + offset)) == (.ok, 0))
    }
    #expect(frame.edi == 0xF000_0008 && frame.eip == 0xF000_002C && frame.esp == 0xF000_0038)
    #expect(trace(6, 52, .max)?.result == .ok)
    #expect(frame.eflags == before.eflags | 0xCD5)
    // The copy of ESP and the return address mean nothing.
    for offset in [20, 40] as [UInt32] { #expect(trace(6, offset, 1)?.result == .ok) }
    for offset in [0, 4, 48, 60, 64, 13, 928, .max] as [UInt32] {
      #expect(trace(6, offset, 1)?.result == .efault, "\(offset)")
    }
    #expect(frame.cs == before.cs && frame.ss == before.ss && frame.ds == before.ds)
  }

  @Test func stopAndGo() throws {
    #expect(trace(9)?.result == .ok)
    #expect(frame.eflags & 0x100 != 0)
    #expect(trace(-1)?.result == .ok)
    #expect(bench.rts(user) == .pStop)
    #expect(frame.eflags & 0x100 == 0)
    bench.checkInvariants()
    #expect(bench.resume(user) == nil)
    for (request, flags) in [(7, MiscFlags()), (10, .syscallTrace), (12, .syscallTrace)] {
      _ = trace(-1)
      bench.kernel.processes[user.slot].misc.remove(.syscallTrace)
      if request == 12 {
        bench.kernel.processes[user.slot].misc.insert([.syscallTrace, .syscallActive])
      }
      #expect(try #require(trace(Int32(request), 0, 99)) == (.ok, 0))
      #expect(bench.rts(user).isEmpty)
      #expect(bench.misc(user).intersection([.syscallTrace, .syscallActive]) == flags)
    }
    #expect(trace(-1)?.result == .ok)
    #expect(!bench.misc(user).contains(.syscallTrace))
  }

  @Test func refusals() {
    for request in [0, 8, 11, 13, 14, 15, 99, 102, -2] as [Int32] {
      #expect(trace(request)?.result == .einval, "\(request)")
    }
    for (endpoint, result) in [
      (Endpoint.none, ResultCode.einval), (Endpoint(rawValue: 12), .einval), (.clock, .eperm),
      (.pm, .eperm),
    ] {
      #expect(trace(-1, of: endpoint)?.result == result)
    }
    bench.checkInvariants()
  }

  // MARK: Traced calls

  private func fetchTrap() {
    #expect(bench.fetchSignal() == (user.endpoint, Signal.trap.bit))
    _ = trace(-1)
    bench.call(.pm, Message(.endKernelSignal, user.endpoint))
    #expect(bench.rts(user).contains(.pStop))
  }

  /// Before the call and after it; the tracer can change the registers in between, and the call is the
  /// one that was made.
  @Test func aCallStopsTwice() {
    _ = trace(-1)
    #expect(trace(10)?.result == .ok)
    bench.send(user, .sendrec, .pm, type: 0x20)
    #expect(bench.rts(user) == [.signaled, .sigPending])
    #expect(bench.misc(user).contains(.syscallDefer) && !bench.misc(user).contains(.syscallTrace))
    #expect(frame.eax == 0, "the peer, PM, still")
    #expect(!bench.take(.pm).contains { $0.message.type == 0x20 })
    bench.checkInvariants()
    fetchTrap()
    _ = trace(6, 36, 0x7777)
    #expect(trace(10)?.result == .ok)
    #expect(bench.resume(user) == nil)
    #expect(bench.rts(user) == .receiving)
    #expect(bench.take(.pm).contains { $0.message.type == 0x20 })
    #expect(bench.misc(user).contains(.syscallActive))
    bench.kernel.sendWithoutBlocking(Message(type: 0x21), from: .pm, to: user.endpoint)
    #expect(bench.resume(user) == nil)
    #expect(bench.rts(user) == [.signaled, .sigPending])
    #expect(bench.read(user).type == 0x21, "the message is there when the tracer looks")
    #expect(bench.misc(user).isDisjoint(with: [.syscallActive, .syscallTrace, .syscallDefer]))
    fetchTrap()
    #expect(trace(7)?.result == .ok)
    #expect(bench.resume(user) != nil)
    bench.checkInvariants()
  }

  /// A tracer that lets go after the first stop hears of no second.
  @Test func detachedInBetween() {
    _ = trace(10)
    bench.send(user, .sendrec, .pm, type: 0x20)
    fetchTrap()
    #expect(trace(12)?.result == .ok)
    _ = bench.resume(user)
    bench.kernel.sendWithoutBlocking(Message(type: 0x21), from: .pm, to: user.endpoint)
    #expect(bench.received(user)?.type == 0x21)
    #expect(bench.misc(user).isDisjoint(with: [.syscallActive, .syscallTrace, .syscallDefer]))
  }

  /// A traced call whose message is not there is the same call when it is made again.
  @Test func tracedCallThatWaitsForMemory() {
    _ = trace(10)
    bench.ipc(user, .sendrec, .pm, at: Place.absent)
    fetchTrap()
    _ = trace(10)
    #expect(bench.resume(user) == nil)
    #expect(bench.rts(user) == .vmRequest)
    bench.map(Place.absent, of: user)
    bench.write(Message(type: 0x20), to: user, at: Place.absent)
    bench.serveMemoryRequest(of: user, at: Place.absent, byteCount: 36, isWrite: false, .ok)
    _ = bench.resume(user)
    #expect(bench.rts(user) == .receiving)
    bench.checkInvariants()
  }

  /// RC_DELAY on a postponed call: EBUSY; SIGSNDELAY comes when the call has been made.
  @Test func stopWithDelay() {
    bench.call(.pm, Message(.scheduleControl, user.endpoint))
    _ = trace(10)
    bench.send(user, .sendrec, .pm, type: 0x20)
    #expect(bench.call(.pm, Message(.runControl, user.endpoint, 0, 1)) == .ebusy)
    fetchTrap()
    _ = trace(7)
    _ = bench.resume(user)
    #expect(bench.rts(user) == [.receiving, .signaled, .sigPending])
    #expect(bench.fetchSignal() == (user.endpoint, Signal.sendDelay.bit))
    bench.checkInvariants()
  }
}
