import FlightRecorder
import GuestImage
import I386
import Kernel
public import Machine
import MinixABI
public import Servers
import VMServer

/// One run: a processor, the kernel, the resident servers and the programs, put together.
public struct Session<CPU: Processor & ~Copyable>: ~Copyable {
  private var processor: CPU
  private let kernel: Kernel
  private var vm: VMServer<KernelVMGate>
  private let pm: ProcessManager
  private let vfs: FileServer
  private let initProcess = InitProcess()
  private let configuration: RunConfiguration
  /// Which programs have which endpoints, in the configuration's order.
  private var endpoints: [Endpoint] = []
  /// Polled at every clock tick: the number of a signal that asks the run to end.
  private let interruption: () -> Int32?

  /// Loads the programs; nothing runs yet.
  ///
  /// - Parameters:
  ///   - configuration: the programs and their limits.
  ///   - tables: page tables and guest memory.
  ///   - processor: what runs ring 3, in that memory.
  ///   - output: where the programs' output goes.
  ///   - interruption: polled at every tick; a number ends the run.
  public init(
    _ configuration: RunConfiguration, tables: PageTables, processor: consuming CPU,
    output: any ProgramOutput, interruption: @escaping () -> Int32? = { nil }
  ) throws(SessionError) {
    self.configuration = configuration
    self.processor = processor
    self.interruption = interruption
    kernel = Kernel(
      tables: tables, recorder: FlightRecorder(), processCapacity: configuration.processCapacity,
      delivery: configuration.delivery, ticksPerSecond: configuration.ticksPerSecond)
    vm = VMServer(
      gate: KernelVMGate(kernel: kernel, tables: tables),
      frameCount: tables.memory.ramByteCount >> 12, arenaStart: GuestMemory.arenaStart,
      arenaByteCount: GuestMemory.arenaByteCount,
      processCapacity: Int(configuration.processCapacity), delivery: configuration.delivery)
    pm = ProcessManager(kernel: kernel)
    vfs = FileServer(kernel: kernel, output: output)
    kernel.console = DiagnosticConsole(output: output)
    try boot()
    try loadPrograms()
  }

  /// Runs until the last program has ended, or the run can't go on.
  public mutating func run() -> RunResult {
    let clock = ContinuousClock()
    let start = clock.now
    let end = loop(deadline: configuration.timeout.map { start + $0 })
    return result(end, duration: start.duration(to: clock.now))
  }
}

// MARK: - Before

extension Session where CPU: ~Copyable {
  private var residents: [BootProcess] { [.pm, .vfs, .vm, .initProcess] }

  /// The boot image: the resident servers, and the guests that take a server's place.
  private func boot() throws(SessionError) {
    let taken = configuration.programs.compactMap(\.server)
    for process in residents where !taken.contains(process.endpoint) {
      kernel.boot(process, isResident: true)
    }
    for program in configuration.programs {
      guard let server = program.server else { continue }
      guard server != .vm, server != .initProcess else {
        throw .serverUnavailable(program: program.name, server: "\(server)")
      }
      var process = BootProcess.named(server)
      if let priority = program.priority { process.queue = priority }
      kernel.boot(process, isResident: false)
    }
    kernel.allowBootProcesses()
    for process in residents where !taken.contains(process.endpoint) {
      let first: IPCRequest =
        process.endpoint == .initProcess ? initProcess.handle(nil) : .receive(from: .any)
      kernel.complete(process.endpoint, with: first)
    }
  }

  private var pmIsResident: Bool { !configuration.programs.contains { $0.server == .pm } }

  private mutating func loadPrograms() throws(SessionError) {
    let loader = Loader(kernel: kernel, memory: kernel.guestMemory)
    var slot = Endpoint.initProcess.slot
    for program in configuration.programs {
      guard let stack = StartStack(arguments: program.arguments) else {
        throw .argumentsTooLong(program: program.name)
      }
      let endpoint: Endpoint
      if let server = program.server {
        endpoint = server
        kernel.setEntry(
          of: server, to: LinearAddress(program.image.entry), stack: stack.pointer)
        if pmIsResident {
          pm.adopt(server, isUser: false, isAwaited: false, priority: 0)
        }
      } else {
        slot = ProcessSlot(rawValue: slot.rawValue + 1)
        endpoint = try create(program, in: slot, stack)
      }
      endpoints.append(endpoint)
      try loader.load(program, stack, as: endpoint, &vm)
    }
  }

  private func create(
    _ program: RunConfiguration.Program, in slot: ProcessSlot, _ stack: StartStack
  ) throws(SessionError) -> Endpoint {
    guard slot.rawValue < configuration.processCapacity else {
      throw .tooManyPrograms(program: program.name, what: "process slot")
    }
    let priority = program.priority ?? (program.isSystem ? 4 : BootProcess.userQueue)
    let endpoint = kernel.createProgram(
      in: slot, name: program.name, isSystem: program.isSystem,
      entry: LinearAddress(program.image.entry), stackPointer: stack.pointer, priority: priority,
      waitsForScheduler: pmIsResident && !program.isSystem)
    guard let endpoint else {
      throw .tooManyPrograms(program: program.name, what: "privilege structure")
    }
    if pmIsResident {
      pm.adopt(endpoint, isUser: !program.isSystem, isAwaited: true, priority: priority)
    }
    return endpoint
  }
}

// MARK: - The run loop

extension Session where CPU: ~Copyable {
  private mutating func loop(deadline: ContinuousClock.Instant?) -> RunEnd {
    while true {
      switch kernel.next() {
      case .guest(let resume):
        do {
          let trap = try processor.run(resume)
          kernel.handle(trap)
          if trap.isClock, let end = reasonToStop(deadline) { return end }
        } catch {
          return .processorFailed(error)
        }
      case .resident(let endpoint, let delivery):
        serve(endpoint, delivery)
        if countsPrograms, pm.livingCount == 0, !pm.isBusy { return .finished }
      case .idle:
        // A timer may still wake somebody.
        guard kernel.nextTimerTick != nil, let ticks = processor.waitForTick() else {
          return .stuck(namedWaits())
        }
        kernel.passIdleTime(ticks: ticks)
        if let end = reasonToStop(deadline) { return end }
      case .shutDown(let how):
        return .shutDown(how)
      case .failed(let failure):
        return .kernelFailed(failure)
      }
    }
  }

  /// Whether there are programs that our own PM knows of. A guest's PM does not tell us of ends.
  private var countsPrograms: Bool {
    configuration.programs.contains { $0.server == nil }
      && !configuration.programs.contains { $0.server == .pm }
  }

  private mutating func serve(_ endpoint: Endpoint, _ delivery: Kernel.Delivery) {
    switch endpoint {
    case .vm:
      vm.handle(delivery.message, status: delivery.status)
      kernel.complete(.vm, with: .receive(from: .any))
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

  private func reasonToStop(_ deadline: ContinuousClock.Instant?) -> RunEnd? {
    if let signal = interruption() { return .interrupted(signal: signal) }
    if let deadline, ContinuousClock().now >= deadline { return .timeout }
    return nil
  }
}

// MARK: - After

extension Session where CPU: ~Copyable {
  private func result(_ end: RunEnd, duration: Duration) -> RunResult {
    var result = RunResult(end: end, kernel: kernel.statistics)
    result.exits = processor.exits
    result.duration = duration
    result.processes = zip(configuration.programs, endpoints).map { program, endpoint in
      processResult(program, endpoint)
    }
    result.memory = memoryResult()
    switch end {
    case .processorFailed, .kernelFailed:
      result.lastEvents = kernel.recorder.tail(24).map(\.description)
    default: break
    }
    return result
  }

  private func processResult(
    _ program: RunConfiguration.Program, _ endpoint: Endpoint
  ) -> ProcessResult {
    var result = ProcessResult(
      name: program.name, endpoint: endpoint, end: pm.end(of: endpoint),
      statistics: kernel.statistics[endpoint.slot])
    result.faults = vm.faults(ofSlot: endpoint.slot)
    result.userTicks = kernel.userTicks(of: endpoint.slot)
    if case .signal(let signal) = result.end,
      let frame = kernel.fatalFrame(of: endpoint.slot, killedBy: signal)
    {
      let symbol = program.image.symbol(containing: frame.eip)
      result.fatalTrap = FatalTrap(
        vector: Vector(UInt8(truncatingIfNeeded: frame.vector)),
        address: LinearAddress(frame.cr2), errorCode: frame.errorCode,
        eip: LinearAddress(frame.eip), symbol: symbol?.description)
    }
    return result
  }

  private func memoryResult() -> MemoryResult {
    let used = vm.physicalPagesUsed + vm.tablePagesUsed
    return MemoryResult(
      byteCount: UInt64(configuration.memoryByteCount), physicalPagesPeak: vm.physicalPagesPeak,
      pageTablePagesPeak: vm.tablePagesPeak,
      leakedPages: used - min(vm.pageCount(of: endpoints), used))
  }
}
