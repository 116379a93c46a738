import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// What is counted for a process is its own, whoever has had its slot before or has it after.
@Suite struct RecordTests {
  let bench: Bench
  let service: Guest
  let parent: Guest
  let victim: Guest

  init() throws {
    bench = try Bench()
    (service, parent) = (try bench.system(11), try bench.user(12, scheduledBy: .pm))
    victim = try bench.system(20)
    bench.send(parent, .sendrec, .pm, type: 2)
  }

  /// Two kernel calls, a message, an exception, a fault and five ticks; then it dies.
  private func live(_ guest: Guest) {
    for _ in 0..<2 { bench.call(guest, Message(.getCR3, who: .itself)) }
    bench.send(guest, .sendnb, .vfs, type: 1)
    bench.tick(guest, 5)
    bench.trap(guest) { $0.vector = 1 }
    _ = bench.fetchSignal()
    bench.call(.pm, Message(.endKernelSignal, guest.endpoint))
    bench.fault(guest, at: 0x5000, [.user, .write], eip: 0x1234)
    #expect(bench.call(.pm, Message(.clear, guest.endpoint)) == .ok)
  }

  private func expectLife(_ record: ProcessRecord, _ note: Comment) {
    let expected = ProcessStatistics(pageFaults: 1, exceptions: 1, kernelCalls: 2, messages: 2)
    #expect(record.statistics == expected, note)
    #expect(record.userTicks == 5, note)
    #expect(record.fatalFrame(killedBy: .segmentation)?.eip == 0x1234, note)
    #expect(record.fatalFrame(killedBy: .trap) == nil, note)
  }

  private func fork(into slot: Int32) throws -> Guest {
    var request = Message(.fork, parent.endpoint, slot, 0)
    request[word: 20] = Place.pair
    let reply = try #require(bench.call(service, request))
    #expect(reply.type == 0)
    return Guest(endpoint: reply[endpoint: 8])
  }

  private var total: UInt64 { bench.kernel.statistics.vmControls.reduce(0, +) }

  @Test func theDeadKeepTheirCounts() throws {
    live(victim)
    expectLife(bench.kernel.record(of: victim.endpoint), "its slot is free")
    let before = total
    let child = try fork(into: 20)
    #expect(child.slot == victim.slot)
    expectLife(bench.kernel.record(of: victim.endpoint), "its slot is a child's")
    #expect(bench.kernel.statistics[child.slot] == ProcessStatistics())
    #expect(bench.kernel.record(of: child.endpoint).statistics == ProcessStatistics())
    #expect(bench.kernel.record(of: child.endpoint).userTicks == 0)
    #expect(total == before, "the totals are everybody's")
    // The child's are its own from now on.
    bench.call(.pm, Message(.schedule, child.endpoint, 8, 8))
    bench.kernel.sendWithoutBlocking(Message(type: 0), from: .pm, to: child.endpoint)
    bench.call(child, Message(.getCR3, who: .itself))
    #expect(bench.kernel.record(of: child.endpoint).statistics.kernelCalls == 1)
    expectLife(bench.kernel.record(of: victim.endpoint), "its slot's tenant is busy")
    bench.checkInvariants()
  }

  /// Of children nothing is kept: however many come and go, the table does not grow.
  @Test func childrenLeaveNothing() throws {
    live(victim)
    var children: [Guest] = []
    for _ in 0..<5 {
      let child = try fork(into: 20)
      bench.call(.pm, Message(.schedule, child.endpoint, 8, 8))
      bench.kernel.sendWithoutBlocking(Message(type: 0), from: .pm, to: child.endpoint)
      bench.fault(child, at: 0x5000)
      bench.call(.pm, Message(.clear, child.endpoint))
      #expect(bench.kernel.record(of: child.endpoint).statistics.pageFaults == 1)
      children.append(child)
    }
    for child in children.dropLast() {
      #expect(bench.kernel.record(of: child.endpoint).statistics == ProcessStatistics())
    }
    #expect(Array(bench.kernel.records.keys) == [victim.endpoint])
    expectLife(bench.kernel.record(of: victim.endpoint), "five children later")
  }

  /// A program that is loaded into a used slot is one more that the run has to tell of.
  @Test func aSlotIsLoadedAgain() throws {
    live(victim)
    let heir = try bench.system(20)
    #expect(bench.kernel.record(of: heir.endpoint).statistics == ProcessStatistics())
    live(heir)
    _ = try fork(into: 20)
    for guest in [victim, heir] {
      expectLife(bench.kernel.record(of: guest.endpoint), "\(guest)")
    }
  }

  @Test func nobody() {
    for endpoint in [Endpoint.none, .any, .rs, Endpoint(rawValue: 20)] {
      #expect(bench.kernel.record(of: endpoint).statistics == ProcessStatistics())
      #expect(bench.kernel.record(of: endpoint).fatalFrame(killedBy: .segmentation) == nil)
    }
  }
}
