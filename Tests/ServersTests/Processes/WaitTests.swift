import Machine
import MinixABI
import Servers
import Testing

@testable import Kernel

/// EXIT, WAIT and WAITPID among relatives (POSIX sheet 2.2).
@Suite struct WaitTests {
  let house: House
  let program: Endpoint

  init() throws {
    house = try House()
    program = try house.program(11)
  }

  /// The parent waits already: it is answered, and no signal comes.
  @Test(arguments: [PosixCall.wait, .waitPID]) func aParentThatWaits(_ call: PosixCall) throws {
    house.handle(.child, in: program, by: 0x4000)
    let child = try house.fork(program)
    #expect(house.result(program, call, [8: -1]) == nil)
    house.exit(child, 0x142)
    let answer = house.answer(to: program)
    #expect(answer?.type == 3)
    #expect(answer?[int: 8] == 0x42 << 8)
    #expect(house.registers(program).eip != 0x4000)
    #expect(house.result(program, .wait) == ResultCode.echild.rawValue)
    #expect(house.kernel.name(of: child) == nil)
    #expect(house.initReplies.isEmpty)
  }

  /// The child is dead before its parent asks: SIGCHLD, which is caught only by those who want it.
  @Test(arguments: [false, true]) func aZombie(_ isCaught: Bool) throws {
    if isCaught { house.handle(.child, in: program, by: 0x4000) }
    let child = try house.fork(program)
    house.exit(child, 1)
    #expect((house.registers(program).eip == 0x4000) == isCaught)
    // It can be signalled until somebody has heard of it.
    #expect(house.kill(program, 3, .terminate) == 0)
    #expect(house.ask(program, .wait)?[int: 8] == 1 << 8)
    #expect(house.kill(program, 3, .terminate) == ResultCode.esrch.rawValue)
  }

  @Test func theStatusOfTheKilled() throws {
    for (signal, status) in [(Signal.kill, 9), (.segmentation, 0x8B), (.stop, 19)] {
      let child = try house.fork(program)
      house.kill(program, house.pid(child), signal)
      #expect(house.ask(program, .wait)?[int: 8] == Int32(status))
    }
    // Whoever runs as another leaves no core.
    let child = try house.fork(program)
    #expect(house.result(child, .setEffectiveUID, [8: 3]) == 0)
    house.kill(program, house.pid(child), .quit)
    #expect(house.ask(program, .wait)?[int: 8] == 3)
  }

  /// Whom WAITPID means, with three living children of which the second and third have groups.
  @Test(
    arguments: [
      (-1, 0), (3, 0), (4, 0), (0, 0), (-4, 0), (-5, 0), (2, -10), (6, -10), (-3, -10), (-6, -10),
      (.min, -10), (.max, -10),
    ] as [(Int32, Int32)])
  func whoIsMeant(_ pid: Int32, _ result: Int32) throws {
    for _ in 0..<3 { _ = try house.fork(program) }
    let children = house.kernel.guests.dropFirst()
    for child in children.dropFirst() { #expect(house.result(child, .setSession) != nil) }
    #expect(house.result(program, .waitPID, [8: pid, 12: 1]) == result)
    // WUNTRACED means nothing.
    #expect(house.result(program, .waitPID, [8: pid, 12: 3]) == result)
  }

  @Test(
    arguments: [(-1, 3), (3, 3), (4, 4), (5, 5), (0, 3), (-4, 4), (-5, 5)] as [(Int32, Int32)])
  func whoIsReported(_ pid: Int32, _ reported: Int32) throws {
    let children = try (0..<3).map { _ in try house.fork(program) }
    for child in children.dropFirst() { #expect(house.result(child, .setSession) != nil) }
    for child in children.reversed() { house.exit(child) }
    #expect(house.result(program, .waitPID, [8: pid]) == reported)
    // The others are still there, by slot.
    let others = [3, 4, 5].filter { $0 != reported }
    #expect(others.map { _ in house.result(program, .wait) } == others)
    #expect(house.result(program, .wait) == ResultCode.echild.rawValue)
  }

  /// A child that the wait doesn't mean leaves the parent waiting.
  @Test func anotherChild() throws {
    let children = try (0..<2).map { _ in try house.fork(program) }
    #expect(house.result(program, .waitPID, [8: 4]) == nil)
    house.exit(children[0])
    #expect(house.answer(to: program) == nil)
    house.exit(children[1], 2)
    #expect(house.answer(to: program)?.type == 4)
    #expect(house.result(program, .wait) == 3)
  }

  /// Unless it catches SIGCHLD.
  @Test func anotherChildsSignal() throws {
    house.handle(.child, in: program, by: 0x4000)
    let children = try (0..<2).map { _ in try house.fork(program) }
    #expect(house.result(program, .waitPID, [8: 4]) == nil)
    house.exit(children[0])
    #expect(house.answer(to: program)?.type == ResultCode.eintr.rawValue)
    #expect(house.registers(program).eip == 0x4000)
  }

  /// Orphans, living and dead, are INIT's.
  @Test func orphans() throws {
    let parent = try house.fork(program)
    let (dead, living) = (try house.fork(parent), try house.fork(parent))
    house.exit(dead, 4)
    #expect(house.initReplies.isEmpty)
    house.exit(parent)
    house.letInitRun()
    #expect(house.initReplies.map(\.type) == [4])
    #expect(house.ask(living, .getPID)?[int: 8] == 1)
    house.exit(living, 6)
    house.letInitRun()
    #expect(house.initReplies.map(\.type) == [4, 5])
    #expect(house.initReplies.map { $0[int: 8] } == [4 << 8, 6 << 8])
    #expect(house.result(program, .wait) == 3)
  }

  /// The run goes on until nobody is left that came of an awaited program.
  @Test func descendantsCount() throws {
    let child = try house.fork(program)
    let grandchild = try house.fork(child)
    #expect(house.pm.livingCount == 3)
    house.exit(program, 9)
    house.exit(child)
    #expect(house.pm.livingCount == 1)
    house.exit(grandchild)
    #expect(house.pm.livingCount == 0)
    #expect(!house.pm.isBusy)
    #expect(house.kernel.guests.isEmpty)
    #expect(house.pm.end(of: program) == .exit(status: 9))
    #expect(house.pm.end(of: child) == nil, "nobody asks for it")
  }

  /// A program's end is known when its slot has a new tenant.
  @Test func endsAreKept() throws {
    let house = try House(processCapacity: 13)
    let (program, other) = (try house.program(11), try house.program(12))
    house.exit(program, 3)
    let child = try house.fork(other)
    #expect(child.slot == program.slot)
    #expect(house.pm.end(of: program) == .exit(status: 3))
    #expect(house.pm.processID(of: program) == 2)
  }

  /// The end of a group's leader is SIGHUP for the others, and for nobody else.
  @Test func leadersHangUp() throws {
    let outsider = try house.program(12)
    let child = try house.fork(program)
    #expect(house.result(child, .setSession) == 4)
    let members = try (0..<2).map { _ in try house.fork(child) }
    house.handle(.hangup, in: members[1], by: 1)
    house.exit(child)
    #expect(house.kernel.name(of: members[0]) == nil)
    #expect(house.isRunnable(members[1]))
    #expect(house.isRunnable(program))
    #expect(house.isRunnable(outsider))
    house.letInitRun()
    #expect(house.initReplies.map { $0[int: 8] } == [1])
  }

  /// Times of the dead go to their parents, and with these to theirs.
  @Test func times() throws {
    let child = try house.fork(program)
    let grandchild = try house.fork(child)
    for (who, ticks) in [(grandchild, 5), (child, 2)] as [(Endpoint, UInt32)] {
      house.trap(who, ticks: ticks) { $0.vector = 0x50 }
      house.run()
    }
    house.exit(grandchild)
    #expect(house.ask(child, .times)?[word: 16] == 5)
    #expect(house.ask(child, .times)?[word: 8] == 2)
    house.exit(child)
    let times = house.ask(program, .times)
    #expect(times?[word: 16] == 7)
    #expect(times?[word: 8] == 0)
    #expect(times?[word: 24] == house.kernel.uptime)
  }
}
