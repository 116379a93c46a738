import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// SYS_CLEAR (ABI 8.4): a slot becomes free, and nobody waits for its process any more.
@Suite struct ClearTests {
  let bench: Bench

  init() throws { bench = try Bench() }

  private func clear(_ guest: Guest) {
    #expect(bench.call(.pm, Message(.clear, guest.endpoint)) == .ok)
    #expect(bench.rts(guest) == .slotFree)
    bench.checkInvariants()
  }

  @Test func theEndpointIsDeadAndTheSlotFree() throws {
    let (victim, other) = (try bench.user(11), try bench.system(12))
    clear(victim)
    #expect(bench.call(.pm, Message(.clear, victim.endpoint)) == .einval)
    #expect(bench.ipc(other, .receive, victim.endpoint) == .edeadsrcdst)
    let next = try bench.user(11)
    #expect(next.endpoint == Endpoint(generation: 2, slot: ProcessSlot(rawValue: 11)))
    #expect(bench.ipc(other, .receive, victim.endpoint) == .edeadsrcdst)
    #expect(bench.call(.pm, Message(.kill, victim.endpoint, 9)) == .einval)
    #expect(bench.rts(next).isEmpty)
  }

  @Test func whoeverWaitsForItGoesOn() throws {
    let (victim, bystander) = (try bench.system(11), try bench.system(12))
    let sender = try bench.system(13)
    let caller = try bench.system(14)
    let receiver = try bench.system(15)
    let stopped = try bench.system(16)
    for guest in [sender, stopped] { bench.send(guest, .send, victim.endpoint, type: 1) }
    bench.send(caller, .sendrec, victim.endpoint, type: 1)
    bench.ipc(receiver, .receive, victim.endpoint)
    bench.ipc(bystander, .receive, sender.endpoint)
    bench.call(.pm, Message(.runControl, stopped.endpoint, 0))
    clear(victim)
    for guest in [sender, caller, receiver] {
      #expect(bench.rts(guest).isEmpty)
      #expect(bench.result(guest) == .edeadsrcdst)
    }
    #expect(bench.rts(stopped) == .procStop)
    #expect(bench.result(stopped) == .edeadsrcdst)
    #expect(bench.rts(bystander) == .receiving)
  }

  /// Head, middle and tail of another's queue.
  @Test(arguments: 0..<4) func itLeavesTheQueueItStandsIn(_ index: Int) throws {
    let receiver = try bench.system(11)
    var senders = try (12..<16).map { try bench.system($0) }
    for sender in senders { bench.send(sender, .send, receiver.endpoint, type: 1) }
    clear(senders.remove(at: index))
    // One more goes to the tail, wherever that is now.
    let last = try bench.system(20)
    bench.send(last, .send, receiver.endpoint, type: 1)
    for sender in senders + [last] {
      bench.ipc(receiver, .receive, .any)
      #expect(bench.received(receiver)?.source == sender.endpoint)
    }
    bench.checkInvariants()
  }

  @Test func itsNotificationsAreForgotten() throws {
    let (victim, other) = (try bench.system(11), try bench.system(12))
    bench.ipc(victim, .notify, other.endpoint)
    bench.ipc(victim, .notify, .pm)
    clear(victim)
    // Its structure's next owner has notified nobody.
    let next = try bench.system(13)
    #expect(bench.kernel.processes[next.slot].privilege == PrivilegeID(rawValue: 15))
    bench.ipc(other, .receive, .any)
    #expect(bench.rts(other) == .receiving)
  }

  @Test func itsMemoryRequestsAreForgotten() throws {
    let guests = try (11..<15).map { try bench.user($0) }
    for guest in guests { bench.ipc(guest, .sendrec, .pm, at: Place.absent) }
    clear(guests[3])
    clear(guests[1])
    #expect(bench.memoryRequest()?[endpoint: 28] == guests[2].endpoint)
    // Fetched, but not answered yet.
    clear(guests[2])
    #expect(bench.answer(guests[2].endpoint, .ok) == .einval)
    #expect(bench.memoryRequest()?[endpoint: 28] == guests[0].endpoint)
    #expect(bench.memoryRequest() == nil)
  }

  /// 17 system programs have a structure of their own; a dead one's is given out again.
  @Test func privilegesAreReused() throws {
    let services = try (11..<28).map { try bench.system($0) }
    let create = { [bench] (slot: Int32) in
      bench.kernel.createProgram(
        in: ProcessSlot(rawValue: slot), name: "one", isSystem: true, entry: .init(0),
        stackPointer: .init(0), priority: 8, waitsForScheduler: false)
    }
    #expect(create(28) == nil)
    clear(services[5])
    let successor = try #require(create(28))
    #expect(bench.kernel.processes[successor.slot].privilege == PrivilegeID(rawValue: 20))
    #expect(create(29) == nil)
    bench.checkInvariants()
  }

  @Test func aBootProcessGivesItsStructureBack() throws {
    let service = try bench.system(11)
    #expect(bench.call(service, Message(.clear, .vfs))?.type == 0)
    #expect(bench.kernel.privileges[PrivilegeID(rawValue: 5)].owner == .none)
    #expect(bench.ipc(service, .sendrec, .vfs) == .edeadsrcdst)
    bench.checkInvariants()
  }

  /// Whom the kernel sent for made no call: nothing happens to his registers, and his next message
  /// is his own.
  @Test func theKernelsMessagesDieWithTheirReceiver() throws {
    let (scheduler, service) = (try bench.system(11), try bench.system(13))
    let client = try bench.system(12)
    bench.call(.pm, Message(.scheduleControl, client.endpoint))
    bench.kernel.processes[client.slot].scheduler = scheduler.endpoint
    bench.trap(client, ticks: 50) { frame in
      frame.vector = 0x50
      frame.eax = 0x1234
    }
    #expect(bench.resume(client) == nil)
    #expect(bench.rts(client) == [.noQuantum, .sending])
    clear(scheduler)
    // The kernel schedules it from now on.
    #expect(bench.rts(client).isEmpty)
    #expect(bench.kernel.processes[client.slot].scheduler == .none)
    #expect(bench.resume(client)?.registers.frame.eax == 0x1234)
    bench.send(client, .send, service.endpoint, type: 0xCFF)
    bench.ipc(service, .receive, .any)
    _ = bench.resume(service)
    #expect(bench.status(service) == 1)
  }

  /// A scheduler that has taken the message and dies before it answers.
  @Test func nobodyWaitsForADeadScheduler() throws {
    let (scheduler, client) = (try bench.system(11), try bench.user(12))
    bench.kernel.processes[client.slot].scheduler = scheduler.endpoint
    bench.ipc(scheduler, .receive, .any)
    bench.tick(client, 8)
    bench.drain()
    #expect(bench.rts(client) == .noQuantum)
    #expect(bench.received(scheduler)?.type == 0xF01)
    #expect(bench.status(scheduler) == 0x0001_0001)
    clear(scheduler)
    #expect(bench.resume(client) != nil)
  }

  @Test func aDelayedStopHearsOfIt() throws {
    let (victim, sender) = (try bench.system(11), try bench.system(12))
    bench.send(sender, .send, victim.endpoint, type: 1)
    #expect(bench.call(.pm, Message(.runControl, sender.endpoint, 0, 1)) == .ebusy)
    clear(victim)
    #expect(bench.fetchSignal() == (sender.endpoint, Signal.sendDelay.bit))
  }

  @Test func aProcessThatEndsItself() throws {
    let service = try bench.system(11)
    bench.write(Message(.clear, service.endpoint), to: service, at: Place.message)
    bench.trapKernelCall(service, at: Place.message)
    #expect(bench.rts(service) == .slotFree)
    bench.drain()
    bench.checkInvariants()
  }

  @Test func generationsWrap() throws {
    bench.kernel.processes[ProcessSlot(rawValue: 11)].endpoint = Endpoint(
      generation: Endpoint.maxGeneration - 1, slot: ProcessSlot(rawValue: 11))
    #expect(try bench.user(11).endpoint.generation == 1)
  }
}
