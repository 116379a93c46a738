import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// ABI 4.3 and 4.4: queues, preemption, quanta, accounting.
@Suite struct QueueTests {
  let bench: Bench

  init() throws { bench = try Bench() }

  /// Who runs when nobody is given preference.
  private func picked() -> ProcessSlot? {
    guard case .guest = bench.drain() else { return nil }
    return bench.kernel.current
  }

  private func setPriority(_ guest: Guest, _ priority: Int32, quantum: Int32 = 8) {
    bench.kernel.processes[guest.slot].scheduler = .pm
    #expect(bench.call(.pm, Message(.schedule, guest.endpoint, priority, quantum)) == .ok)
    bench.kernel.processes[guest.slot].scheduler = .none
  }

  @Test func thePickedOneStaysUntilItBlocks() throws {
    let guests = try (11..<14).map { try bench.user($0) }
    #expect(picked() == guests[0].slot)
    #expect(picked() == guests[0].slot)
    bench.fault(guests[0], at: 0x5000)
    #expect(picked() == guests[1].slot)
    bench.vmControl(.clearPageFault, guests[0].endpoint)
    // The one that comes back goes to the tail and takes nobody's place.
    #expect(picked() == guests[1].slot)
    bench.fault(guests[1], at: 0x5000)
    #expect(picked() == guests[2].slot)
    bench.fault(guests[2], at: 0x5000)
    #expect(picked() == guests[0].slot)
    bench.checkInvariants()
  }

  @Test func theBestQueueComesFirst() throws {
    let guests = try (11..<15).map { try bench.user($0) }
    for (guest, priority) in zip(guests, [15, 0, 7, 3] as [Int32]) { setPriority(guest, priority) }
    bench.checkInvariants()
    for index in [1, 3, 2, 0] {
      #expect(picked() == guests[index].slot)
      bench.fault(guests[index], at: 0x5000)
    }
    #expect(picked() == nil)
  }

  /// A better process takes the place of the one that runs, which goes back to the head.
  @Test func preemption() throws {
    let guests = try (11..<14).map { try bench.user($0) }
    bench.fault(guests[2], at: 0x5000)
    #expect(picked() == guests[0].slot)
    setPriority(guests[2], 3)
    bench.tick(guests[0], 3)
    bench.vmControl(.clearPageFault, guests[2].endpoint)
    #expect(picked() == guests[2].slot)
    #expect(bench.rts(guests[0]).isEmpty)
    #expect(bench.kernel.processes.queues.head(8) == guests[0].slot)
    #expect(bench.kernel.processes[guests[0].slot].ticksLeft == 5)
    bench.checkInvariants()
    bench.fault(guests[2], at: 0x5000)
    #expect(picked() == guests[0].slot)
  }

  /// An equal or a worse one does not.
  @Test func noPreemptionByEquals() throws {
    let (a, b) = (try bench.user(11), try bench.user(12))
    bench.fault(b, at: 0x5000)
    #expect(picked() == a.slot)
    bench.vmControl(.clearPageFault, b.endpoint)
    #expect(picked() == a.slot)
    setPriority(b, 9)
    #expect(picked() == a.slot)
    setPriority(a, 10)
    #expect(picked() == b.slot)
    bench.checkInvariants()
  }

  /// Kernel-scheduled: the tail of the same queue, with a new quantum.
  @Test func theKernelsOwnGoToTheTail() throws {
    let guests = try (11..<14).map { try bench.user($0) }
    for round in 0..<3 {
      for guest in guests {
        #expect(picked() == guest.slot, "round \(round)")
        bench.tick(guest, 7)
        #expect(picked() == guest.slot)
        #expect(bench.kernel.processes[guest.slot].ticksLeft == 1)
        bench.tick(guest, 1)
        bench.checkInvariants()
      }
    }
    #expect(picked() == guests[0].slot)
    #expect(bench.kernel.processes[guests[0].slot].ticksLeft == 8)
    #expect(bench.kernel.uptime == 72)
    #expect(bench.take(.pm).isEmpty)
  }

  /// PM-scheduled: RTS_NO_QUANTUM, a message that the kernel sends, and SYS_SCHEDULE.
  @Test func othersGetAMessageToTheirScheduler() throws {
    let (a, b) = (try bench.user(11, scheduledBy: .pm), try bench.user(12))
    #expect(picked() == a.slot)
    bench.tick(a, 200)
    #expect(picked() == b.slot)
    #expect(bench.rts(a) == .noQuantum)
    let message = try #require(bench.take(.pm).first)
    #expect(message.message.type == 3841)
    #expect(message.message.source == a.endpoint)
    #expect(message.status == IPCStatus(call: .send, fromKernel: true))
    for offset in stride(from: 8, to: 36, by: 4) { #expect(message.message[word: offset] == 0) }
    #expect(bench.call(.pm, Message(.schedule, a.endpoint, 9, 4)) == .ok)
    #expect(bench.rts(a).isEmpty)
    #expect(bench.kernel.processes[a.slot].ticksLeft == 4)
    #expect(picked() == b.slot)
    bench.checkInvariants()
  }

  /// A scheduler in a circle that would end here, or none: the kernel takes over.
  @Test func withoutASchedulerTheKernelTakesOver() throws {
    let (a, b) = (try bench.system(11), try bench.system(12))
    bench.kernel.processes[a.slot].scheduler = b.endpoint
    bench.send(b, .send, a.endpoint, type: 1)
    bench.tick(a, 8)
    #expect(bench.resume(a) != nil)
    #expect(bench.kernel.processes[a.slot].scheduler == .none)
    #expect(bench.kernel.processes[a.slot].ticksLeft == 8)
    bench.checkInvariants()
  }

  /// "Null or itself means the kernel schedules it": who is its own scheduler can't wait for itself.
  @Test func itsOwnScheduler() throws {
    let (a, b) = (try bench.system(11), try bench.user(12))
    #expect(bench.call(a, Message(.scheduleControl, a.endpoint))?.type == 0)
    #expect(bench.kernel.processes[a.slot].scheduler == a.endpoint)
    bench.tick(a, 8)
    #expect(picked() == b.slot)
    #expect(bench.rts(a).isEmpty && bench.kernel.processes[a.slot].ticksLeft == 8)
    #expect(bench.kernel.processes[a.slot].callerQueueHead == .none)
    bench.checkInvariants()
    // And it may say how it wants to go on.
    #expect(bench.call(a, Message(.schedule, a.endpoint, 9, 3))?.type == 0)
    let (priority, ticks) = (
      bench.kernel.processes[a.slot].priority, bench.kernel.processes[a.slot].ticksLeft
    )
    #expect((priority, ticks) == (9, 3))
    bench.checkInvariants()
  }

  /// VM is neither preemptible nor billable: no better process takes its place, its quantum never
  /// ends, and its time is charged to whoever was billed last.
  @Test func vmIsNotInterrupted() throws {
    let bench = try Bench(guestServers: [.vm])
    let vm = Guest(endpoint: .vm)
    let user = try bench.user(11)
    // VM waits once, so that somebody is billed.
    bench.ipc(vm, .receive, .pm)
    bench.tick(user, 2)
    bench.kernel.notify(from: .pm, to: .vm)
    #expect(bench.resume(vm) != nil)
    bench.tick(vm, 100)
    bench.kernel.processes[user.slot].scheduler = .pm
    #expect(bench.call(.pm, Message(.schedule, user.endpoint, 0, 8)) == .ok)
    guard case .guest = bench.drain() else {
      Issue.record("nobody runs")
      return
    }
    #expect(bench.kernel.current == vm.slot)
    #expect(bench.rts(vm).isEmpty && bench.kernel.processes[vm.slot].ticksLeft == 32)
    #expect(bench.kernel.userTicks(of: vm.slot) == 100)
    #expect(bench.kernel.processes[user.slot].systemTicks == 100)
    bench.checkInvariants()
  }

  /// Whatever keeps a process from running, it is in its queue if and only if nothing does: each
  /// flag alone, and each with each other.
  @Test func runnableIffNoFlagIsSet() throws {
    let kernel = bench.kernel
    let (guest, other) = (try bench.user(11), try bench.user(12))
    let flags = (1..<16).filter { $0 != 13 }.map { RTSFlags(rawValue: 1 << UInt16($0)) }
    func isQueued(_ guest: Guest) -> Bool {
      var slot = kernel.processes.queues.head(8)
      while slot != .none, slot != guest.slot { slot = kernel.processes[slot].nextReady }
      return slot == guest.slot
    }
    func unset(_ flag: RTSFlags) -> Bool { kernel.processes.unset(flag, on: guest.slot) }
    for first in flags {
      for second in flags {
        kernel.processes.set(first, on: guest.slot)
        #expect(!isQueued(guest) && isQueued(other))
        kernel.processes.set(second, on: guest.slot)
        #expect(kernel.processes[guest.slot].rts == first.union(second))
        #expect(unset(first) == (first == second))
        #expect(isQueued(guest) == (first == second))
        #expect(unset(second) == (first != second))
        #expect(isQueued(guest))
        #expect(kernel.processes.queues.tail(8) == guest.slot, "it goes to the tail")
        #expect(!unset(second), "once")
      }
    }
    bench.checkInvariants()
  }

  /// User time to whoever ran; system time for those who are not billed to who was billed last.
  @Test func accounting() throws {
    let (user, service) = (try bench.user(11), try bench.system(12))
    bench.tick(user, 3)
    bench.tick(service, 2)
    bench.tick(user, 4)
    #expect(bench.kernel.userTicks(of: user.slot) == 7)
    #expect(bench.kernel.userTicks(of: service.slot) == 2)
    #expect(bench.kernel.processes[user.slot].systemTicks == 2)
    #expect(bench.kernel.processes[service.slot].systemTicks == 0)
    #expect(bench.kernel.uptime == 9)
  }

  /// From the middle, the tail and the head; and the count that the load average is made of.
  @Test func leavingAQueueFromAnywhere() throws {
    let guests = try (11..<16).map { try bench.user($0) }
    #expect(picked() == guests[0].slot)
    #expect(bench.kernel.readyCount == 4)
    for index in [2, 4, 0] {
      #expect(bench.call(.pm, Message(.runControl, guests[index].endpoint, 0)) == .ok)
      bench.checkInvariants()
    }
    #expect(bench.call(.pm, Message(.runControl, guests[2].endpoint, 1)) == .ok)
    bench.checkInvariants()
    for slot in [guests[1], guests[3], guests[2]].map(\.slot) {
      #expect(picked() == slot)
      #expect(bench.kernel.readyCount == bench.queueLength() - 1)
      bench.kernel.processes.set(.procStop, on: slot)
    }
    #expect(picked() == nil)
    #expect(bench.kernel.readyCount == 0)
  }

  /// However many there are, everyone gets the same share.
  @Test(arguments: [false, true]) func nobodyStarves(_ scheduledByPM: Bool) throws {
    let guests = try (11..<75).map { try bench.user($0, scheduledBy: scheduledByPM ? .pm : .none) }
    for _ in 0..<(64 * 8 * 10) {
      guard case .guest(let resume) = bench.drain() else {
        Issue.record("nobody runs")
        return
      }
      resume.registers.frame.vector = 0x50
      bench.kernel.handle(Trap(ticks: 1))
      for delivery in bench.take(.pm) where delivery.message.type == SchedulingMessage.noQuantum {
        bench.call(.pm, Message(.schedule, delivery.message.source, 8, 8))
      }
    }
    for guest in guests { #expect(bench.kernel.userTicks(of: guest.slot) == 80) }
    bench.checkInvariants()
  }
}
