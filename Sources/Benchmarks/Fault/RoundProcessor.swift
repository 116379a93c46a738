import CBenchmark
import CClock
import I386
import Machine
import MinixABI

/// A KVM processor that lets `churn` make one round after the other, and notes when each page fault's
/// exit came.
///
/// At the beginning of a round it stops the run loop, which goes on where it stood when it is entered
/// again; so other runs can have their turns in between.
struct RoundProcessor: Processor, ~Copyable {
  private var processor: KVMProcessor
  private let tables: PageTables
  private var floor: FaultFloor?
  /// Whether C serves the faults of this round.
  private var isServedByFloor = false
  private var mayBegin = true
  /// Cycle stamps of the round's exits, from the second page's on.
  private var stamps = FaultRound.Stamps(repeating: 0)
  private var stampCount = 0
  /// Exits up to the first stamp, and from there to the last one.
  private var exitsBefore: UInt64 = 0
  private(set) var roundExits: UInt64 = 0
  /// Whether the calls of Swift's runtime are counted, which takes its time; and what they came to.
  var countsRuntimeCalls = false
  private(set) var runtimeCalls = cbench_runtime_calls()

  /// - Parameter isFloor: whether C serves the faults of a round, once one round has been made without.
  init(_ processor: consuming KVMProcessor, tables: PageTables, isFloor: Bool) {
    self.processor = processor
    self.tables = tables
    floor = isFloor ? FaultFloor(tables: tables) : nil
  }

  var exits: ExitCounts { processor.exits }

  mutating func waitForTick() -> UInt32? { nil }

  /// Lets the next round be made.
  mutating func beginRound() {
    mayBegin = true
    stampCount = 0
    roundExits = 0
    isServedByFloor = floor?.isReady == true
  }

  /// Cycles from each exit to the next, in the round that was made last.
  var periods: [UInt64] {
    (1..<max(stampCount, 1)).map { stamps[$0] - stamps[$0 - 1] }
  }

  mutating func run(_ resume: Resume) throws(ProcessorError) -> Trap {
    let registers = resume.registers
    guard mayBegin else { throw .scriptEnded }
    let trap = try processor.run(resume)
    let now = cclock_cycles()
    // In the midst of a round, where the stamp is all that there is to do.
    guard registers.frame.vector == UInt32(Vector.pageFault.rawValue),
      registers.frame.cr2 &- FaultRound.secondPage < FaultRound.endPage - FaultRound.secondPage,
      stampCount > 0, stampCount < stamps.count, !isServedByFloor
    else { return try takeOtherTrap(trap, at: now, resume) }
    stamps[stampCount] = now
    stampCount &+= 1
    return trap
  }

  /// The traps by which a round begins and ends.
  @inline(never)
  private mutating func takeOtherTrap(
    _ trap: Trap, at now: UInt64, _ resume: Resume
  ) throws(ProcessorError) -> Trap {
    let frame = resume.registers.frame
    guard frame.vector == UInt32(Vector.pageFault.rawValue), frame.cr2 >= FaultRound.firstPage,
      frame.cr2 < FaultRound.endPage
    else {
      if stampCount > 0, roundExits == 0 { endRound(in: resume.directory) }
      return trap
    }
    guard frame.cr2 >= FaultRound.secondPage else {
      mayBegin = false
      return trap
    }
    guard stampCount < stamps.count else { return trap }
    if stampCount == 0 { beginPeriods() }
    stamps[stampCount] = now
    stampCount += 1
    return isServedByFloor ? try serve(in: resume.directory, resume.registers) : trap
  }

  private mutating func beginPeriods() {
    exitsBefore = processor.exits.total
    if countsRuntimeCalls { cbench_runtime_count_begin() }
  }

  /// VM is about to take the pages back.
  private mutating func endRound(in directory: PhysicalAddress) {
    if countsRuntimeCalls { runtimeCalls = cbench_runtime_count_end() }
    // The trap that ends the round is an exit more, and the first stamp's is one of those before.
    roundExits = processor.exits.total - exitsBefore - 1
    floor?.learn(in: directory)
  }

  private mutating func serve(
    in directory: PhysicalAddress, _ registers: RegisterFile
  ) throws(ProcessorError) -> Trap {
    guard var floor = floor.take() else { preconditionFailure("no floor") }
    defer { self.floor = floor }
    registers.frame = try floor.serve(processor, in: directory, &stamps, &stampCount)
    roundExits = UInt64(floor.runCount) - 1
    return Trap()
  }
}
