import Machine
import MinixABI
import Testing

@testable import Kernel
@testable import Servers

/// Users, groups, sessions and priorities (POSIX sheet 2.1 and 2.6).
@Suite struct IdentityTests {
  let house: House
  let program: Endpoint

  init() throws {
    house = try House()
    program = try house.program(11)
  }

  /// From a real and an effective id to two others, or EPERM.
  @Test(
    arguments: [
      (0, 0, 7, true, 7, 7), (0, 0, 7, false, 0, 7), (5, 0, 7, true, 7, 7), (5, 7, 5, true, 5, 5),
      (5, 7, 5, false, 5, 5), (5, 5, 5, true, 5, 5), (5, 7, 7, true, 5, 7), (5, 7, 7, false, 5, 7),
      (5, 5, 0, true, 5, 5), (0, 7, 0, false, 0, 0),
    ] as [(Int32, Int32, Int32, Bool, Int32, Int32)])
  func users(
    _ real: Int32, _ effective: Int32, _ wanted: Int32, _ setsBoth: Bool, _ newReal: Int32,
    _ newEffective: Int32
  ) {
    house.take(real, effective, in: program)
    let isAllowed = wanted == real || effective == 0
    #expect(
      house.result(program, setsBoth ? .setUID : .setEffectiveUID, [8: wanted])
        == (isAllowed ? 0 : ResultCode.eperm.rawValue))
    let answer = house.ask(program, .getUID)
    #expect(answer?.type == newReal)
    #expect(answer?[int: 8] == newEffective)
  }

  /// Groups are root's to choose, or the real one.
  @Test(
    arguments: [
      (0, 9, true, 9, 9), (0, 9, false, 3, 9), (5, 3, true, 3, 3), (5, 9, true, 3, 4),
      (5, 4, false, 3, 4), (5, 3, false, 3, 3), (0, 200, true, -56, -56),
    ] as [(Int32, Int32, Bool, Int32, Int32)])
  func groups(_ user: Int32, _ wanted: Int32, _ setsBoth: Bool, _ real: Int32, _ effective: Int32) {
    house.take(user, user, in: program)
    house.pm.roster[program.slot].identity.realGroup = 3
    house.pm.roster[program.slot].identity.effectiveGroup = 4
    let isAllowed = user == 0 || wanted == 3
    #expect(
      house.result(program, setsBoth ? .setGID : .setEffectiveGID, [8: wanted])
        == (isAllowed ? 0 : ResultCode.eperm.rawValue))
    let answer = house.ask(program, .getGID)
    #expect(answer?.type == real)
    #expect(answer?[int: 8] == effective)
  }

  /// One byte a group.
  @Test func supplementaryGroups() {
    let place = Int32(House.scratch)
    #expect(house.result(program, .getGroups, [8: 0, 20: 0]) == 0)
    house.write([9, 8, 200, 6], to: program, at: House.scratch)
    #expect(house.result(program, .setGroups, [8: 4, 20: place]) == 0)
    #expect(house.result(program, .getGroups, [8: 0, 20: -1]) == 4)
    #expect(house.result(program, .getGroups, [8: 8, 20: place + 8]) == 4)
    #expect(house.bytes(5, of: program, at: House.scratch + 8) == [9, 8, 200, 6, 0])
    for (room, address, result) in [
      (3, place, ResultCode.einval), (-1, place, .einval), (9, place, .einval),
      (4, -4096, .efault),
    ] as [(Int32, Int32, ResultCode)] {
      #expect(house.result(program, .getGroups, [8: room, 20: address]) == result.rawValue)
    }
  }

  @Test(
    arguments: [
      (0, 0, Int32(House.scratch), ResultCode.ok), (0, 8, Int32(House.scratch), .ok),
      (0, 9, Int32(House.scratch), .einval), (0, -1, 0, .einval), (0, 0, 0, .efault),
      (0, 3, 0, .efault), (0, 3, -4096, .efault), (1, 9, 0, .eperm),
      (1, 1, Int32(House.scratch), .eperm),
    ] as [(Int32, Int32, Int32, ResultCode)])
  func settingGroups(_ user: Int32, _ count: Int32, _ address: Int32, _ result: ResultCode) {
    house.take(user, user, in: program)
    #expect(house.result(program, .setGroups, [8: count, 20: address]) == result.rawValue)
    #expect(house.result(program, .getGroups, [8: 0]) == (result == .ok ? count : 0))
  }

  @Test func sessions() {
    #expect(house.result(program, .getGroup) == 1)
    #expect(house.result(program, .setSession) == 2)
    #expect(house.result(program, .getGroup) == 2)
    #expect(house.result(program, .setSession) == ResultCode.eperm.rawValue)
  }

  // MARK: Priorities

  /// The caller's and pid 3's users, the call's fields, its result, and 3's queue then.
  @Test(
    arguments: [
      (0, 5, 3, 0, 0, 7), (0, 5, 3, 20, 0, 15), (0, 5, 3, -20, 0, 0), (0, 5, 3, 21, -22, 8),
      (0, 5, 3, -21, -22, 8), (0, 5, 9, 1, -3, 8), (5, 5, 3, 4, 0, 9), (5, 5, 3, -1, -13, 8),
      (5, 5, 3, -99, -13, 8), (5, 5, 3, 99, -22, 8), (5, 6, 3, 1, -1, 8), (0, 5, -3, 1, -3, 8),
    ] as [(Int32, Int32, Int32, Int32, Int32, Int8)])
  func priorities(
    _ mine: Int32, _ other: Int32, _ pid: Int32, _ nice: Int32, _ result: Int32, _ queue: Int8
  ) throws {
    let target = try house.program(12)
    house.take(mine, mine, in: program)
    house.take(other, other, in: target)
    #expect(house.result(program, .setPriority, [12: pid, 16: nice]) == result)
    #expect(house.kernel.processes[target.slot].priority == queue)
    #expect(house.result(target, .getPriority) == (result == 0 ? nice : 0) + 20)
    #expect(
      house.result(program, .setPriority, [8: 1, 12: pid, 16: nice])
        == ResultCode.einval.rawValue)
  }

  @Test(
    arguments: [
      (0, 0, 0, 20), (0, 0, 2, 20), (0, 0, 3, 20), (5, 0, 3, 20), (6, 0, 3, 20), (0, 1, 0, -22),
      (0, -1, 3, -22), (0, 0, 99, -3), (7, 0, 3, -1),
    ] as [(Int32, Int32, Int32, Int32)])
  func readingPriorities(_ user: Int32, _ which: Int32, _ who: Int32, _ result: Int32) throws {
    let target = try house.program(12)
    house.take(5, 6, in: target)
    house.take(user, user, in: program)
    #expect(house.result(program, .getPriority, [8: which, 12: who]) == result)
  }

  /// Whoever had gone down is where it was put, and comes up from there to its new best.
  @Test func afterwardsItIsBalanced() throws {
    house.trap(program, ticks: 8) { $0.vector = 0x50 }
    house.run()
    #expect(house.result(program, .setPriority, [16: 5]) == 0)
    let queue = { self.house.kernel.processes[self.program.slot].priority }
    #expect(queue() == 9)
    house.trap(program, ticks: 8) { $0.vector = 0x50 }
    house.run()
    for expected: Int8 in [10, 9, 9] {
      #expect(queue() == expected)
      house.kernel.uptime &+= 100
      _ = house.pid(program)
    }
  }
}
