import I386
import Machine
import MinixABI
import Testing

@testable import Kernel

/// SYS_FORK, SYS_EXEC and SYS_NEWMAP (ABI 8.4).
@Suite struct ForkTests {
  let bench: Bench
  let service: Guest
  let parent: Guest

  init() throws {
    bench = try Bench()
    (service, parent) = (try bench.system(11), try bench.user(12, scheduledBy: .pm))
    bench.write(Self.map, to: service, at: Self.mapAddress)
  }

  static let mapAddress = Place.pair + 0xFF0
  /// Nine words, 100…108.
  static let map: [UInt8] = (100..<109).flatMap { [UInt8($0), 0, 0, 0] }
  static let childSlot: Int32 = 20

  private func request(
    _ endpoint: Endpoint, slot: Int32 = childSlot, flags: Int32 = 1, map: UInt32 = mapAddress
  ) -> Message {
    var request = Message(.fork, endpoint, slot, flags)
    request[word: 20] = map
    return request
  }

  /// The parent in its fork request.
  private func waitForFork() {
    bench.send(parent, .sendrec, .pm, type: 2)
    _ = bench.take(.pm)
    #expect(bench.rts(parent) == .receiving)
  }

  @Test(arguments: [0, 1] as [Int32]) func theChildIsACopy(_ flags: Int32) throws {
    bench.tick(parent, 3)
    bench.trap(parent) {
      $0.vector = 0x50; $0.eflags |= 0x100; $0.esi = 0x1234_5678
    }
    waitForFork()
    bench.send(service, .sendrec, .pm, type: 9)
    bench.kernel.sendWithoutBlocking(Message(type: 0), from: .pm, to: service.endpoint)
    bench.call(.pm, Message(.kill, parent.endpoint, 15))
    let reply = try #require(bench.call(service, request(parent.endpoint, flags: flags)))
    #expect(reply.type == 0)
    let child = Guest(endpoint: reply[endpoint: 8])
    #expect(child.endpoint == Endpoint(generation: 1, slot: ProcessSlot(rawValue: 20)))
    #expect(reply[word: 20] == Place.message)
    #expect(bench.rts(parent) == [.receiving, .signaled, .sigPending])
    let inhibit: RTSFlags = flags == 1 ? .vmInhibit : []
    #expect(bench.rts(child) == inhibit.union([.receiving, .noQuantum]))
    let (old, new) = (bench.kernel.processes[parent.slot], bench.kernel.processes[child.slot])
    #expect(new.pendingSignals == 0)
    #expect(new.frame.eax == 0)
    #expect(new.frame.esi == 0x1234_5678 && new.frame.eip == old.frame.eip)
    #expect(new.frame.eflags & 0x100 == 0 && old.frame.eflags & 0x100 != 0)
    #expect(new.userTicks == 0 && old.userTicks == 3)
    #expect(new.getFrom == .pm)
    #expect(new.privilege == .user)
    #expect(new.directory == old.directory)
    #expect(new.scheduler == .pm)
    #expect(new.segments.text == SegmentMap.Segment(start: 100, physical: 101, length: 102))
    #expect(new.segments.stack == SegmentMap.Segment(start: 106, physical: 107, length: 108))
    #expect(old.segments == SegmentMap())
    bench.checkInvariants()
    // PM answers both.
    for guest in [parent, child] {
      #expect(
        bench.kernel.sendWithoutBlocking(Message(type: 5), from: .pm, to: guest.endpoint) == .ok)
    }
    #expect(bench.rts(child) == inhibit.union(.noQuantum))
    bench.checkInvariants()
  }

  @Test func timersAndCallersStayWithTheParent() throws {
    let system = try bench.system(13)
    var timer = Message(type: KernelCallNumber.virtualTimer.messageType)
    (timer[int: 8], timer[int: 12], timer[int: 20]) = (1, 1, 50)
    timer[endpoint: 24] = system.endpoint
    bench.call(service, timer)
    let sender = try bench.system(14)
    bench.send(sender, .send, system.endpoint, type: 3)
    bench.ipc(system, .receive, .pm)
    let reply = try #require(bench.call(service, request(system.endpoint)))
    #expect(reply.type == 0)
    let child = Guest(endpoint: reply[endpoint: 8])
    #expect(bench.rts(child) == [.receiving, .vmInhibit, .noPriv])
    #expect(bench.kernel.processes[child.slot].privilege == .user)
    #expect(!bench.misc(child).contains(.virtualTimer))
    #expect(bench.misc(system).contains(.virtualTimer))
    #expect(bench.kernel.processes[child.slot].callerQueueHead == .none)
    #expect(bench.kernel.processes[system.slot].callerQueueHead == sender.slot)
    bench.checkInvariants()
  }

  /// Who has a structure of his own keeps it for himself: his child waits for privileges.
  @Test(arguments: [true, false]) func privilegesStayWithTheParent(_ isSystem: Bool) throws {
    let system = try bench.system(13)
    let own = bench.kernel.processes[system.slot].privilege
    if !isSystem { bench.kernel.privileges[own].flags.remove(.systemProcess) }
    bench.ipc(system, .receive, .pm)
    let reply = try #require(bench.call(service, request(system.endpoint)))
    #expect(reply.type == 0)
    let child = Guest(endpoint: reply[endpoint: 8])
    #expect(bench.rts(child) == [.receiving, .vmInhibit, .noPriv])
    #expect(bench.kernel.processes[child.slot].privilege == .user)
    #expect(bench.kernel.privileges[own].owner == system.slot)
    bench.checkInvariants()
    bench.call(.pm, Message(.clear, system.endpoint))
    #expect(bench.kernel.privileges[own].owner == .none)
    bench.checkInvariants()
  }

  @Test func refusals() throws {
    #expect(bench.call(service, request(parent.endpoint))?.type == ResultCode.einval.rawValue)
    waitForFork()
    let cases: [(Message, String)] = [
      (request(.none), "no parent"), (request(.clock), "a task"), (request(.pm), "a resident"),
      (request(parent.endpoint, slot: 12), "a taken slot"),
      (request(parent.endpoint, slot: -4), "a task's slot"),
      (request(parent.endpoint, slot: -5), "no slot"),
      (request(parent.endpoint, slot: 96), "no slot"),
      (request(parent.endpoint, slot: .max), "no slot"),
    ]
    for (message, what) in cases {
      #expect(bench.call(service, message)?.type == ResultCode.einval.rawValue, "\(what)")
    }
    let outside = request(parent.endpoint, map: 0xEFFF_FFF0)
    #expect(bench.call(service, outside)?.type == ResultCode.efault.rawValue)
    #expect(bench.kernel.processes[ProcessSlot(rawValue: 20)].rts == .slotFree)
    let busy = try bench.system(13)
    bench.send(busy, .sendrec, service.endpoint, type: 1)
    #expect(bench.rts(busy) == [.sending, .receiving])
    #expect(bench.call(service, request(busy.endpoint))?.type == ResultCode.einval.rawValue)
    bench.checkInvariants()
  }

  /// The map is not there: VM is asked; nothing has happened yet.
  @Test(arguments: [ResultCode.ok, .efault]) func absentMap(_ answer: ResultCode) {
    waitForFork()
    #expect(bench.call(service, request(parent.endpoint, map: Place.absent)) == nil)
    #expect(bench.kernel.processes[ProcessSlot(rawValue: 20)].rts == .slotFree)
    bench.map(Place.absent, of: service)
    bench.serveMemoryRequest(
      of: service, at: Place.absent, byteCount: 36, isWrite: false, answer)
    _ = bench.resume(service)
    #expect(bench.read(service).type == answer.rawValue)
    let isFree = bench.kernel.processes[ProcessSlot(rawValue: 20)].rts == .slotFree
    #expect(isFree == (answer != .ok))
    bench.checkInvariants()
  }

  /// Generations begin again at 1.
  @Test func generations() throws {
    waitForFork()
    let slot = ProcessSlot(rawValue: 20)
    for generation in 1...3 as ClosedRange<Int32> {
      if generation == 3 {
        let last = Endpoint.maxGeneration - 1
        bench.kernel.processes[slot].endpoint = Endpoint(generation: last, slot: slot)
      }
      let reply = try #require(bench.call(service, request(parent.endpoint)))
      #expect(reply[endpoint: 8].generation == (generation == 3 ? 1 : generation))
      bench.call(.pm, Message(.clear, reply[endpoint: 8]))
    }
    bench.checkInvariants()
  }

  // MARK: EXEC

  private func exec(_ endpoint: Endpoint, name: UInt32 = Place.pair) -> Message {
    var request = Message(.exec, endpoint)
    (request[word: 20], request[word: 24], request[word: 28]) = (0x7FFF_FF00, name, 0x0804_8123)
    return request
  }

  @Test func execBeginsAnew() throws {
    bench.write(Array("shell\0".utf8), to: service, at: Place.pair)
    bench.trap(parent) {
      $0.vector = 0x50; $0.esi = 0x1234_5678
    }
    waitForFork()
    bench.kernel.sendWithoutBlocking(Message(type: 5), from: .pm, to: parent.endpoint)
    bench.send(parent, .sendrec, .pm, type: 59)
    #expect(bench.call(service, exec(parent.endpoint))?.type == 0)
    #expect(bench.rts(parent).isEmpty)
    #expect(bench.misc(parent).isDisjoint(with: [.deliverMessage, .fpuInitialized]))
    #expect(bench.kernel.processes[parent.slot].name.text == "shell")
    let resume = try #require(bench.resume(parent))
    #expect(resume.registers.frame.eip == 0x0804_8123 && resume.registers.frame.esp == 0x7FFF_FF00)
    #expect(resume.registers.frame.esi == 0x1234_5678)
    #expect(resume.hasFreshFPU)
    bench.checkInvariants()
  }

  @Test func execErrors() {
    #expect(bench.call(service, exec(.none))?.type == ResultCode.einval.rawValue)
    #expect(bench.call(service, exec(.system))?.type == ResultCode.einval.rawValue)
    // A name that can't be read is no reason to refuse.
    #expect(bench.call(service, exec(parent.endpoint, name: 0xEFFF_FFFE))?.type == 0)
    #expect(bench.kernel.processes[parent.slot].name.text == "<unset>")
  }

  /// The name is not there: VM is asked, and nothing has happened yet. If it can't help either, the
  /// process has no name; unless it has died meanwhile.
  @Test(arguments: [ResultCode.ok, .efault, .enomem], [false, true])
  func absentName(_ answer: ResultCode, _ dies: Bool) throws {
    waitForFork()
    #expect(bench.call(service, exec(parent.endpoint, name: Place.absent)) == nil)
    #expect(bench.rts(parent) == .receiving)
    if dies { bench.call(.pm, Message(.clear, parent.endpoint)) }
    bench.map(Place.absent, of: service)
    bench.write(Array("absent\0".utf8), to: service, at: Place.absent)
    bench.serveMemoryRequest(of: service, at: Place.absent, byteCount: 7, isWrite: false, answer)
    #expect(bench.received(service)?.type == (dies ? ResultCode.einval : .ok).rawValue)
    let process = bench.kernel.processes[parent.slot]
    #expect(process.rts == (dies ? .slotFree : []))
    if !dies {
      #expect(process.name.text == (answer == .ok ? "absent" : "<unset>"))
      #expect(process.frame.eip == 0x0804_8123)
    }
    bench.checkInvariants()
  }

  // MARK: NEWMAP

  @Test func newMap() {
    var request = Message(.newMap, parent.endpoint)
    request[word: 20] = Self.mapAddress
    #expect(bench.call(service, request)?.type == 0)
    #expect(bench.kernel.processes[parent.slot].segments.data.length == 105)
    for (endpoint, result) in [(Endpoint.none, ResultCode.einval), (.clock, .eperm)] {
      request[endpoint: 8] = endpoint
      #expect(bench.call(service, request)?.type == result.rawValue)
    }
    request[endpoint: 8] = parent.endpoint
    request[word: 20] = 0xFFFF_FFFC
    #expect(bench.call(service, request)?.type == ResultCode.efault.rawValue)
    #expect(bench.kernel.processes[parent.slot].segments.data.length == 105)
  }
}
