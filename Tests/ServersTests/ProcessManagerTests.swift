import I386
import Machine
import MinixABI
import Servers
import Testing

@testable import Kernel

/// PM: the end of processes, INIT's waits, and quanta.
@Suite struct ProcessManagerTests {
  let house: House
  let program: Endpoint

  init() throws {
    house = try House()
    program = try house.program(11)
  }

  private func exit(_ endpoint: Endpoint, _ status: Int32) {
    var message = Message(type: PosixCall.exit.rawValue)
    message[int: 8] = status
    house.sendrec(endpoint, message, to: .pm)
    house.run()
  }

  /// WILLEXIT while the kernel knows the process, VM_EXIT when it doesn't any more.
  private func expectFarewell(
    _ endpoints: [Endpoint], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let types = [VMCallNumber.willExit.messageType, VMCallNumber.exit.messageType]
    #expect(
      house.vmRequests.map(\.0) == endpoints.flatMap { _ in types }, sourceLocation: sourceLocation)
    #expect(
      house.vmRequests.map(\.1) == endpoints.flatMap { [$0, .none] }, sourceLocation: sourceLocation
    )
  }

  @Test(
    arguments: [(0, 0), (7, 7), (255, 255), (256, 0), (-1, 255), (0x1234, 0x34), (.min, 0)]
      as [(Int32, UInt8)])
  func exitStatus(_ status: Int32, _ expected: UInt8) {
    exit(program, status)
    #expect(house.pm.end(of: program) == .exit(status: expected))
    #expect(house.pm.livingCount == 0)
    #expect(!house.pm.isBusy)
    #expect(house.kernel.name(of: program) == nil)
    expectFarewell([program])
    // INIT hears of its child: pid 2, and the status in the second byte.
    #expect(house.initReplies.map(\.type) == [2])
    #expect(house.initReplies.map { $0[int: 8] } == [Int32(expected) << 8])
  }

  @Test(
    arguments: [
      (11, 0x8B), (4, 0x84), (5, 0x85), (16, 0x90), (8, 0x88), (7, 0x87), (6, 0x86), (3, 0x83),
      (9, 9), (15, 15), (1, 1), (10, 10), (19, 19), (25, 25),
    ] as [(Int32, Int32)])
  func deathBySignal(_ signal: Int32, _ word: Int32) {
    house.kernel.raise(Signal(rawValue: signal), on: program.slot)
    house.run()
    #expect(house.pm.end(of: program) == .signal(Signal(rawValue: signal)))
    expectFarewell([program])
    #expect(house.initReplies.map { $0[int: 8] } == [word])
  }

  /// CHLD, CONT, WINCH and SNDELAY end nobody.
  @Test(arguments: [17, 18, 21, 26] as [Int32]) func ignoredSignals(_ signal: Int32) {
    house.kernel.raise(Signal(rawValue: signal), on: program.slot)
    house.run()
    #expect(house.pm.end(of: program) == nil)
    #expect(house.isRunnable(program))
    #expect(house.vmRequests.isEmpty)
  }

  @Test func severalSignalsAtOnce() {
    for signal in [Signal.terminate, .child, .hangup] {
      house.kernel.raise(signal, on: program.slot)
    }
    house.run()
    #expect(house.pm.end(of: program) == .signal(.hangup))
    expectFarewell([program])
  }

  @Test func severalDeathsAtOnce() throws {
    let others = try (12..<15).map { try house.program($0) }
    for victim in others + [program] { house.kernel.raise(.kill, on: victim.slot) }
    house.run()
    #expect(house.pm.livingCount == 0)
    // By slot, as SYS_GETKSIG finds them; one after the other.
    expectFarewell([program] + others)
    #expect(house.initReplies.map(\.type) == [2, 3, 4, 5])
  }

  /// A signal during the farewell changes nothing any more.
  @Test func theFirstEndCounts() {
    exit(program, 3)
    var kill = Message(type: KernelCallNumber.kill.messageType)
    kill[endpoint: 8] = program
    kill[int: 12] = 9
    #expect(house.kernel.kernelCall(&kill, from: .vm) == .einval)
    #expect(house.pm.end(of: program) == .exit(status: 3))
    #expect(house.initReplies.count == 1)
  }

  @Test func aSystemProgramEndsAlike() throws {
    let system = try house.program(12, isSystem: true)
    #expect(house.pm.processID(of: system) == 3)
    exit(system, 1)
    #expect(house.pm.end(of: system) == .exit(status: 1))
    #expect(house.pm.livingCount == 1)
    expectFarewell([system])
  }

  /// What PM does not serve, a forged SCHEDULING_NO_QUANTUM included.
  @Test(arguments: [0, 5, 112, 0xF01, -1, .max, .min] as [Int32]) func otherCalls(_ type: Int32) {
    #expect(
      house.call(program, Message(type: type), to: .pm) == ResultCode.enosys.rawValue)
  }

  /// A forged SCHEDULING_NO_QUANTUM moves nobody; a real one moves a queue down, at most to 15.
  @Test func quanta() {
    for queue: Int8 in [9, 10, 11, 12, 13, 14, 15, 15] {
      house.trap(program, ticks: 8) { $0.vector = 0x50 }
      house.run()
      #expect(house.isRunnable(program))
      #expect(house.kernel.processes[program.slot].priority == queue)
      #expect(house.kernel.processes[program.slot].ticksLeft == 8)
    }
    house.sendrec(program, Message(type: 0xF01), to: .pm)
    house.run()
    #expect(house.kernel.processes[program.slot].priority == 15)
  }

  /// Whoever has gone down comes up again, and only as far as it was; the dead don't.
  @Test func balanceOfSeveral() throws {
    house.kernel.processes.set(.procStop, on: program.slot)
    var others: [Endpoint] = []
    for (slot, downs) in [(12, 3), (13, 2), (14, 1)] as [(Int32, Int)] {
      others.append(try house.program(slot))
      for _ in 0..<downs {
        house.trap(others[others.count - 1], ticks: 8) { $0.vector = 0x50 }
        house.run()
      }
    }
    let queues = { others.map { self.house.kernel.processes[$0.slot].priority } }
    #expect(queues() == [11, 10, 9])
    house.kernel.raise(.kill, on: others[1].slot)
    house.run()
    house.kernel.processes.unset(.procStop, on: program.slot)
    for expected: [Int8] in [[10, 10, 8], [9, 10, 8], [8, 10, 8], [8, 10, 8]] {
      house.kernel.uptime &+= 100
      _ = house.call(program, Message(type: 99), to: .pm)
      #expect(queues() == expected)
      #expect(house.kernel.processes.slot(of: others[1]) == nil)
    }
  }

  /// Every 100 ticks everyone moves up by one, to his best.
  @Test func balance() throws {
    for _ in 0..<3 {
      house.trap(program, ticks: 8) { $0.vector = 0x50 }
      house.run()
    }
    #expect(house.kernel.processes[program.slot].priority == 11)
    let other = try house.program(12)
    house.kernel.uptime &+= 200
    _ = house.call(other, Message(type: 99), to: .pm)
    #expect(house.kernel.processes[program.slot].priority == 10)
    #expect(house.kernel.processes[other.slot].priority == 8)
    _ = house.call(other, Message(type: 99), to: .pm)
    #expect(house.kernel.processes[program.slot].priority == 10)
  }
}
