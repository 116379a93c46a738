import GuestImage
import I386
import Kernel
import Machine
import MinixABI
import Servers
import VMServer

/// What happens before the first instruction.
extension Session where CPU: ~Copyable {
  private var residents: [BootProcess] { [.pm, .vfs, .vm, .initProcess] }

  /// The boot image: the resident servers, and the guests that take a server's place.
  func boot() {
    for process in residents where configuration.program(of: process.endpoint) == nil {
      kernel.boot(process, isResident: true)
    }
    for program in configuration.programs {
      guard let server = program.server else { continue }
      var process = BootProcess.named(server)
      if let priority = program.priority { process.queue = priority }
      if let quantum = program.quantum { process.quantum = quantum }
      kernel.boot(process, isResident: false)
    }
    kernel.allowBootProcesses()
    for process in residents where configuration.program(of: process.endpoint) == nil {
      let first: IPCRequest =
        process.endpoint == .initProcess ? initProcess.handle(nil) : .receive(from: .any)
      kernel.complete(process.endpoint, with: first)
    }
    if pmIsResident { pm.setTimeOfDay(configuration.startTime) }
  }

  /// The resident VM, and its handshake with the kernel.
  mutating func startVM(_ tables: PageTables) throws(SessionError) {
    var vm = VMServer(
      gate: KernelVMGate(kernel: kernel, tables: tables),
      frameCount: tables.memory.ramByteCount >> 12, arenaStart: GuestMemory.arenaStart,
      arenaByteCount: GuestMemory.arenaByteCount,
      processCapacity: Int(configuration.processCapacity), delivery: configuration.delivery,
      policy: configuration.policy)
    let result = vm.start()
    precondition(result == .ok, "the kernel refuses VM's start-up: \(result)")
    self.vm = ResidentVM(vm)
  }

  private var pmIsResident: Bool { configuration.program(of: .pm) == nil }

  mutating func loadPrograms(_ tables: PageTables) throws(SessionError) {
    var layouts: [ProgramLayout] = []
    for program in configuration.programs {
      guard program.server != .initProcess else {
        throw .serverUnavailable(program: program.name, server: "INIT")
      }
      guard let stack = StartStack(arguments: program.arguments, environment: program.environment)
      else {
        throw .argumentsTooLong(program: program.name)
      }
      layouts.append(ProgramLayout(program.image, stack))
      endpoints.append(try enter(program, stack))
    }
    for index in endpoints.indices {
      restrict(endpoints[index], configuration.programs[index].rights)
      try delay(endpoints[index], configuration.programs[index])
    }
    if configuration.program(of: .vm) == nil {
      try loadByVM(layouts, Loader(memory: tables.memory))
    } else {
      try loadForVM(
        layouts,
        BootLoader(
          tables: tables, delivery: configuration.delivery,
          slotCount: configuration.processCapacity))
    }
  }

  private mutating func loadByVM(
    _ layouts: [ProgramLayout], _ loader: Loader
  ) throws(SessionError) {
    guard let vm else { return }
    for index in layouts.indices {
      try loader.load(
        layouts[index], of: configuration.programs[index], as: endpoints[index], &vm.server)
    }
  }

  /// The guest in VM's place comes last: it has to be told of all others.
  private func loadForVM(
    _ layouts: [ProgramLayout], _ loader: consuming BootLoader
  ) throws(SessionError) {
    for index in layouts.indices where endpoints[index] != .vm {
      try loader.add(layouts[index], of: configuration.programs[index], as: endpoints[index])
    }
    for index in layouts.indices where endpoints[index] == .vm {
      kernel.startVM(in: try loader.finish(layouts[index], of: configuration.programs[index]))
    }
  }

  /// Puts a program into the process tables of the kernel and of PM.
  private func enter(
    _ program: RunConfiguration.Program, _ stack: StartStack
  ) throws(SessionError) -> Endpoint {
    guard let server = program.server else { return try create(program, stack) }
    kernel.setEntry(of: server, to: LinearAddress(program.image.entry), stack: stack.pointer)
    if pmIsResident { pm.adopt(server, isUser: false, isAwaited: false, priority: 0) }
    return server
  }

  private func create(
    _ program: RunConfiguration.Program, _ stack: StartStack
  ) throws(SessionError) -> Endpoint {
    let slot = configuration.plannedEndpoints[endpoints.count].slot
    guard slot.rawValue < configuration.processCapacity else {
      throw .tooManyPrograms(program: program.name, what: "process slot")
    }
    let priority = program.priority ?? (program.isSystem ? 4 : BootProcess.userQueue)
    let quantum = program.quantum ?? BootProcess.userQuantum
    let endpoint = kernel.createProgram(
      in: slot, name: program.name, isSystem: program.isSystem,
      entry: LinearAddress(program.image.entry), stackPointer: stack.pointer, priority: priority,
      quantum: quantum, waitsForScheduler: pmIsResident && !program.isSystem)
    guard let endpoint else {
      throw .tooManyPrograms(program: program.name, what: "privilege structure")
    }
    if pmIsResident {
      pm.adopt(
        endpoint, isUser: !program.isSystem, isAwaited: true, priority: priority,
        quantum: quantum)
    }
    return endpoint
  }

  /// Withholds what a program shall not have.
  private func restrict(_ endpoint: Endpoint, _ rights: RunConfiguration.Program.Rights) {
    guard rights != .init() else { return }
    kernel.restrict(
      endpoint, traps: rights.traps, peers: rights.peers?.flatMap { endpoints(of: $0) },
      kernelCalls: rights.kernelCalls)
  }

  private func endpoints(of peer: RunConfiguration.Program.Peer) -> [Endpoint] {
    switch peer {
    case .boot(let endpoint): [endpoint]
    case .program(let name): endpoint(of: name).map { [$0] } ?? []
    case .users: [.none]
    case .all:
      (0...Endpoint.initProcess.rawValue).map { Endpoint(rawValue: $0) } + endpoints + [.none]
    }
  }

  /// Keeps a program from starting with the others.
  private func delay(
    _ endpoint: Endpoint, _ program: RunConfiguration.Program
  ) throws(SessionError) {
    guard !program.start.isImmediate else { return }
    guard pmIsResident else { throw .startWithoutPM(program: program.name) }
    let ticks = program.start.delay / .seconds(1) * Double(configuration.ticksPerSecond)
    pm.hold(
      endpoint, untilEndOf: program.start.after.flatMap { self.endpoint(of: $0) },
      ticks: Int32(min(ticks.rounded(.up), Double(Int32.max / 2))))
  }

  /// The first program of a name.
  private func endpoint(of name: String) -> Endpoint? {
    configuration.programs.firstIndex { $0.name == name }.map { endpoints[$0] }
  }
}
