import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// ABI 10.5: which exception raises which signal; and what else ring 3 can be left by.
@Suite struct ExceptionTests {
  static let signals: [(vector: UInt32, signal: Int32)] = [
    (0, 8), (1, 5), (3, 16), (4, 8), (5, 8), (6, 4), (8, 7), (9, 11), (10, 11), (11, 11), (12, 11),
    (13, 11), (15, 4), (16, 8), (17, 7), (18, 7), (19, 8),
  ]

  @Test(arguments: signals) func raises(_ vector: UInt32, _ signal: Int32) throws {
    let bench = try Bench()
    let guest = try bench.user(11)
    bench.trap(guest) { $0.vector = vector }
    #expect(bench.rts(guest) == [.signaled, .sigPending])
    #expect(bench.fetchSignal() == (guest.endpoint, Signal(rawValue: signal).bit))
    #expect(bench.take(.vm).isEmpty)
    #expect(bench.kernel.statistics[guest.slot].exceptions == 1)
    bench.checkInvariants()
  }

  /// NMI, #NM and the clock raise nothing.
  @Test(arguments: [2, 7, 0x50, 0x51] as [UInt32]) func raisesNothing(_ vector: UInt32) throws {
    let bench = try Bench()
    let guest = try bench.user(11)
    bench.trap(guest) { $0.vector = vector }
    #expect(bench.rts(guest).isEmpty)
    #expect(bench.fetchSignal().victim == .none)
    #expect(bench.resume(guest) != nil)
  }

  @Test func virtual8086ModeIsTheEnd() throws {
    let bench = try Bench()
    let guest = try bench.user(11)
    let resume = try #require(bench.resume(guest))
    resume.registers.frame.vector = UInt32(TrapVector.ipc)
    bench.kernel.handle(Trap(isVirtual8086: true))
    #expect(bench.fetchSignal() == (guest.endpoint, Signal.segmentation.bit))
  }

  @Test func theWatchdogTripsAtItsLimit() throws {
    let bench = try Bench()
    let guest = try bench.user(11)
    func fault(_ address: UInt32, eip: UInt32 = Place.readOnly) {
      bench.fault(guest, at: address, eip: eip)
      bench.drain()
      bench.vmControl(.clearPageFault, guest.endpoint)
    }
    for _ in 1..<FaultWatchdog.limit { fault(0x0805_0000) }
    #expect(bench.kernel.failure == nil)
    // Another address, another instruction, another trap: each is progress.
    fault(0x0805_1000)
    for _ in 1..<FaultWatchdog.limit { fault(0x0805_0000) }
    fault(0x0805_0000, eip: Place.readOnly + 1)
    for _ in 1..<FaultWatchdog.limit { fault(0x0805_0000) }
    bench.ipc(guest, .sendnb, .none)
    for _ in 1..<FaultWatchdog.limit { fault(0x0805_0000) }
    #expect(bench.kernel.failure == nil)
    bench.fault(guest, at: 0x0805_0000)
    guard case .noProgress(let process, _, let repeats) = bench.kernel.failure else {
      Issue.record("no failure")
      return
    }
    #expect(process == "p11")
    #expect(repeats == FaultWatchdog.limit)
    guard case .failed = bench.kernel.next() else {
      Issue.record("the kernel goes on")
      return
    }
  }

  /// A page fault of VM is nobody's to resolve: the run ends, whatever delivers it.
  @Test(arguments: FaultDelivery.allCases) func vmItselfFaults(_ delivery: FaultDelivery) throws {
    let bench = try Bench(delivery: delivery, guestServers: [.vm])
    bench.fault(Guest(endpoint: .vm), at: 0x1234_5678, eip: 0x4321)
    #expect(bench.kernel.failure == .pageFaultInVM(address: 0x1234_5678, eip: 0x4321))
    guard case .failed = bench.kernel.next() else {
      Issue.record("the kernel goes on")
      return
    }
    bench.checkInvariants()
  }

  /// A process that manages its own signals dies of a lethal one, and the run with it.
  @Test func theSignalManagerItself() throws {
    let bench = try Bench()
    bench.kernel.raise(.terminate, on: Endpoint.pm.slot)
    #expect(
      bench.take(.pm).map(\.message.notifyArgument) == [
        Signal.terminate.bit | FaultDelivery.message.signals.signalForManager.bit
      ])
    bench.kernel.raise(.segmentation, on: Endpoint.pm.slot)
    #expect(bench.kernel.failure == .serverDied(process: "pm", signal: .segmentation))
    bench.checkInvariants()
  }

  /// A tick that comes with another trap: that trap comes first, and the time is still charged.
  @Test(arguments: [IPCCall.send, .sendrec, .receive]) func aTickWithAnIPCTrap(_ call: IPCCall)
    throws
  {
    let bench = try Bench(habits: [.pm: .receive(from: .vfs)])
    let (a, b) = (try bench.system(11), try bench.system(12))
    bench.kernel.processes[a.slot].scheduler = .pm
    bench.write(Message(type: 0x55), to: a, at: Place.message)
    bench.ipc(a, call, b.endpoint, ticks: 20)
    bench.checkInvariants()
    #expect(bench.kernel.userTicks(of: a.slot) == 20)
    if call != .receive {
      bench.ipc(b, .receive, a.endpoint)
      #expect(bench.received(b)?.type == 0x55)
      #expect(bench.status(b) == call.rawValue)
    }
    bench.checkInvariants()
  }

  @Test func aTickWithAPageFault() throws {
    let bench = try Bench(habits: [.pm: .receive(from: .vfs), .vm: .receive(from: .vfs)])
    let guest = try bench.user(11, scheduledBy: .pm)
    bench.fault(guest, at: 0x0805_0000, ticks: 20)
    bench.checkInvariants()
    bench.habits = [:]
    bench.kernel.notify(from: .vfs, to: .vm)
    #expect(bench.take(.vm).last?.message.type == 0xCFF)
    bench.vmControl(.clearPageFault, guest.endpoint)
    bench.checkInvariants()
    // Its quantum is used up all the same: its scheduler hears of it before it runs on.
    #expect(bench.resume(guest) == nil)
    #expect(bench.rts(guest) == [.noQuantum, .sending])
    bench.checkInvariants()
  }
}
