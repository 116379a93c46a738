import I386
import Machine
import Testing

/// Time: a spinning process is interrupted, every tick is counted once, none lands in ring 0.
@MainActor @Suite struct PreemptionTests {
  /// What some traps brought.
  private struct Harvest {
    var ticks: UInt32 = 0
    var vectors: [UInt32: Int] = [:]
    /// The time in which the ticks came due: at least, and at most.
    var time: ClosedRange<Double> = 0...0

    var trapCount: Int { vectors.values.reduce(0, +) }

    /// Expects the clock's ticks, none lost and none counted twice.
    func expectTicks(of hertz: Double) {
      let least = (time.lowerBound * hertz).rounded(.down) - 1
      let most = (time.upperBound * hertz).rounded(.up) + 1
      #expect((least...most).contains(Double(ticks)), "\(ticks) ticks in \(time) s")
    }
  }

  /// Runs a process for one trap, to start the count, and then for at least some more.
  ///
  /// A late timer is no lost tick: the count ends with the second signal after the last trap asked
  /// for, which brings everything that came due before.
  private func run(
    _ process: GuestProcess, traps: Int, check: (FramedTrap) -> Void
  ) throws -> Harvest {
    let clock = ContinuousClock()
    var harvest = Harvest()
    let start = clock.now
    _ = try process.run()
    let started = clock.now
    var end = started
    var signals = 0
    while harvest.trapCount < traps || signals < 2 {
      if harvest.trapCount < traps { end = clock.now }
      let trap = try process.run()
      harvest.ticks += trap.ticks
      harvest.vectors[trap.frame.vector, default: 0] += 1
      check(trap)
      if harvest.trapCount > traps, trap.ticks > 0 { signals += 1 }
    }
    harvest.time = (end - started) / .seconds(1)...(clock.now - start) / .seconds(1)
    return harvest
  }

  @Test func aSpinningProcessIsInterruptedByEachTick() throws {
    let bench = try Bench(hertz: 100)
    let process = GuestProcess([0xEB, 0xFE], on: bench)  // jmp .
    process.frame.ecx = 0x1234_5678
    let result = try run(process, traps: 100) { trap in
      #expect(trap.ticks >= 1)
      #expect(trap.frame.eip == GuestProcess.codeStart.rawValue)
      #expect(trap.frame.ecx == 0x1234_5678)
      #expect(trap.frame.errorCode == 0)
    }
    #expect(Set(result.vectors.keys) == [0x50])
    result.expectTicks(of: 100)
    let exits = bench.processor.exits
    #expect(exits.preemption == UInt64(result.trapCount) + 1)
    #expect(exits.timerKick >= exits.preemption)
    #expect(exits.other == 0)
    #expect(exits.total == exits.byCause.reduce(0) { $0 + $1.count })
  }

  /// Short traps and a fast clock: most ticks come due while the host or the stub is at work.
  @Test(arguments: [0, 200, 20_000] as [UInt32])
  func noTickIsLostAmongTraps(spin: UInt32) throws {
    let bench = try Bench(hertz: 1000)
    // 0: mov %ebx, %ecx; 2: jecxz 6; 4: loop .; 6: int $33; jmp 0
    let code: [UInt8] = [0x89, 0xD9, 0xE3, 0x02, 0xE2, 0xFE, 0xCD, 33, 0xEB, 0xF6]
    let process = GuestProcess(code, on: bench)
    process.frame.ebx = spin
    let count = spin == 20_000 ? 2000 : 8000
    let result = try run(process, traps: count) { trap in
      #expect(trap.frame.ebx == spin)
    }
    #expect(Set(result.vectors.keys).isSubset(of: [33, 0x50]))
    result.expectTicks(of: 1000)
    let exits = bench.processor.exits
    #expect(exits.ipc + exits.preemption == UInt64(result.trapCount) + 1)
    #expect(exits.other == 0)
    #expect(exits.total == exits.byCause.reduce(0) { $0 + $1.count })
  }

  /// The stub carries out long edit lists while the clock ticks: a tick waits for ring 3.
  @Test func ticksWaitForTheEndOfAnEditList() throws {
    let bench = try Bench(hertz: 1000)
    let process = GuestProcess.accessor(in: AddressSpace(on: bench))
    let pages = (0..<1500).map { LinearAddress(0x1000_0000) + UInt32($0) * 8192 }
    let frames = [bench.makeFrame(holding: 1), bench.makeFrame(holding: 2)]
    for page in pages { process.space.map(page, to: frames[0]) }
    process.frame.ebx = pages[0].rawValue
    for round in 1...20 {
      for page in pages { process.space.map(page, to: frames[round % 2]) }
      process.frame.eip = GuestProcess.codeStart.rawValue
      var trap = try process.run()
      while trap.frame.vector == 0x50 { trap = try process.run() }
      #expect(trap.frame.vector == 33)
      #expect(trap.frame.eax == UInt32(round % 2) + 1)
    }
    #expect(bench.processor.exits.editFlush == 20)
    #expect(bench.processor.exits.other == 0)
  }

  /// Two processes that share the processor by preemption alone.
  @Test func preemptedProcessesKeepTheirRegisters() throws {
    let bench = try Bench(hertz: 1000)
    // 0: inc %eax; dec %ebx; jmp 0
    let code: [UInt8] = [0x40, 0x4B, 0xEB, 0xFC]
    let processes = [GuestProcess(code, on: bench), GuestProcess(code, on: bench)]
    processes[0].frame.ebx = 0
    processes[1].frame.ebx = 1000
    for round in 0..<200 {
      let process = processes[round % 2]
      let trap = try process.run()
      #expect(trap.frame.vector == 0x50)
      let isBetween = trap.frame.eip == GuestProcess.codeStart.rawValue + 1
      let sum = trap.frame.eax &+ trap.frame.ebx &- (isBetween ? 1 : 0)
      #expect(sum == (round % 2 == 0 ? 0 : 1000))
    }
  }

  /// While nobody runs, the clock ticks on; each tick is counted once.
  @Test func theClockTicksWhileNobodyRuns() throws {
    let bench = try Bench(hertz: 100)
    var ticks: UInt32 = 0
    let start = ContinuousClock.now
    while ticks < 10 {
      guard let passed = bench.processor.waitForTick() else {
        Issue.record("no clock")
        return
      }
      ticks += passed
    }
    let elapsed = start.duration(to: .now)
    #expect(elapsed >= .milliseconds(80))
    let timeless = try Bench()
    let none = timeless.processor.waitForTick()
    #expect(none == nil)
  }
}
