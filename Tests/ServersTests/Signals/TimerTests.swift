import Machine
import MinixABI
import Testing

@testable import Kernel
@testable import Servers

/// ALARM, ITIMER, and the time (POSIX sheet 2.5).
@Suite struct TimerTests {
  let house: House
  let program: Endpoint

  init() throws {
    house = try House()
    program = try house.program(11)
    house.kernel.processes[program.slot].frame.esp = House.data + 0x1F00
  }

  /// Makes the program wait for a signal, so that time can pass.
  private func pause() {
    house.handle(.alarm, in: program, by: 0x4000)
    #expect(house.result(program, .pause) == nil)
  }

  @Test func anAlarmEndsAPause() {
    house.handle(.alarm, in: program, by: 0x4000)
    #expect(house.result(program, .alarm, [8: 1]) == 0)
    #expect(house.kernel.nextTimerTick == 60)
    #expect(house.result(program, .pause) == nil)
    house.pass(59)
    #expect(house.answer(to: program) == nil)
    house.pass(1)
    #expect(house.answer(to: program)?.type == ResultCode.eintr.rawValue)
    #expect(house.registers(program).eip == 0x4000)
    #expect(house.kernel.nextTimerTick == nil)
  }

  @Test func anAlarmThatNobodyCatches() {
    house.result(program, .alarm, [8: 1])
    #expect(house.result(program, .pause) == nil)
    house.pass(60)
    #expect(house.pm.end(of: program) == .signal(.alarm))
  }

  /// What is left of the former one, in whole seconds, rounded up.
  @Test(
    arguments: [
      (5, 0, 5), (5, 1, 5), (5, 59, 5), (5, 60, 4), (5, 299, 1), (1, 0, 1), (0, 0, 0),
      (-1, 0, 35_791_395),
    ] as [(Int32, UInt32, Int32)])
  func secondsLeft(_ seconds: Int32, _ ticks: UInt32, _ left: Int32) {
    #expect(house.result(program, .alarm, [8: seconds]) == 0)
    house.trap(program, ticks: ticks) { $0.vector = 0x50 }
    house.run()
    #expect(house.result(program, .alarm, [8: 0]) == left)
    #expect(house.result(program, .alarm, [8: 0]) == 0)
    #expect(house.kernel.nextTimerTick == nil)
  }

  /// Each at its time, whoever was first; the dead have none.
  @Test func several() throws {
    let others = try (12..<16).map { try house.program($0) }
    let all = [program] + others
    for (who, seconds) in zip(all, [3, 1, 2, 2, 1] as [Int32]) {
      house.handle(.alarm, in: who, by: 0x4000)
      house.result(who, .alarm, [8: seconds])
    }
    house.kill(program, 5, .kill)
    for who in all where who != others[2] { #expect(house.result(who, .pause) == nil) }
    for (ticks, woken) in [(60, [1, 4]), (60, [1, 2, 4]), (60, [0, 1, 2, 4])] as [(UInt32, [Int])] {
      house.pass(ticks)
      #expect(all.indices.filter { house.isRunnable(all[$0]) } == woken)
    }
    #expect(house.kernel.nextTimerTick == nil)
  }

  private func setTimer(
    _ which: Int32, interval: (UInt32, UInt32), value: (UInt32, UInt32), old: UInt32 = 0
  ) -> Int32? {
    house.store(
      [interval.0, interval.1, value.0, value.1], to: program, at: House.scratch)
    return house.result(
      program, .intervalTimer,
      [8: which, 20: Int32(House.scratch), 24: Int32(bitPattern: old)])
  }

  private func timer(_ which: Int32) -> [UInt32] {
    #expect(
      house.result(program, .intervalTimer, [8: which, 24: Int32(House.scratch)]) == 0)
    return house.words(4, of: program, at: House.scratch)
  }

  /// Rounded up to ticks, and read back in microseconds; a zero value clears the interval.
  @Test(
    arguments: [
      ((0, 1), (0, 16_667), [0, 16_666, 0, 33_333]), ((1, 500_000), (2, 0), [1, 500_000, 2, 0]),
      ((1, 0), (0, 0), [0, 0, 0, 0]), ((0, 0), (0, 1), [0, 0, 0, 16_666]),
      ((35_791_394, 999_999), (1, 0), [35_791_394, 116_666, 1, 0]),
    ] as [((UInt32, UInt32), (UInt32, UInt32), [UInt32])], [0, 1, 2] as [Int32])
  func values(
    _ row: ((UInt32, UInt32), (UInt32, UInt32), [UInt32]), _ which: Int32
  ) {
    #expect(setTimer(which, interval: row.0, value: row.1) == 0)
    #expect(timer(which) == row.2)
    // Setting it again gives the former one.
    #expect(setTimer(which, interval: (0, 0), value: (0, 0), old: House.scratch + 16) == 0)
    #expect(house.words(4, of: program, at: House.scratch + 16) == row.2)
    #expect(timer(which) == [0, 0, 0, 0])
  }

  @Test(
    arguments: [
      (3, 1, 1, ResultCode.einval), (-1, 1, 1, .einval), (0, 0, 0, .einval), (2, 0, 0, .einval),
      (0, 0xF000_0000, 0, .efault), (1, 0, 0xF000_0000, .efault),
    ] as [(Int32, UInt32, UInt32, ResultCode)])
  func timerErrors(_ which: Int32, _ new: UInt32, _ old: UInt32, _ result: ResultCode) {
    #expect(
      house.result(
        program, .intervalTimer,
        [8: which, 20: Int32(bitPattern: new), 24: Int32(bitPattern: old)]) == result.rawValue)
  }

  @Test(
    arguments: [
      ((0, 1_000_000), (1, 0)), ((0, 0), (1, 1_000_000)), ((.max, 0), (1, 0)), ((0, 0), (.max, 0)),
      ((0, 0), (35_791_395, 0)), ((0, .max), (1, 0)),
    ] as [((UInt32, UInt32), (UInt32, UInt32))])
  func badTimes(_ interval: (UInt32, UInt32), _ value: (UInt32, UInt32)) {
    #expect(setTimer(0, interval: (1, 0), value: (2, 0)) == 0)
    #expect(setTimer(0, interval: interval, value: value) == ResultCode.einval.rawValue)
    #expect(timer(0) == [1, 0, 2, 0])
  }

  /// SIGALRM again and again, until ALARM takes the interval away.
  @Test func intervals() {
    house.handle(.alarm, in: program, by: 0x4000, flags: SignalAction.noDefer)
    #expect(setTimer(0, interval: (0, 500_000), value: (1, 0)) == 0)
    for ticks: UInt32 in [60, 30, 30] {
      #expect(house.result(program, .pause) == nil)
      house.pass(ticks - 1)
      #expect(house.answer(to: program) == nil)
      house.pass(1)
      #expect(house.answer(to: program)?.type == ResultCode.eintr.rawValue)
      // Back from the handler, as by longjmp.
      house.kernel.processes[program.slot].frame.esp = House.data + 0x1F00
    }
    #expect(house.result(program, .alarm, [8: 100]) == 1)
    #expect(timer(0) == [0, 0, 100, 0])
  }

  /// Virtual and profiling time pass only while the program runs.
  @Test(arguments: [(1, Signal.virtualAlarm), (2, .profile)] as [(Int32, Signal)])
  func ownTime(_ which: Int32, _ signal: Signal) {
    house.handle(signal, in: program, by: 0x4000, flags: SignalAction.noDefer)
    #expect(setTimer(which, interval: (0, 50_000), value: (0, 100_000)) == 0)
    house.kernel.uptime &+= 50
    #expect(timer(which) == [0, 50_000, 0, 100_000])
    for ticks: UInt32 in [6, 3, 3] {
      house.kernel.processes[program.slot].frame.eip = 0x1000
      house.trap(program, ticks: ticks - 1) { $0.vector = 0x50 }
      house.run()
      #expect(house.registers(program).eip == 0x1000)
      house.trap(program, ticks: 1) { $0.vector = 0x50 }
      house.run()
      #expect(house.registers(program).eip == 0x4000)
    }
  }

  // MARK: The time

  @Test(arguments: [PosixCall.time, .getTimeOfDay]) func theTime(_ call: PosixCall) {
    house.pm.setTimeOfDay(1_272_240_000)
    house.kernel.uptime &+= 60 * 7 + 59
    let answer = house.ask(program, call)
    #expect(answer?.type == 0)
    #expect(answer?[word: 20] == 1_272_240_007)
    #expect(answer?[word: 24] == 983_333)
  }

  @Test(arguments: [(0, ResultCode.ok), (1, .eperm)] as [(Int32, ResultCode)])
  func settingIt(_ user: Int32, _ result: ResultCode) {
    house.kernel.uptime &+= 600
    house.take(5, user, in: program)
    #expect(house.result(program, .setTime, [20: 1000]) == result.rawValue)
    let answer = house.ask(program, .time)
    #expect(answer?[word: 20] == (result == .ok ? 1000 : 10))
    #expect(house.ask(program, .times)?[word: 24] == house.kernel.uptime)
  }
}
