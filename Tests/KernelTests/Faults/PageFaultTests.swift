import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// ABI 5.3: a page fault is a message to VM, and its process runs on when VM says so.
@Suite struct PageFaultTests {
  private static var address: UInt32 { 0x0805_0123 }

  private func expectMessage(
    _ delivery: Kernel.Delivery?, _ guest: Guest, _ error: UInt32, status: UInt32
  ) {
    #expect(delivery?.message.source == guest.endpoint)
    #expect(delivery?.message.type == 0xCFF)
    #expect(delivery?.message[word: 8] == Self.address)
    #expect(delivery?.message[word: 12] == error)
    #expect(delivery?.status.rawValue == status)
  }

  /// "Resulting states": VM blocked in RECEIVE(ANY).
  @Test func vmWaits() throws {
    let bench = try Bench()
    let guest = try bench.user(11)
    _ = bench.resume(guest)
    let eax = bench.result(guest)
    bench.fault(guest, at: Self.address, [.user, .write])
    #expect(bench.rts(guest) == .pageFault)
    #expect(!bench.misc(guest).contains(.sendingFromKernel))
    let vm = bench.kernel.processes[Endpoint.vm.slot]
    #expect(vm.rts.isEmpty)
    #expect(vm.misc.contains(.deliverMessage))
    #expect(vm.deliverMessage.type == 0xCFF)
    let received = bench.take(.vm)
    #expect(received.count == 1)
    expectMessage(received.first, guest, 6, status: 0x0001_0001)
    #expect(bench.resume(guest) == nil)
    bench.checkInvariants()
    #expect(bench.vmControl(.clearPageFault, guest.endpoint, 0xDEAD) == .ok)
    #expect(bench.rts(guest).isEmpty)
    #expect(bench.resume(guest)?.registers.frame.eip == Place.readOnly)
    #expect(bench.result(guest) == eax)
    #expect(bench.kernel.statistics[guest.slot].pageFaults == 1)
  }

  /// "Resulting states": VM busy, at each step.
  @Test func vmIsBusy() throws {
    let bench = try Bench(habits: [.vm: .receive(from: .vfs)])
    let guest = try bench.user(11)
    bench.fault(guest, at: Self.address, [.user, .protection])
    #expect(bench.rts(guest) == [.pageFault, .sending])
    #expect(bench.misc(guest).contains(.sendingFromKernel))
    #expect(bench.kernel.processes[guest.slot].sendTo == .vm)
    #expect(bench.take(.vm).isEmpty)
    bench.checkInvariants()
    bench.habits = [:]
    bench.kernel.notify(from: .vfs, to: .vm)
    expectMessage(bench.take(.vm).last, guest, 5, status: 0x0001_0001)
    #expect(bench.rts(guest) == .pageFault)
    #expect(!bench.misc(guest).contains(.sendingFromKernel))
    bench.vmControl(.clearPageFault, guest.endpoint)
    #expect(bench.rts(guest).isEmpty)
    bench.checkInvariants()
  }

  /// A stale MF_REPLY_PEND shows in the call bits, direct and queued (quirk of 3.3).
  @Test(arguments: [true, false]) func theStaleFlagShows(_ vmWaits: Bool) throws {
    let bench = try Bench(habits: vmWaits ? [:] : [.vm: .receive(from: .vfs)])
    let guest = try bench.user(11)
    bench.send(guest, .sendrec, .pm, type: 1)
    _ = bench.take(.pm)
    bench.kernel.sendWithoutBlocking(Message(type: 0), from: .pm, to: guest.endpoint)
    bench.fault(guest, at: Self.address)
    bench.habits = [:]
    bench.kernel.notify(from: .vfs, to: .vm)
    expectMessage(
      bench.take(.vm).first { !$0.status.isNotification }, guest, 4, status: 0x0001_0003)
  }

  /// Faults and requests are served in the order of their coming.
  @Test func faultsStandInTheQueueWithOthers() throws {
    let bench = try Bench(habits: [.vm: .receive(from: .vfs)])
    let users = try (11..<17).map { try bench.user($0) }
    for user in users {
      if user.slot.rawValue == 13 {
        bench.send(user, .sendrec, .vm, type: 0xC0A)
      } else {
        bench.fault(user, at: Self.address)
      }
    }
    bench.checkInvariants()
    bench.habits = [:]
    bench.kernel.notify(from: .vfs, to: .vm)
    let received = bench.take(.vm).filter { !$0.status.isNotification }
    #expect(received.map(\.message.source) == users.map(\.endpoint))
    #expect(received.map(\.status.isFromKernel) == [true, true, false, true, true, true])
    bench.checkInvariants()
  }

  @Test func clearedOnlyOnce() throws {
    let bench = try Bench()
    let guest = try bench.user(11)
    #expect(bench.vmControl(.clearPageFault, guest.endpoint) == .einval)
    bench.fault(guest, at: Self.address)
    #expect(bench.vmControl(.clearPageFault, guest.endpoint) == .ok)
    #expect(bench.vmControl(.clearPageFault, guest.endpoint) == .einval)
    #expect(bench.vmControl(.clearPageFault, .none) == .einval)
    #expect(bench.vmControl(.clearPageFault, .system) == .einval)
    bench.checkInvariants()
  }

  /// Whatever else arrives, the process doesn't run before VM lets it go; whether VM has heard of the
  /// fault or not.
  @Test(arguments: FaultDelivery.allCases, [true, false])
  func nothingElseLetsItGo(_ delivery: FaultDelivery, _ vmWaits: Bool) throws {
    let bench = try Bench(
      habits: vmWaits ? [:] : [.vm: .receive(from: .vfs)], delivery: delivery)
    let guest = try bench.user(11)
    bench.call(.pm, timer(of: guest))
    bench.fault(guest, at: Self.address)
    _ = bench.take(.vm)
    let isQueued = delivery == .message && !vmWaits
    #expect(bench.rts(guest) == (isQueued ? [.pageFault, .sending] : .pageFault))
    func expectBlocked(_ what: Comment) {
      #expect(bench.rts(guest).contains(.pageFault), what)
      #expect(bench.resume(guest) == nil, what)
      bench.checkInvariants()
    }
    bench.call(.pm, Message(.kill, guest.endpoint, 15))
    expectBlocked("signal")
    _ = bench.fetchSignal()
    bench.call(.pm, Message(.endKernelSignal, guest.endpoint))
    expectBlocked("end of the signal")
    bench.call(.pm, Message(.runControl, guest.endpoint, 0))
    bench.call(.pm, Message(.runControl, guest.endpoint, 1))
    expectBlocked("stop and resume")
    #expect(
      bench.kernel.sendWithoutBlocking(Message(type: 1), from: .pm, to: guest.endpoint)
        == .enotready)
    bench.kernel.notify(from: .pm, to: guest.endpoint)
    expectBlocked("message")
    bench.vmControl(.setCR3, guest.endpoint, bench.kernel.processes[guest.slot].directory.rawValue)
    expectBlocked("SETCR3")
    #expect(bench.answer(guest.endpoint, .ok) == .einval)
    expectBlocked("MEMREQ_REPLY")
    bench.call(.pm, Message(.scheduleControl, guest.endpoint))
    #expect(bench.call(.pm, Message(.schedule, guest.endpoint, 9, 8)) == .ok)
    expectBlocked("SCHEDULE")
    bench.vmControl(.incrementStackPointer, guest.endpoint, 0x10)
    expectBlocked("INCSP")
    for request in [-1, 7, 9, 10, 12] as [Int32] {
      #expect(bench.call(.pm, Message(.trace, guest.endpoint, request)) == .ok)
      expectBlocked("TRACE \(request)")
    }
    bench.kernel.processes[guest.slot].misc.remove(.syscallTrace)
    let other = try bench.system(12)
    bench.kernel.passTime(ticks: 100)
    bench.tick(other, 100)
    expectBlocked("the clock")
    #expect(bench.kernel.notify(from: Endpoint.kernel.slot, to: guest.slot) == .ok)
    expectBlocked("an interrupt")
    #expect(bench.call(.pm, Message(.update, guest.endpoint, other.endpoint.rawValue)) == .eperm)
    expectBlocked("UPDATE")
    if !vmWaits {
      // VM hears of it only now.
      bench.habits = [:]
      bench.kernel.notify(from: .vfs, to: .vm)
      _ = bench.take(.vm)
      expectBlocked("VM's RECEIVE")
    }
    #expect(bench.rts(guest) == .pageFault)
    // Its queue is the worse one by now.
    bench.call(.pm, Message(.runControl, other.endpoint, 0))
    bench.vmControl(.clearPageFault, guest.endpoint)
    #expect(bench.resume(guest) != nil)
    bench.checkInvariants()
  }

  private func timer(of guest: Guest) -> Message {
    var message = Message(type: KernelCallNumber.virtualTimer.messageType)
    (message[int: 8], message[int: 12], message[int: 20]) = (1, 1, 1)
    message[endpoint: 24] = guest.endpoint
    return message
  }

  /// Memory requests overtake faults: they come as a notification.
  @Test(arguments: FaultDelivery.allCases) func memoryRequestsComeFirst(_ delivery: FaultDelivery)
    throws
  {
    let bench = try Bench(habits: [.vm: .receive(from: .vfs)], delivery: delivery)
    let (guest, service) = (try bench.user(11), try bench.system(12))
    bench.fault(guest, at: Self.address)
    bench.ipc(service, .sendrec, .pm, at: Place.absent)
    bench.habits = [:]
    bench.kernel.notify(from: .vfs, to: .vm)
    // The first is what woke VM; signals come before it by privilege id, all in one notification.
    let received = bench.take(.vm).filter { $0.message.source != .vfs }
    let signals = delivery.signals
    let bits = signals.memory.bit | (signals.pageFault?.bit ?? 0)
    #expect(received.first?.message.source == .system)
    #expect(received.first?.message.notifyArgument == bits)
    #expect(received.map(\.message.type) == (delivery == .message ? [0x1002, 0xCFF] : [0x1002]))
    bench.checkInvariants()
  }

  /// Flags that came meanwhile outlast the fault.
  @Test func otherFlagsOutlastIt() throws {
    let bench = try Bench()
    let guest = try bench.user(11)
    bench.fault(guest, at: Self.address)
    bench.call(.pm, Message(.runControl, guest.endpoint, 0))
    bench.vmControl(.clearPageFault, guest.endpoint)
    #expect(bench.rts(guest) == .procStop)
    bench.checkInvariants()
  }

  /// RC_DELAY: a queued fault is a send; one that VM has is not.
  @Test func stopWithDelay() throws {
    let bench = try Bench(habits: [.vm: .receive(from: .vfs)])
    let guest = try bench.user(11)
    bench.fault(guest, at: Self.address)
    #expect(bench.call(.pm, Message(.runControl, guest.endpoint, 0, 1)) == .ebusy)
    #expect(bench.misc(guest).contains(.signalDelay))
    #expect(bench.rts(guest) == [.pageFault, .sending])
    bench.habits = [:]
    bench.kernel.notify(from: .vfs, to: .vm)
    bench.drain()
    #expect(bench.rts(guest) == [.pageFault, .signaled, .sigPending])
    #expect(bench.fetchSignal() == (guest.endpoint, Signal.sendDelay.bit))
    #expect(bench.call(.pm, Message(.runControl, guest.endpoint, 0, 1)) == .ok)
    #expect(bench.rts(guest) == [.pageFault, .sigPending, .procStop])
    bench.checkInvariants()
  }

  /// 13.5: VM waits, by way of others, for the faulting process.
  @Test func vmWaitsForTheVictim() throws {
    let bench = try Bench()
    let guest = try bench.user(11)
    bench.habits = [.vm: .send(Message(type: 1), to: guest.endpoint)]
    bench.kernel.notify(from: .vfs, to: .vm)
    bench.drain()
    try #require(bench.kernel.processes[Endpoint.vm.slot].rts == .sending)
    bench.fault(guest, at: Self.address)
    #expect(bench.rts(guest) == [.signaled, .sigPending])
    #expect(bench.fetchSignal() == (guest.endpoint, Signal.segmentation.bit))
    bench.checkInvariants()
  }

  @Test func theSegmentationFaultStepByStep() throws {
    let bench = try Bench()
    let guest = try bench.user(11)
    bench.fault(guest, at: Self.address)
    #expect(bench.rts(guest) == .pageFault)
    var kill = Message(.kill, guest.endpoint, Signal.segmentation.rawValue)
    #expect(bench.kernel.kernelCall(&kill, from: .vm) == .ok)
    #expect(bench.rts(guest) == [.pageFault, .signaled, .sigPending])
    bench.vmControl(.clearPageFault, guest.endpoint)
    #expect(bench.rts(guest) == [.signaled, .sigPending])
    let notified = bench.take(.pm)
    #expect(
      notified.map(\.message.notifyArgument) == [FaultDelivery.message.signals.processSignal.bit])
    #expect(bench.fetchSignal() == (guest.endpoint, Signal.segmentation.bit))
    #expect(bench.rts(guest) == .sigPending)
    #expect(bench.fetchSignal().victim == .none)
    #expect(bench.call(.pm, Message(.endKernelSignal, guest.endpoint)) == .ok)
    #expect(bench.rts(guest).isEmpty)
    // The instruction is made again.
    #expect(bench.resume(guest)?.registers.frame.eip == Place.readOnly)
    bench.checkInvariants()
  }

  /// A dying process leaves VM's queue.
  @Test func clearedWhileQueued() throws {
    let bench = try Bench(habits: [.vm: .receive(from: .vfs)])
    let (a, b) = (try bench.user(11), try bench.user(12))
    bench.fault(a, at: Self.address)
    bench.fault(b, at: Self.address)
    #expect(bench.call(.pm, Message(.clear, a.endpoint)) == .ok)
    bench.checkInvariants()
    bench.habits = [:]
    bench.kernel.notify(from: .vfs, to: .vm)
    #expect(bench.take(.vm).dropFirst().map(\.message.source) == [b.endpoint])
    #expect(bench.vmControl(.clearPageFault, a.endpoint) == .einval)
  }
}
