import I386
import Machine
import MinixABI
import TestSupport

@testable import Kernel

/// A run of random steps, from a seed: each is applied to the kernel and to the model, and then the
/// two are compared.
struct IPCModelRun {
  /// The slots in which processes are born and die.
  static let nursery = 11..<23
  /// Where the processes' SENDA tables stand.
  static let tablePlace = Place.message + 0x800

  let bench: Bench
  var model: IPCModel
  var generator: SeededGenerator
  /// What each message has become.
  var ledger = MessageLedger()
  /// Endpoints of the dead.
  var graveyard: [Int32] = [11, 12, 13]
  /// How many steps were made, and the last of them.
  private(set) var stepCount = 0
  private var history: [IPCModelStep] = []
  /// Each slot's page directory and the frame of its message page, which its tenants inherit.
  private var directories: [PhysicalAddress?]
  var pages: [PhysicalAddress?]
  /// The last message's number.
  var serial: UInt32 = 0

  /// What is not the same in the kernel and in the model.
  struct Mismatch: Error {
    var what: String
  }

  init(seed: UInt64) throws {
    let servers: [Endpoint] = [.pm, .vfs, .vm, .initProcess]
    bench = try Bench(
      memory: 64 << 20, processCapacity: Int32(Self.nursery.upperBound), guestServers: servers)
    generator = SeededGenerator(seed: seed)
    // One slot is about to run out of generations.
    let last = ProcessSlot(rawValue: Int32(Self.nursery.upperBound - 1))
    bench.kernel.processes[last].endpoint = Endpoint(generation: 58_730, slot: last)
    model = IPCModel(bootedAs: bench.kernel)
    directories = Array(repeating: nil, count: Self.nursery.upperBound)
    pages = directories
    for server in servers { pages[Int(server.slot.rawValue)] = messagePage(of: server) }
    for slot in Self.nursery { try apply(drawBirth(in: slot)) }
    // Nobody is too good to be kept waiting.
    for server in servers { try apply(.schedule(server.rawValue, priority: 8)) }
  }

  /// The last steps, for whoever wants to know how it came to this.
  var recentSteps: String { history.suffix(12).map(\.description).joined(separator: "\n  ") }

  /// One thing happens.
  mutating func step() throws {
    stepCount += 1
    bench.kernel.uptime = UInt32(stepCount)
    model.uptime = UInt32(stepCount)
    let step = draw()
    if model.best != nil { model.tally.runnable += 1 }
    if history.count >= 64 { history.removeFirst(52) }
    history.append(step)
    try apply(step)
    try compare(step)
  }

  // MARK: Applying a step

  private mutating func apply(_ step: IPCModelStep) throws {
    switch step {
    case .ipc(let caller, let call, let peer, let buffer):
      try ipc(caller, call, peer, buffer)
    case .senda(let caller, let count, let table, let address):
      try senda(caller, count, table, address)
    case .fault(let slot): try fault(slot)
    case .fetchSignals(let manager): try fetchSignals(by: manager)
    case .endSignals(let endpoint, let manager): try endSignals(endpoint, by: manager)
    case .clearReferences(let slot): try clearReferences(slot)
    case .death(let endpoint):
      if model.slot(of: endpoint) != nil { graveyard.append(endpoint) }
      if graveyard.count > 40 { graveyard.removeFirst(20) }
      try expect(model.clear(endpoint), .clear, endpoint)
    case .birth(let slot, let isSystem, let priority, let manager):
      try bear(slot, isSystem, priority, manager)
    case .masks(let structure, let traps, let ipcTo): setMasks(structure, traps, ipcTo)
    case .clearFault(let endpoint):
      let clearing = VMControl.clearPageFault.rawValue
      try expect(model.clearPageFault(endpoint), .vmControl, endpoint, clearing)
    case .kill(let endpoint, let signal):
      try expect(model.kill(endpoint, signal), .kill, endpoint, Int32(signal))
    case .control(let endpoint, let stops, let delays):
      let code = model.control(endpoint, stops: stops, delays: delays)
      try expect(code, .runControl, endpoint, stops ? 0 : 1, delays ? 1 : 0)
    case .schedule(let endpoint, let priority):
      try expect(model.slot(of: endpoint) == nil ? -22 : 0, .scheduleControl, endpoint)
      let code = model.schedule(endpoint, priority: priority)
      if code == 0 { try expect(code, .schedule, endpoint, Int32(priority), 8) }
    case .trace(let endpoint, let stops):
      try expect(model.trace(endpoint, stops: stops), .trace, endpoint, stops ? -1 : 7)
    case .privilege(let endpoint, let allows):
      let code = model.privilege(endpoint, allows: allows)
      try expect(code, .privilegeControl, endpoint, allows ? 1 : 2)
    case .exec(let endpoint): try expect(model.exec(endpoint), .exec, endpoint)
    case .fork(let endpoint, let slot): try fork(endpoint, slot)
    case .alarm(let endpoint):
      _ = model.notify(ModelSlot.clock, to: endpoint)
      if let slot = bench.kernel.processes.slot(of: Endpoint(rawValue: endpoint)) {
        _ = bench.kernel.notify(from: Endpoint.clock.slot, to: slot)
      }
    }
  }

  /// A kernel call that says in itself whom it is about; it is made in VM's name.
  private func expect(
    _ result: Int32, _ call: KernelCallNumber, _ endpoint: Int32, _ second: Int32 = 0,
    _ third: Int32 = 0
  ) throws {
    var message = Message(call, Endpoint(rawValue: endpoint), second, third)
    // The name of SYS_EXEC's program; to the others it means nothing.
    if call == .exec { message[word: 24] = Place.message }
    guard case .reply(let code) = bench.kernel.dispatch(&message, from: Endpoint.vm.slot) else {
      throw Mismatch(what: "\(call) gets no reply")
    }
    if code.rawValue != result { throw differs("the result of \(call)", code.rawValue, result) }
  }

  private mutating func ipc(
    _ caller: Int, _ call: UInt32, _ peer: Int32, _ buffer: UInt32
  ) throws {
    try resume(caller)
    let isThere = buffer < AddressSpaceLayout.userEnd - 36
    let message = nextMessage()
    if isThere { write(message, to: caller, at: buffer) }
    bench.ipc(guest(caller), call, Endpoint(rawValue: peer), at: buffer)
    model.trap(
      by: caller, call: call, peer: UInt32(bitPattern: peer), buffer: buffer,
      message: isThere ? message : nil)
  }

  private mutating func senda(
    _ caller: Int, _ count: Int, _ table: [ModelEntry], _ address: UInt32
  ) throws {
    try resume(caller)
    // What stood behind a longer table still stands there.
    model[caller].table = table + model[caller].table.dropFirst(table.count)
    for index in table.indices { write(entry: index, of: caller) }
    bench.ipc(
      guest(caller), ModelCall.senda, Endpoint(rawValue: Int32(count)), at: address)
    model.trap(
      by: caller, call: ModelCall.senda, peer: UInt32(count), buffer: address,
      message: address == Self.tablePlace ? Message() : nil)
  }

  private mutating func fault(_ slot: Int) throws {
    try resume(slot)
    serial += 1
    bench.fault(guest(slot), at: serial, eip: serial)
    model.pageFault(slot, at: serial, errorCode: PageFaultErrorCode.user.rawValue)
  }

  private mutating func bear(
    _ slot: Int, _ isSystem: Bool, _ priority: Int, _ manager: Int32
  ) throws {
    let endpoint = bench.kernel.createProgram(
      in: ProcessSlot(rawValue: Int32(slot)), name: "p\(slot)", isSystem: isSystem,
      entry: LinearAddress(Place.readOnly), stackPointer: LinearAddress(Place.pair + 0x2000),
      priority: Int8(priority), waitsForScheduler: false)
    guard let endpoint else { throw Mismatch(what: "no privilege structure is left") }
    bench.giveMemory(to: Guest(endpoint: endpoint), in: directories[slot])
    directories[slot] = bench.kernel.processes[endpoint.slot].directory
    pages[slot] = messagePage(of: endpoint)
    model.bear(in: slot, isSystem: isSystem, priority: priority)
    guard isSystem else { return }
    let id = bench.kernel.processes[endpoint.slot].privilege
    bench.kernel.privileges[id].signalManager = Endpoint(rawValue: manager)
    model.structures[model[slot].structure].manager = manager
  }

  private mutating func fork(_ parent: Int32, _ slot: Int) throws {
    var message = Message(.fork, Endpoint(rawValue: parent), Int32(slot))
    message[word: 20] = Place.message
    let buffer = model.slot(of: parent).map { model[$0].buffer }
    let child = model.fork(parent, into: slot)
    guard case .reply(let code) = bench.kernel.dispatch(&message, from: Endpoint.vm.slot),
      code == (child == nil ? .einval : .ok)
    else { throw Mismatch(what: "SYS_FORK is \(message[int: 4]) for \(child ?? 0)") }
    guard let child else { return }
    if message[int: 8] != child { throw differs("SYS_FORK's child", message[int: 8], child) }
    if message[word: 20] != buffer { throw differs("SYS_FORK's buffer", message[word: 20], buffer) }
    bench.giveMemory(to: Guest(endpoint: Endpoint(rawValue: child)), in: directories[slot])
  }

  private mutating func setMasks(_ structure: Int, _ traps: UInt16, _ ipcTo: UInt32) {
    let id = PrivilegeID(rawValue: Int8(structure))
    bench.kernel.privileges[id].trapMask = TrapMask(rawValue: traps)
    bench.kernel.privileges[id].ipcTo = ipcTo
    model.structures[structure].trapMask = traps
    model.structures[structure].ipcTo = ipcTo
  }

  // MARK: Kernel calls that depend on their caller

  private mutating func fetchSignals(by manager: Int) throws {
    let reply = try call(Message(type: KernelCallNumber.getKernelSignal.messageType), by: manager)
    let fetched = model.fetchSignals(by: manager)
    guard reply.type == 0, reply[int: 8] == fetched?.0 ?? ModelEndpoint.none,
      fetched == nil || reply[word: 20] == fetched?.1
    else {
      throw Mismatch(
        what: "GETKSIG: \(Self.words(of: reply)) instead of \(String(describing: fetched))")
    }
  }

  private mutating func endSignals(_ endpoint: Int32, by manager: Int) throws {
    let reply = try call(Message(.endKernelSignal, Endpoint(rawValue: endpoint)), by: manager)
    let result = model.endSignals(endpoint, by: manager)
    if reply.type != result { throw differs("the result of ENDKSIG", reply.type, result) }
  }

  private mutating func clearReferences(_ slot: Int) throws {
    let reply = try call(Message(.stateControl, .none, 1), by: slot)
    model.clearReferences(to: slot)
    if reply.type != 0 { throw differs("the result of STATECTL", reply.type, 0) }
  }

  private mutating func call(_ request: Message, by caller: Int) throws -> Message {
    let buffer = Place.message + 0x700
    try resume(caller)
    write(request, to: caller, at: buffer)
    bench.trapKernelCall(guest(caller), at: buffer)
    model[caller].eax = buffer
    return read(caller, at: buffer)
  }

  // MARK: Ring 3

  /// Lets a process run on: whoever is picked on the way finds its message in its memory.
  private mutating func resume(_ slot: Int) throws {
    var delivered: [Int] = []
    for _ in 0..<2 {
      if model.pickNext() { delivered.append(model.current) }
      if model.current == slot { break }
      model.current = slot
    }
    guard bench.resume(guest(slot)) != nil else {
      throw Mismatch(what: "slot \(slot) can't run: \(bench.rts(guest(slot)))")
    }
    for slot in delivered where read(slot, at: model[slot].buffer) != model[slot].incoming {
      throw differs(
        "the memory of slot \(slot)", read(slot, at: model[slot].buffer), model[slot].incoming)
    }
  }

  func guest(_ slot: Int) -> Guest {
    Guest(endpoint: Endpoint(rawValue: model[slot].endpoint))
  }
}
