import Machine
import MinixABI
import Servers
import Testing

@testable import Kernel

/// SIGACTION, SIGPROCMASK, SIGPENDING and KILL: what they answer and refuse (POSIX sheet 2.1, 2.4).
@Suite struct SignalCallTests {
  let house: House
  let program: Endpoint

  init() throws {
    house = try House()
    program = try house.program(11)
  }

  private func action(_ number: Int32, new: UInt32 = 0, old: UInt32 = 0) -> Int32? {
    house.result(
      program, .signalAction,
      [12: number, 20: Int32(bitPattern: new), 24: Int32(bitPattern: old)])
  }

  @Test(
    arguments: [
      (0, House.scratch, 0, ResultCode.einval), (26, House.scratch, 0, .einval),
      (-1, 0, 0, .einval), (.min, 0, 0, .einval), (9, 0xF000_0000, 0xF000_0000, .ok),
      (1, 0, 0, .ok), (25, House.scratch, House.scratch + 12, .ok),
      (1, 0xF000_0000, 0, .efault), (1, 0, 0xEFFF_FFF8, .efault),
      (1, House.scratch, 0xF000_0000, .efault),
    ] as [(Int32, UInt32, UInt32, ResultCode)])
  func actions(_ number: Int32, _ new: UInt32, _ old: UInt32, _ result: ResultCode) {
    house.store([0x4000, .max, 0x7F], to: program, at: House.scratch)
    #expect(action(number, new: new, old: old) == result.rawValue)
    // Only what has succeeded has changed anything.
    let isSet = result == .ok && new == House.scratch
    if number > 0, number < 26, number != 9 {
      #expect(action(number, old: House.scratch) == 0)
      let set: [UInt32] = [0x4000, ~(1 << 9 | 1 << 19), 0x7F]
      #expect(house.words(3, of: program, at: House.scratch) == (isSet ? set : [0, 0, 0]))
    }
  }

  /// Both structures may lie where VM has to make memory, or can't.
  @Test func absentStructures() {
    house.store([0x4000, 0, 0], to: program, at: House.scratch)
    #expect(action(1, new: House.scratch, old: House.absent) == 0)
    #expect(action(1, new: House.absent + 0x2000, old: House.absent) == 0)
    #expect(house.words(3, of: program, at: House.absent) == [0x4000, 0, 0])
    house.memoryAnswer = .enomem
    #expect(action(1, new: House.absent + 0x8000) == ResultCode.enomem.rawValue)
    #expect(action(1, old: House.absent + 0x9000) == ResultCode.enomem.rawValue)
    // PM serves on.
    #expect(house.pid(program) == 2)
  }

  /// SIG_IGN discards what is pending, SIG_DFL doesn't.
  @Test(arguments: [(0, Signal.user1.bit), (1, 0)] as [(UInt32, UInt32)])
  func pendingInstances(_ handler: UInt32, _ left: UInt32) {
    house.block(Signal.user1.bit, in: program)
    house.kill(program, 2, .user1)
    house.handle(.user1, in: program, by: handler)
    #expect(house.ask(program, .signalPending)?[word: 20] == left)
  }

  /// Masks are kept bit for bit, KILL and STOP excepted.
  @Test(
    arguments: [
      (0, 0x10, 0x400, 0x410), (0, 0x10, .max, 0xFFF7_FDFF), (1, 0xFF, 0x11, 0xEE), (1, 1, .max, 0),
      (2, 0xFF, 0x03FF_FFFF, 0x03F7_FDFF), (2, 0xFF, 0, 0), (4, 0x21, .max, 0x21),
    ] as [(Int32, UInt32, UInt32, UInt32)])
  func masks(_ how: Int32, _ old: UInt32, _ set: UInt32, _ expected: UInt32) {
    house.block(old, in: program)
    let answer = house.ask(program, .signalMask, [8: how, 20: Int32(bitPattern: set)])
    #expect(answer?.type == 0)
    #expect(answer?[word: 20] == old)
    #expect(house.block(0, in: program) == expected)
  }

  @Test(arguments: [3, 5, -1, .max, .min] as [Int32]) func maskErrors(_ how: Int32) {
    house.block(0x21, in: program)
    let answer = house.ask(program, .signalMask, [8: how, 20: 0])
    #expect(answer?.type == ResultCode.einval.rawValue)
    #expect(answer?[word: 20] == 0x21)
    #expect(house.block(0, in: program) == 0x21)
  }

  @Test func processStatus() {
    house.block(.max, in: program)
    house.kill(program, 2, .user1)
    let this = Endpoint.itself.rawValue
    #expect(house.result(program, .processStatus, [8: 1]) == ResultCode.enosys.rawValue)
    #expect(house.ask(program, .processStatus, [8: this])?[word: 20] == Signal.user1.bit)
    #expect(house.ask(program, .processStatus, [8: this])?[word: 20] == 0)
  }

  // MARK: KILL

  /// Programs 2 and 3 in INIT's group, 4 and 5 in group 4, 6 a system program.
  @Test(
    arguments: [
      (2, 0, ResultCode.ok), (7, 15, .esrch), (7, 26, .einval), (3, -1, .einval),
      (3, .max, .einval),
      (1, 9, .einval), (1, 15, .ok), (-7, 15, .esrch), (-4, 0, .ok), (.min, 0, .esrch),
      (6, 11, .eperm), (6, 4, .eperm), (6, 6, .eperm), (6, 0, .ok), (0, 0, .ok), (-1, 0, .ok),
    ] as [(Int32, Int32, ResultCode)])
  func answers(_ pid: Int32, _ signal: Int32, _ result: ResultCode) throws {
    try enter()
    #expect(house.result(program, .kill, [8: pid, 12: signal]) == result.rawValue)
    #expect(house.pm.livingCount == 5)
  }

  private func enter() throws {
    let leader = Endpoint(generation: 1, slot: ProcessSlot(rawValue: 13))
    _ = try house.program(12)
    _ = try house.program(13)
    #expect(house.result(leader, .setSession) == 4)
    _ = try house.fork(leader)
    _ = try house.program(15, isSystem: true)
  }

  /// Who is left of pids 2…6 when one of them, 2, sends a signal.
  @Test(
    arguments: [
      (3, 15, [2, 4, 5, 6]), (0, 15, [4, 5]), (-4, 15, [2, 3, 6]), (-1, 9, [6]), (-1, 15, []),
      (6, 9, [2, 3, 4, 5]), (3, 17, [2, 3, 4, 5, 6]), (2, 9, [3, 4, 5, 6]),
    ] as [(Int32, Int32, [Int32])])
  func targets(_ pid: Int32, _ signal: Int32, _ left: [Int32]) throws {
    try enter()
    house.result(program, .kill, [8: pid, 12: signal])
    house.run()
    let living = (2...6).filter { pid in
      house.kernel.guests.contains { $0.slot.rawValue == pid + 9 }
    }
    #expect(living == left)
    #expect(house.pm.livingCount == left.count)
  }

  /// Users by real and effective ids: the sender's, the target's.
  @Test(
    arguments: [
      (5, 5, 7, 7, ResultCode.eperm), (5, 5, 5, 7, .ok), (5, 5, 7, 5, .ok), (7, 5, 7, 8, .ok),
      (7, 5, 8, 7, .ok), (7, 5, 8, 8, .eperm), (5, 0, 7, 7, .ok), (0, 5, 7, 7, .eperm),
      (5, 5, 0, 0, .eperm),
    ] as [(Int32, Int32, Int32, Int32, ResultCode)])
  func permissions(
    _ real: Int32, _ effective: Int32, _ targetReal: Int32, _ targetEffective: Int32,
    _ result: ResultCode
  ) throws {
    let target = try house.program(12)
    house.take(real, effective, in: program)
    house.take(targetReal, targetEffective, in: target)
    for signal in [Int32(0), 17] {
      #expect(house.result(program, .kill, [8: 3, 12: signal]) == result.rawValue)
    }
    // One who is permitted is enough.
    #expect(house.result(program, .kill, [8: 0, 12: 0]) == 0)
  }

  /// A guest in a server's place is ended by SIGKILL and by what the kernel raises, and by nothing else.
  @Test func servers() throws {
    house.kernel.boot(.named(.ds), isResident: false)
    house.pm.adopt(.ds, isUser: false, isAwaited: false, priority: 0)
    for signal in [Signal.terminate, .hangup] { #expect(house.kill(program, 3, signal) == 0) }
    #expect(house.kernel.name(of: .ds) != nil)
    #expect(house.kill(program, 3, .kill) == 0)
    #expect(house.kernel.name(of: .ds) == nil)
  }
}
