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
  /// What the operations that are timed have led to.
  private(set) var work = Work()
  /// What a server has refused, if one has: the script ends then.
  private(set) var refusal: ResultCode?

  /// What a KVM processor would have had to do.
  struct Work {
    /// Exits: a trap each, and one more for each full list of edits.
    var exits = 0
    /// Runs of page-table entries that the stub would have touched.
    var editOperations = 0
  }

  /// A script's step, which one follows, and after how many turns.
  private struct Step {
    var what: Script.Step
    var next: Int
    var times = 1
    var beginsOperation = false
    var endsRound = false
  }

  private struct Actor {
    var step: Int
    /// How often the step has been made already.
    var turn = 0
    /// How often the steps after the opening have all been made.
    var round = 0
    /// Whether a server's answer is due.
    var awaitsAnswer = false
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
      let actor = Actor(step: steps.count)
      for (step, times) in script?.opening ?? [] {
        steps.append(Step(what: step, next: steps.count + 1, times: times))
      }
      let first = steps.count
      for step in script?.steps ?? [] { steps.append(Step(what: step, next: steps.count + 1)) }
      if steps.count > first {
        steps[first].beginsOperation = script?.isCounted == true
        steps[steps.count - 1].next = first
        steps[steps.count - 1].endsRound = true
      }
      return actor
    }
    self.steps = steps
  }

  /// Nanoseconds an operation, in each part of the run.
  var parts: [Double] { clock.parts }

  mutating func waitForTick() -> UInt32? { nil }

  @inline(__always)
  mutating func run(_ resume: Resume) throws(ProcessorError) -> Trap {
    try play(resume, &resume.registers.frame)
  }

  /// Ring 3's part. It is a function of its own for '.ci/count', which leaves it out by its name.
  @inline(never)
  private mutating func play(
    _ resume: Resume, _ frame: inout TrapFrame
  ) throws(ProcessorError) -> Trap {
    let index = Int(resume.fpuArea.rawValue)
    takeEdits(resume.directory)
    if resume.hasFreshFPU { begin(index, in: resume.directory) }
    if actors[index].awaitsAnswer { try takeAnswer(of: index) }
    let step = steps[actors[index].step]
    if step.beginsOperation {
      if clock.operationBegins() { throw .scriptEnded }
      if clock.isAtStart { work = Work() }
    }
    work.exits += 1
    let turn = step.times > 1 ? actors[index].turn : actors[index].round
    advance(index, step)
    return trap(step.what, of: index, turn: turn, resume.directory, &frame)
  }

  /// What ``KVMProcessor`` does with the list of edits.
  private mutating func takeEdits(_ directory: PhysicalAddress) {
    let count = tables.edits.list.count
    work.editOperations += count
    if count > 0 { work.exits += (count - 1) / PageTableEdits.capacity }
    tables.completeEdits(loading: directory)
  }

  private mutating func takeAnswer(of index: Int) throws(ProcessorError) {
    actors[index].awaitsAnswer = false
    let word = tables.memory.loadWord(at: actors[index].message + 4)
    let result = ResultCode(rawValue: Int32(bitPattern: word ?? 0))
    guard result.rawValue < 0 else { return }
    refusal = result
    throw .scriptEnded
  }

  private mutating func advance(_ index: Int, _ step: Step) {
    actors[index].turn += 1
    guard actors[index].turn == step.times else { return }
    actors[index].turn = 0
    actors[index].step = step.next
    if step.endsRound { actors[index].round += 1 }
  }

  /// A process's first instruction.
  private mutating func begin(_ index: Int, in directory: PhysicalAddress) {
    let outcome = tables.translate(
      LinearAddress(BenchProgram.message), in: directory, isWrite: true)
    guard case .mapped(let place) = outcome else { return }
    actors[index].message = place
  }

  private mutating func trap(
    _ step: Script.Step, of index: Int, turn: Int, _ directory: PhysicalAddress,
    _ frame: inout TrapFrame
  ) -> Trap {
    frame.errorCode = 0
    frame.vector = UInt32(TrapVector.ipc)
    frame.ebx = BenchProgram.message
    switch step {
    case .touch:
      frame.vector = UInt32(Vector.pageFault.rawValue)
      frame.errorCode = 6
      frame.cr2 = actors[index].nextPage
      actors[index].nextPage += 4096
    case .rewrite:
      frame.vector = UInt32(Vector.pageFault.rawValue)
      frame.errorCode = 7
      frame.cr2 = BenchProgram.emptyMemory + UInt32(turn) * AddressSpaceLayout.pageByteCount
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
      return Trap(ticks: UInt32(BootProcess.userQuantum))
    case .touchAnywhere(let range):
      frame.vector = UInt32(Vector.pageFault.rawValue)
      frame.errorCode = 6
      frame.cr2 = range.page(turn)
    case .posix, .exec, .mapRegion, .unmapHead, .map, .unmap:
      // A fork moves the message's page, and so does EXEC.
      begin(index, in: directory)
      let (request, peer) = request(step, of: index, turn: turn)
      tables.memory.store(request, at: actors[index].message)
      actors[index].awaitsAnswer = true
      frame.ecx = IPCCall.sendrec.rawValue
      frame.eax = UInt32(bitPattern: peer.rawValue)
    }
    return Trap()
  }

  /// What a step asks of PM or VM.
  private func request(
    _ step: Script.Step, of index: Int, turn: Int
  ) -> (Message, to: Endpoint) {
    switch step {
    case .posix(let call): (Message(type: call.rawValue), .pm)
    case .exec: (Message(executing: BenchProgram.name), .pm)
    case .mapRegion(let range):
      (Message(mapping: range.byteCount, from: range.start(of: turn)), .vm)
    case .map(let pageCount):
      (Message(mapping: pageCount * AddressSpaceLayout.pageByteCount, from: 0), .vm)
    case .unmapHead(let range):
      (Message(unmapping: AddressSpaceLayout.pageByteCount, from: range.head(turn)), .vm)
    case .unmap(let pageCount):
      (
        Message(
          unmapping: pageCount * AddressSpaceLayout.pageByteCount,
          from: tables.memory.loadWord(at: actors[index].message + 20) ?? 0), .vm
      )
    case .touch, .rewrite, .call, .receive, .answer, .compute, .touchAnywhere: (Message(), .pm)
    }
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

extension Message {
  /// EXEC of what has the name that the program's data begin with, without arguments: the frame's three
  /// words are zero, like all that follows the name.
  fileprivate init(executing name: StaticString) {
    self.init(type: PosixCall.exec.rawValue)
    self[int: 8] = Int32(name.utf8CodeUnitCount + 1)
    self[word: 12] = 12
    self[word: 20] = BenchProgram.nameAddress
    self[word: 24] = BenchProgram.nameAddress + 8
  }

  /// VM_MMAP of anonymous memory, from an address up, 0 for anywhere.
  fileprivate init(mapping byteCount: UInt32, from start: UInt32) {
    self.init(type: VMCallNumber.mmap.messageType)
    self[short: 10] = Int16(bitPattern: (MapFlags.anonymous.union(.private)).rawValue)
    self[int: 12] = -1
    self[word: 20] = start
    self[word: 24] = byteCount
  }

  /// VM_MUNMAP.
  fileprivate init(unmapping byteCount: UInt32, from start: UInt32) {
    self.init(type: VMCallNumber.munmap.messageType)
    self[word: 8] = byteCount
    self[word: 20] = start
  }
}
