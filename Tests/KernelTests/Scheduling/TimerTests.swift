import MinixABI
import Testing

@testable import Kernel

/// The clock's calls (ABI 8.9): SETALARM, VTIMER, TIMES, STIME; and the time that nobody uses.
@Suite struct TimerTests {
  let bench: Bench
  let service: Guest
  let user: Guest

  init() throws {
    bench = try Bench()
    (service, user) = (try bench.system(11), try bench.user(12))
  }

  private func alarm(_ guest: Guest, _ time: Int32, isAbsolute: Bool = false) -> Message? {
    var request = Message(.setAlarm, .none, isAbsolute ? 1 : 0)
    request[int: 20] = time
    return bench.call(guest, request)
  }

  private func timer(_ which: Int32, _ target: Endpoint, set value: Int32? = nil) -> Message? {
    var request = Message(type: KernelCallNumber.virtualTimer.messageType)
    request[int: 8] = which
    request[int: 12] = value == nil ? 0 : 1
    request[int: 20] = value ?? 99
    request[endpoint: 24] = target
    return bench.call(service, request)
  }

  // MARK: SETALARM

  @Test(arguments: [false, true]) func alarmNotifies(_ isAbsolute: Bool) throws {
    bench.tick(user, 100)
    #expect(bench.kernel.nextTimerTick == nil)
    let reply = try #require(alarm(service, isAbsolute ? 110 : 10, isAbsolute: isAbsolute))
    #expect(reply.type == 0)
    #expect(reply[int: 20] == 0)
    #expect(bench.kernel.nextTimerTick == 110)
    bench.ipc(service, .receive, .any)
    bench.tick(user, 9)
    #expect(bench.rts(service) == .receiving)
    bench.tick(user)
    #expect(bench.rts(service).isEmpty)
    let message = try #require(bench.received(service))
    #expect(message.source == .clock)
    #expect(message.type == 0x1001)
    #expect(message.notifyTimestamp == 110)
    #expect(bench.status(service) == 4)
    #expect(bench.kernel.nextTimerTick == nil)
    bench.checkInvariants()
  }

  /// A second alarm replaces the first and tells what it had left; 0 cancels.
  @Test func alarmsReplaceAndCancel() {
    _ = alarm(service, 50)
    bench.tick(user, 20)
    #expect(alarm(service, 100)?[int: 20] == 30)
    #expect(bench.kernel.nextTimerTick == 120)
    bench.tick(user, 40)
    #expect(alarm(service, 0)?[int: 20] == 60)
    #expect(bench.kernel.nextTimerTick == nil)
    #expect(alarm(service, 0)?[int: 20] == 0)
    bench.ipc(service, .receive, .any)
    bench.tick(user, 1000)
    #expect(bench.rts(service) == .receiving)
  }

  /// The past is due at the next tick.
  @Test(arguments: [-5, 1, .min] as [Int32]) func past(_ time: Int32) {
    bench.tick(user, 10)
    _ = alarm(service, time, isAbsolute: true)
    bench.ipc(service, .receive, .clock)
    bench.tick(user)
    #expect(bench.received(service)?.type == 0x1001)
  }

  @Test func theFarFutureDoesNotOverflow() {
    bench.tick(user, .max - 1)
    #expect(alarm(service, .max)?.type == 0)
    #expect(alarm(service, .max)?[int: 20] == .max)
    #expect(bench.kernel.nextTimerTick == .max)
  }

  /// Many alarms expire in any order, each for its own process.
  @Test func manyAlarms() throws {
    let others = try (13..<25).map { try bench.system($0) }
    for (index, guest) in others.enumerated() {
      _ = alarm(guest, Int32((index * 7) % 12 + 1))
      bench.ipc(guest, .receive, .any)
    }
    for tick in 1...12 {
      bench.tick(user)
      for (index, guest) in others.enumerated() {
        #expect(bench.rts(guest).contains(.receiving) == ((index * 7) % 12 + 1 > tick))
      }
    }
    bench.checkInvariants()
  }

  @Test func theDeadHaveNoAlarm() {
    _ = alarm(service, 10)
    bench.call(.pm, Message(.clear, service.endpoint))
    #expect(bench.kernel.nextTimerTick == nil)
    bench.tick(user, 20)
    bench.checkInvariants()
  }

  @Test func whileNobodyRuns() {
    _ = alarm(service, 10)
    bench.ipc(service, .receive, .any)
    bench.call(.pm, Message(.runControl, user.endpoint, 0))
    guard case .idle = bench.drain() else {
      Issue.record("somebody runs")
      return
    }
    #expect(bench.kernel.nextTimerTick == 10)
    bench.kernel.passIdleTime(ticks: 10)
    #expect(bench.kernel.uptime == 10)
    #expect(bench.kernel.processes[Endpoint.idle.slot].userTicks == 10)
    #expect(bench.received(service)?.source == .clock)
    bench.checkInvariants()
  }

  // MARK: VTIMER

  @Test(arguments: [1, 2] as [Int32]) func virtualTimers(_ which: Int32) throws {
    #expect(timer(which, user.endpoint)?[int: 20] == 0)
    let reply = try #require(timer(which, user.endpoint, set: 10))
    #expect(reply.type == 0 && reply[int: 20] == 0)
    // Only its own time counts.
    bench.tick(service, 50)
    bench.tick(user, 4)
    #expect(timer(which, user.endpoint)?[int: 20] == 6)
    #expect(bench.rts(user).isEmpty)
    bench.tick(user, 6)
    #expect(bench.rts(user) == [.signaled, .sigPending])
    #expect(bench.fetchSignal() == (user.endpoint, Signal(rawValue: which == 1 ? 24 : 25).bit))
    #expect(timer(which, user.endpoint)?[int: 20] == 0)
    #expect(bench.misc(user).isDisjoint(with: [.virtualTimer, .profileTimer]))
    bench.checkInvariants()
  }

  @Test func virtualTimersAreDisarmed() {
    for value in [0, -3] as [Int32] {
      _ = timer(1, user.endpoint, set: 5)
      #expect(timer(1, user.endpoint, set: value)?[int: 20] == 5)
      bench.tick(user, 20)
      #expect(bench.rts(user).isEmpty)
    }
    #expect(timer(2, .itself, set: 5)?[int: 20] == 0)
    #expect(timer(2, service.endpoint)?[int: 20] == 5)
  }

  /// What the system does for a user counts for the user's profile timer, not for the virtual one.
  @Test func profileTimersCountTheSystemToo() {
    _ = timer(1, user.endpoint, set: 100)
    _ = timer(2, user.endpoint, set: 100)
    bench.tick(user, 1)
    bench.kernel.billed = user.slot
    bench.tick(service, 5)
    #expect(bench.kernel.processes[user.slot].systemTicks == 5)
    #expect(timer(1, user.endpoint)?[int: 20] == 99)
    #expect(timer(2, user.endpoint)?[int: 20] == 94)
  }

  @Test func virtualTimerErrors() {
    for which in [0, 3, -1] as [Int32] {
      #expect(timer(which, user.endpoint, set: 5)?.type == ResultCode.einval.rawValue)
    }
    for nobody in [Endpoint.none, .rs, Endpoint(rawValue: 12), .idle, .clock] {
      #expect(timer(1, nobody, set: 5)?.type == ResultCode.einval.rawValue)
    }
    #expect(bench.misc(user).isDisjoint(with: [.virtualTimer, .profileTimer]))
  }

  // MARK: TIMES and STIME

  @Test func times() throws {
    bench.tick(user, 7)
    bench.kernel.billed = user.slot
    bench.tick(service, 3)
    var request = Message(type: KernelCallNumber.setTime.messageType)
    request[int: 16] = 1_271_548_800
    #expect(bench.call(.pm, request) == .ok)
    let reply = try #require(bench.call(service, Message(.times, user.endpoint)))
    #expect(reply.type == 0)
    let fields = [8, 12, 16, 24].map { reply[word: $0] }
    #expect(fields == [7, 3, 1_271_548_800, 10])
    #expect(bench.call(service, Message(.times, .itself))?[word: 8] == 3)
    // Nobody's times: the fields stay as they were in the request.
    for nobody in [Endpoint.none, .rs] {
      let reply = try #require(bench.call(service, Message(.times, nobody, 77)))
      #expect(reply.type == 0)
      #expect(reply[endpoint: 8] == nobody && reply[int: 12] == 77 && reply[word: 24] == 10)
    }
  }
}
