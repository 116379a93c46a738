import Machine
import MinixABI
import Testing

@testable import Kernel
@testable import Servers

/// FORK (POSIX sheet 2.2).
@Suite struct ForkTests {
  let house: House
  let program: Endpoint

  init() throws {
    house = try House()
    program = try house.program(11)
  }

  /// Both get their answers, and what the one writes the other doesn't see.
  @Test func aChild() throws {
    house.write([1, 2, 3], to: program, at: House.scratch)
    let child = try house.fork(program)
    #expect(child == Endpoint(generation: 1, slot: ProcessSlot(rawValue: 12)))
    #expect(house.isRunnable(program))
    #expect(house.bytes(3, of: child, at: House.scratch) == [1, 2, 3])
    house.write([9], to: child, at: House.scratch)
    #expect(house.bytes(3, of: program, at: House.scratch) == [1, 2, 3])
    #expect(house.ask(child, .getPID)?.type == 3)
    #expect(house.ask(child, .getPID)?[int: 8] == 2)
    #expect(house.ask(program, .getPID)?[int: 8] == 1)
    #expect(house.pm.livingCount == 2)
  }

  @Test func theChildsQueue() throws {
    for _ in 0..<3 {
      house.trap(program, ticks: 8) { $0.vector = 0x50 }
      house.run()
    }
    let child = try house.fork(program)
    let priority = { self.house.kernel.processes[child.slot].priority }
    #expect(priority() == 11)
    #expect(house.kernel.processes[child.slot].ticksLeft == 8)
    #expect(house.kernel.processes[child.slot].scheduler == .pm)
    // It comes up again like its parent.
    for expected: Int8 in [10, 9, 8, 8] {
      house.kernel.uptime &+= 100
      _ = house.pid(program)
      #expect(priority() == expected)
      #expect(house.kernel.processes[program.slot].priority == expected)
    }
  }

  @Test func whatIsInherited() throws {
    house.handle(.user1, in: program, by: 0x4000, mask: 6, flags: 0x15)
    house.handle(.user2, in: program, by: 1)
    house.block(0x40, in: program)
    #expect(house.result(program, .setGID, [8: 5]) == 0)
    #expect(house.result(program, .setPriority, [16: 3]) == 0)
    #expect(house.result(program, .setSession) == 2)
    #expect(house.result(program, .setUID, [8: 7]) == 0)
    let child = try house.fork(program)
    #expect(house.result(child, .getUID) == 7)
    #expect(house.result(child, .getGID) == 5)
    #expect(house.result(child, .getGroup) == 2)
    #expect(house.result(child, .getPriority) == 23)
    #expect(house.block(0, in: child) == 0x40)
    for (signal, action) in [(10, [0x4000, 6, 0x15]), (12, [1, 0, 0])] as [(Int32, [UInt32])] {
      #expect(
        house.result(child, .signalAction, [12: signal, 24: Int32(House.scratch)]) == 0)
      #expect(house.words(3, of: child, at: House.scratch) == action)
    }
    // A handler runs, and returns to where the parent's would.
    #expect(house.kill(child, 0, .user1) != nil)
    #expect(house.registers(child).eip == 0x4000)
    #expect(house.words(1, of: child, at: house.registers(child).esp) == [0x7770])
  }

  /// Pending signals, timers and times are the parent's alone.
  @Test func whatIsNot() throws {
    house.block(Signal.user1.bit, in: program)
    house.kill(program, 2, .user1)
    #expect(house.result(program, .alarm, [8: 10]) == 0)
    house.trap(program, ticks: 3) { $0.vector = 0x50 }
    let child = try house.fork(program)
    #expect(house.ask(program, .signalPending)?[word: 20] == Signal.user1.bit)
    #expect(house.ask(child, .signalPending)?[word: 20] == 0)
    #expect(house.result(child, .alarm, [8: 0]) == 0)
    #expect(house.result(program, .alarm, [8: 0]) == 10)
    #expect(house.ask(program, .times)?[word: 8] == 3)
    #expect(house.ask(child, .times)?[word: 8] == 0)
  }

  @Test(arguments: [ResultCode.enomem, .einval]) func vmRefuses(_ refusal: ResultCode) throws {
    house.refusals[.fork] = refusal
    #expect(house.result(program, .fork) == refusal.rawValue)
    #expect(house.pm.livingCount == 1)
    #expect(house.result(program, .wait) == ResultCode.echild.rawValue)
    house.refusals = [:]
    let child = try house.fork(program)
    #expect(house.pid(child) == 3)
  }

  /// Slots go round, pids go up, and neither is used again at once.
  @Test func slotsAndPIDs() throws {
    let house = try House(processCapacity: 15)
    let program = try house.program(11)
    var slots: [Int32] = []
    for pid: Int32 in 3..<8 {
      let child = try house.fork(program)
      slots.append(child.slot.rawValue)
      #expect(house.pid(child) == pid)
      house.exit(child)
      #expect(house.result(program, .wait) == pid)
    }
    #expect(slots == [12, 13, 14, 12, 13])
  }

  /// EAGAIN: no slot, or for ordinary users hardly one; all is well again after a WAIT.
  @Test(arguments: [(0, 4), (7, 2)] as [(Int32, Int)])
  func theTableIsFull(_ user: Int32, _ count: Int) throws {
    let house = try House(processCapacity: 16)
    let program = try house.program(11)
    #expect(house.result(program, .setUID, [8: user]) == 0)
    let children = try (0..<count).map { _ in try house.fork(program) }
    for _ in 0..<2 { #expect(house.result(program, .fork) == ResultCode.eagain.rawValue) }
    house.exit(children[1])
    // A zombie has its slot still.
    #expect(house.result(program, .fork) == ResultCode.eagain.rawValue)
    #expect(house.result(program, .wait) == 4)
    let next = try house.fork(program)
    #expect(user != 0 || next.slot == children[1].slot && next.generation == 2)
    #expect(house.pm.livingCount == count + 1)
  }

  /// The child of a program with system privileges is an ordinary process.
  @Test func ofASystemProgram() throws {
    let system = try house.program(12, isSystem: true)
    let child = try house.fork(system)
    #expect(house.kernel.processes[child.slot].privilege == .user)
    #expect(house.kernel.processes[child.slot].scheduler == .pm)
    #expect(house.kernel.processes[child.slot].priority == BootProcess.userQueue)
    house.exit(child, 5)
    #expect(house.ask(system, .wait)?[int: 8] == 5 << 8)
  }

  @Test func pidsGoRound() {
    var roster = ProcessRoster(capacity: 20)
    func enter(_ slot: Int32, group: Int32) -> Int32 {
      var process = ManagedProcess()
      process.state = .living
      process.pid = roster.takePID()
      process.identity.processGroup = group
      roster.insert(process, in: ProcessSlot(rawValue: slot))
      return process.pid
    }
    #expect(enter(11, group: 1) == 2)
    #expect(enter(12, group: 4) == 3)
    // 4 is a group.
    #expect(enter(13, group: 1) == 5)
    for _ in 6...30_000 { _ = roster.takePID() }
    #expect(enter(14, group: 1) == 6)
    roster.remove(ProcessSlot(rawValue: 12))
    for _ in 7...30_000 { _ = roster.takePID() }
    #expect(enter(15, group: 1) == 3)
    #expect(enter(16, group: 1) == 4)
  }
}
