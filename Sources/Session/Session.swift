import CClock
import FlightRecorder
import GuestImage
import I386
public import Kernel
public import Machine
public import MinixABI
public import Servers
import VMServer

/// One run: a processor, the kernel, the resident servers and the programs, put together.
public struct Session<CPU: Processor & ~Copyable>: ~Copyable {
  @usableFromInline package let kernel: Kernel
  /// nil when a guest is in VM's place.
  @usableFromInline var vm: ResidentVM?
  let pm: ProcessManager
  let library: ProgramLibrary
  private let vfs: FileServer
  let initProcess = InitProcess()
  let configuration: RunConfiguration
  /// Whether there are programs that our own PM knows of. A guest's PM does not tell us of ends.
  private let countsPrograms: Bool
  /// Which programs have which endpoints, in the configuration's order.
  var endpoints: [Endpoint] = []
  /// Who looks at the run while it goes on.
  public var observer: SessionObserver?
  /// When it began.
  var start: ContinuousClock.Instant?
  /// Polled at every clock tick: the number of a signal that asks the run to end.
  private let interruption: () -> Int32?
  /// The last, so that the others stand at the same place whatever its size.
  @usableFromInline package var processor: CPU

  /// Loads the programs; nothing runs yet.
  ///
  /// - Parameters:
  ///   - configuration: the programs and their limits.
  ///   - tables: page tables and guest memory.
  ///   - processor: what runs ring 3, in that memory.
  ///   - output: where the programs' output goes.
  ///   - input: where their input comes from; nil for none.
  ///   - interruption: polled at every tick; a number ends the run.
  public init(
    _ configuration: RunConfiguration, tables: PageTables, processor: consuming CPU,
    output: any ProgramOutput, input: (any ProgramInput)? = nil,
    interruption: @escaping () -> Int32? = { nil }
  ) throws(SessionError) {
    self.configuration = configuration
    countsPrograms =
      configuration.programs.contains { $0.server == nil }
      && !configuration.programs.contains { $0.server == .pm }
    self.processor = processor
    self.interruption = interruption
    kernel = Kernel(
      tables: tables, recorder: tables.recorder, processCapacity: configuration.processCapacity,
      delivery: configuration.delivery, ticksPerSecond: configuration.ticksPerSecond)
    library = ProgramLibrary(configuration)
    pm = ProcessManager(
      kernel: kernel, catalog: library, processCapacity: configuration.processCapacity,
      ticksPerSecond: configuration.ticksPerSecond)
    vfs = FileServer(kernel: kernel, output: output, input: input, files: configuration.files)
    pm.descriptorKeeper = vfs
    kernel.console = DiagnosticConsole(output: output)
    boot()
    if configuration.program(of: .vm) == nil { try startVM(tables) }
    try loadPrograms(tables)
  }

  /// Runs until the last program has ended, and all that have come of them, or the run can't go on.
  public mutating func run() -> RunResult {
    let clock = ContinuousClock()
    let start = clock.now
    let startCycles = cclock_cycles()
    self.start = start
    let end = loop(deadline: configuration.timeout.map { start + $0 })
    return result(
      end, duration: start.duration(to: clock.now), cycles: cclock_cycles() &- startCycles)
  }
}

// MARK: - The run loop

extension Session where CPU: ~Copyable {
  /// The run without the books at its end, which are as long as the run was: for measurements.
  @_specialize(where CPU == KVMProcessor)
  @inlinable
  package mutating func loop(deadline: ContinuousClock.Instant? = nil) -> RunEnd {
    let vm = vm?.lent
    var next = kernel.next()
    while true {
      do {
        let (other, trap) = try Self.takeTurns(from: next, kernel, vm, &processor)
        if let trap {
          kernel.handle(trap)
          if let end = tick(deadline) { return end }
        } else if let end = takeOtherTurn(other, deadline) {
          return end
        }
      } catch {
        return .processorFailed(error)
      }
      next = kernel.next()
    }
  }

  /// Ring 3's turns and VM's, as long as they come one after the other and no clock ticks: those of page
  /// faults and messages.
  ///
  /// Whoever brings a processor of his own gets a function of its own: through a table of functions, each
  /// trap would take its way by half a dozen pages more.
  ///
  /// - Returns: a trap that has brought ticks, and is to be handled; else whose turn it is now.
  @inlinable @inline(__always)
  static func takeTurns(
    from first: Kernel.Next, _ kernel: Kernel, _ vm: ResidentVM.Lent?, _ processor: inout CPU
  ) throws(ProcessorError) -> (Kernel.Next, Trap?) {
    var next = first
    while true {
      // One test after the other: a switch would be a jump by a table.
      if case .guest(let resume) = next {
        let trap = try processor.run(resume)
        guard trap.ticks == 0 else { return (next, trap) }
        next = kernel.goOn(after: trap)
      } else if case .resident(.vm) = next, let vm {
        next = vm.takeTurn(of: kernel)
      } else {
        return (next, nil)
      }
    }
  }

  /// A turn that is neither ring 3's nor VM's.
  @inline(never) @usableFromInline
  mutating func takeOtherTurn(
    _ next: Kernel.Next, _ deadline: ContinuousClock.Instant?
  ) -> RunEnd? {
    switch next {
    case .guest: preconditionFailure("ring 3's turns are the loop's own")
    case .resident(let endpoint):
      serve(endpoint)
      return countsPrograms && pm.livingCount == 0 && !pm.isBusy ? .finished : nil
    case .idle:
      // A timer may still wake somebody.
      guard kernel.nextTimerTick != nil, let ticks = processor.waitForTick() else {
        return .stuck(namedWaits())
      }
      kernel.passIdleTime(ticks: ticks)
      return tick(deadline)
    case .shutDown(let how):
      return .shutDown(how)
    case .failed:
      guard let failure = kernel.failure else { preconditionFailure("a failure without reason") }
      return .kernelFailed(failure)
    }
  }

  private mutating func serve(_ endpoint: Endpoint) {
    let delivery = kernel.delivery(to: endpoint)
    switch endpoint {
    case .pm: kernel.complete(.pm, with: pm.handle(delivery))
    case .vfs: kernel.complete(.vfs, with: vfs.handle(delivery))
    default: kernel.complete(endpoint, with: initProcess.handle(delivery))
    }
  }

  /// Who waits for whom, under the names that the configuration gives.
  private func namedWaits() -> [Wait] {
    kernel.waits().map { wait in
      var wait = wait
      if let index = endpoints.firstIndex(of: wait.endpoint) {
        wait.name = configuration.programs[index].name
      }
      return wait
    }
  }

  /// What is done at a clock tick, besides what the kernel does.
  @usableFromInline
  mutating func tick(_ deadline: ContinuousClock.Instant?) -> RunEnd? {
    observe()
    return reasonToStop(deadline)
  }

  private func reasonToStop(_ deadline: ContinuousClock.Instant?) -> RunEnd? {
    if let signal = interruption() { return .interrupted(signal: signal) }
    if let deadline, ContinuousClock().now >= deadline { return .timeout }
    return nil
  }
}
