import I386
import Kernel
import Machine
import MinixABI

/// Plays ring 3: every process that is resumed traps at once, by its script. When enough operations
/// have been made, the script ends.
///
/// The number of operations is all that a longer run differs in: the clock is read as often, and
/// nothing is kept of a trap.
struct PlayedProcessor: Processor {
  private let tables: PageTables
  private var steps: [Step]
  private var actors: [Actor]
  private var clock: PartClock
  /// Not counted: the benchmark's rounds are.
  let exits = ExitCounts()

  /// A script's step, and which one follows.
  private struct Step {
    var what: Script.Step
    var next: Int
    var beginsOperation: Bool
  }

  private struct Actor {
    var step: Int
    /// Where its message lies.
    var message = PhysicalAddress(0)
    var nextPage = BenchProgram.emptyMemory
  }

  /// - Parameters:
  ///   - scripts: what the processes do, by slot from 0 up; none for slots that never run ring 3.
  ///   - clock: when to stop, and the times until then.
  init(_ scripts: [Script?], tables: PageTables, clock: PartClock) {
    self.tables = tables
    self.clock = clock
    var steps: [Step] = []
    actors = scripts.map { script in
      let first = steps.count
      for (index, step) in (script?.steps ?? []).enumerated() {
        steps.append(
          Step(
            what: step, next: steps.count + 1,
            beginsOperation: index == 0 && script?.isCounted == true))
      }
      if steps.count > first { steps[steps.count - 1].next = first }
      return Actor(step: first)
    }
    self.steps = steps
  }

  /// Nanoseconds an operation, in each part of the run.
  var parts: [Double] { clock.parts }

  mutating func waitForTick() -> UInt32? { nil }

  mutating func run(_ resume: Resume) throws(ProcessorError) -> Trap { try play(resume) }

  /// Ring 3's part. It is a function of its own for '.ci/count', which leaves it out by its name.
  @inline(never)
  private mutating func play(_ resume: Resume) throws(ProcessorError) -> Trap {
    let index = Int(resume.fpuArea.rawValue)
    if resume.hasFreshFPU { begin(index, in: resume.directory) }
    let step = steps[actors[index].step]
    if step.beginsOperation, clock.operationBegins() { throw .scriptEnded }
    actors[index].step = step.next
    return trap(step.what, of: index, resume.frame)
  }

  /// A process's first instruction.
  private mutating func begin(_ index: Int, in directory: PhysicalAddress) {
    let outcome = tables.translate(
      LinearAddress(BenchProgram.message), in: directory, isWrite: true)
    guard case .mapped(let place) = outcome else { return }
    actors[index].message = place
  }

  private mutating func trap(
    _ step: Script.Step, of index: Int, _ resumed: TrapFrame
  ) -> Trap {
    var frame = resumed
    frame.errorCode = 0
    frame.vector = UInt32(TrapVector.ipc)
    frame.ebx = BenchProgram.message
    switch step {
    case .touch:
      frame.vector = UInt32(Vector.pageFault.rawValue)
      frame.errorCode = 6
      frame.cr2 = actors[index].nextPage
      actors[index].nextPage += 4096
    case .call(let call, let peer):
      request(actors[index].message)
      frame.ecx = call.rawValue
      frame.eax = UInt32(bitPattern: peer.rawValue)
    case .receive(let source):
      frame.ecx = IPCCall.receive.rawValue
      frame.eax = UInt32(bitPattern: source.rawValue)
    case .answer:
      let source = tables.memory.loadWord(at: actors[index].message)
      frame.ecx = IPCCall.send.rawValue
      frame.eax = source ?? 0
    case .compute:
      frame.vector = Self.clockVector
      return Trap(frame: frame, ticks: UInt32(BootProcess.userQuantum))
    }
    return Trap(frame: frame)
  }

  /// The answer stands where the request stood, which is to be the same again.
  private func request(_ message: PhysicalAddress) {
    tables.memory.storeWord(UInt32(bitPattern: Self.requestType), at: message + 4)
  }

  /// GETPID, for PM.
  private static var requestType: Int32 { 20 }
  /// The vector by which the host takes ring 3's time.
  private static var clockVector: UInt32 { 0x50 }
}
