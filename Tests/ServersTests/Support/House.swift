import FlightRecorder
import I386
import Machine
import MinixABI
import Servers
import Testing

@testable import Kernel

/// The kernel with PM, VFS and INIT as they are, and a VM whose answers the test gives.
final class House {
  let kernel: Kernel
  let tables: PageTables
  let pm: ProcessManager
  let vfs: FileServer
  let output = Output()
  private let initProcess = InitProcess()
  let input = Input()
  let catalog = Catalog()
  /// Requests that VM has got: type and endpoint, in order; and what INIT was told.
  private(set) var vmRequests: [(Int32, Endpoint)] = []
  private(set) var initReplies: [Message] = []
  /// What VM says to a memory request; nil leaves it unanswered.
  var memoryAnswer: ResultCode? = .ok
  /// What VM says to calls that it refuses.
  var refusals: [VMCallNumber: ResultCode] = [:]
  /// The last VM_BRK, and the words of the last VM_EXEC_NEWMEM's argument.
  private(set) var breakRequest: Message?
  private(set) var newMemory: [UInt32] = []
  private let vmMemory = ResidentMemory(byteCount: 4096)
  private var nextFrame: UInt32 = 16
  private var nextTable = GuestMemory.arenaStart

  static var data: UInt32 { 0x0804_8000 }
  static var absent: UInt32 { 0x0805_0000 }

  init(processCapacity: Int32 = 256, files: [OfferedFile] = []) throws {
    tables = PageTables(memory: try GuestMemory(ramByteCount: 16 << 20))
    kernel = Kernel(
      tables: tables, recorder: FlightRecorder(capacity: 64), processCapacity: processCapacity)
    pm = ProcessManager(kernel: kernel, catalog: catalog, processCapacity: processCapacity)
    vfs = FileServer(kernel: kernel, output: output, input: input, files: files)
    pm.descriptorKeeper = vfs
    kernel.attach(vmMemory, to: .vm)
    for process in [BootProcess.pm, .vfs, .vm, .initProcess] {
      kernel.boot(process, isResident: true)
    }
    kernel.allowBootProcesses()
    for server in [Endpoint.pm, .vfs, .vm] { kernel.complete(server, with: .receive(from: .any)) }
    kernel.complete(.initProcess, with: initProcess.handle(nil))
    run()
  }

  /// Lets everybody go on until it is a guest's turn or nobody's.
  @discardableResult
  func run() -> Resume? {
    for _ in 0..<10_000 {
      switch kernel.next() {
      case .guest(let resume): return resume
      case .resident(let endpoint): serve(endpoint, kernel.delivery(to: endpoint))
      case .idle, .shutDown, .failed: return nil
      }
    }
    Issue.record("the servers never come to rest")
    return nil
  }

  private func serve(_ endpoint: Endpoint, _ delivery: Kernel.Delivery) {
    switch endpoint {
    case .pm: kernel.complete(.pm, with: pm.handle(delivery))
    case .vfs: kernel.complete(.vfs, with: vfs.handle(delivery))
    case .vm:
      serveVM(delivery)
      kernel.complete(.vm, with: .receive(from: .any))
    default:
      initReplies.append(delivery.message)
      kernel.complete(.initProcess, with: initProcess.handle(delivery))
    }
  }

  private func serveVM(_ delivery: Kernel.Delivery) {
    if delivery.status.isNotification {
      while let memoryAnswer, let request = memoryRequest() {
        if memoryAnswer == .ok { makePresent(request) }
        var answer = Message(
          .memoryRequestReply, who: request[endpoint: 28],
          value: UInt32(bitPattern: memoryAnswer.rawValue))
        kernel.kernelCall(&answer, from: .vm)
      }
      return
    }
    let request = delivery.message
    let about = request[endpoint: 8]
    // Whether the kernel still knows the process tells where SYS_CLEAR stands in the order.
    vmRequests.append((request.type, kernel.name(of: about) == nil ? .none : about))
    kernel.sendWithoutBlocking(answer(request), from: .vm, to: request.source)
  }

  /// What VM does for PM.
  private func answer(_ request: Message) -> Message {
    guard let call = VMCallNumber(rawValue: request.type - VMCallNumber.base) else {
      return Message(type: ResultCode.enosys.rawValue)
    }
    if let refusal = refusals[call] { return Message(type: refusal.rawValue) }
    var reply = Message(type: 0)
    switch call {
    case .fork: reply[endpoint: 16] = fork(request[endpoint: 8], into: request[int: 12])
    case .execNewMemory: makeNewMemory(request)
    case .brk: breakRequest = request
    case .pushSignal:
      reply[word: 20] = kernel.processes[request[endpoint: 8].slot].frame.esp
    default: break
    }
    return reply
  }

  private func fork(_ parent: Endpoint, into slot: Int32) -> Endpoint {
    var call = Message(type: KernelCallNumber.fork.messageType)
    call[endpoint: 8] = parent
    call[int: 12] = slot
    call[word: 16] = ForkFlags.vmInhibit.rawValue
    call[word: 20] = vmMemory.store(AddressSpaceLayout.flatSegmentMap)
    #expect(kernel.kernelCall(&call, from: .vm) == .ok)
    let directory = takeDirectory()
    copyPages(of: kernel.processes[parent.slot].directory, to: directory)
    activate(call.processEndpoint, directory)
    return call.processEndpoint
  }

  private func makeNewMemory(_ request: Message) {
    var copy = Message(type: KernelCallNumber.virtualCopy.messageType)
    copy[endpoint: 12] = request.source
    copy[endpoint: 16] = .vm
    copy[word: 20] = request[word: 20]
    copy[word: 24] = ResidentMemory.start.rawValue
    copy[word: 28] = request[word: 12]
    #expect(kernel.kernelCall(&copy, from: .vm) == .ok)
    let bytes = Array(vmMemory.prefix(Int(request[word: 12])))
    newMemory = stride(from: 0, to: bytes.count, by: 4).map { offset in
      (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
    }
    activate(request[endpoint: 8], takeDirectory())
  }

  private func memoryRequest() -> Message? {
    var message = Message(.memoryRequestGet, who: .itself)
    return kernel.kernelCall(&message, from: .vm).rawValue == 1 ? message : nil
  }

  private func makePresent(_ request: Message) {
    let directory = kernel.processes[request[endpoint: 8].slot].directory
    var page = request[word: 12] & ~0xFFF
    while page < request[word: 12] + request[word: 16] {
      map(page, in: directory)
      page += 4096
    }
  }
}

// MARK: - Programs

extension House {
  func program(_ slot: Int32, isSystem: Bool = false) throws -> Endpoint {
    let endpoint = try #require(
      kernel.createProgram(
        in: ProcessSlot(rawValue: slot), name: "p\(slot)", isSystem: isSystem,
        entry: LinearAddress(0x1000), stackPointer: LinearAddress(0x2000),
        priority: BootProcess.userQueue, waitsForScheduler: !isSystem))
    pm.adopt(endpoint, isUser: !isSystem, isAwaited: true, priority: BootProcess.userQueue)
    let directory = takeDirectory()
    map(Self.data, in: directory)
    map(Self.data + 0x1000, in: directory)
    activate(endpoint, directory)
    return endpoint
  }

  private func takeDirectory() -> PhysicalAddress {
    defer { nextTable = nextTable + 4096 }
    return nextTable
  }

  private func activate(_ endpoint: Endpoint, _ directory: PhysicalAddress) {
    var message = Message(.setCR3, who: endpoint, value: directory.rawValue)
    #expect(kernel.kernelCall(&message, from: .vm) == .ok)
  }

  /// Every page of an address space, anew.
  private func copyPages(of source: PhysicalAddress, to destination: PhysicalAddress) {
    for index in 0..<AddressSpaceLayout.userEnd >> 22 {
      let entry = PageDirectoryEntry(rawValue: tables.load(source + index * 4))
      guard entry.isPresent else { continue }
      for page in 0..<UInt32(1024) {
        let from = PageTableEntry(rawValue: tables.load(entry.table + page * 4))
        guard from.isPresent else { continue }
        let linear = index << 22 | page << 12
        map(linear, in: destination)
        guard
          case .mapped(let to) = tables.translate(
            LinearAddress(linear), in: destination, isWrite: true)
        else { continue }
        tables.memory.copy(from: from.frame, to: to, byteCount: 4096)
      }
    }
  }

  func map(_ page: UInt32, in directory: PhysicalAddress) {
    let linear = LinearAddress(page)
    let slot = directory + linear.directoryIndex * 4
    var entry = PageDirectoryEntry(rawValue: tables.load(slot))
    if !entry.isPresent {
      entry = PageDirectoryEntry(table: nextTable)
      nextTable = nextTable + 4096
      tables.store(entry.rawValue, at: slot, translating: linear, in: directory)
    }
    let place = entry.table + linear.tableIndex * 4
    guard tables.load(place) == 0 else { return }
    let frame = PhysicalAddress(nextFrame << 12)
    nextFrame += 1
    tables.store(
      PageTableEntry(frame: frame, isWritable: true).rawValue, at: place, translating: linear,
      in: directory)
  }

  func place(_ program: Endpoint, _ address: UInt32) -> PhysicalAddress? {
    kernel.translate(LinearAddress(address), of: program.slot, isWrite: false)
  }

  func write(_ bytes: [UInt8], to program: Endpoint, at address: UInt32) {
    for (index, byte) in bytes.enumerated() {
      guard let place = place(program, address + UInt32(index)) else { continue }
      tables.memory.store(byte, at: place)
    }
  }

  /// A trap of the program, once it is its turn.
  func trap(_ program: Endpoint, ticks: UInt32 = 0, _ edit: (inout TrapFrame) -> Void) {
    for _ in 0..<100 {
      guard let resume = withoutBetter(than: program, { run() }) else { break }
      guard kernel.current == program.slot else {
        kernel.current = program.slot
        continue
      }
      edit(&resume.registers.frame)
      return kernel.handle(Trap(ticks: ticks))
    }
    Issue.record("\(program) can't run")
  }

  /// Keeps those from running that would run before a program.
  private func withoutBetter<R>(than program: Endpoint, _ body: () -> R) -> R {
    let better = kernel.guests.filter { other in
      isRunnable(other)
        && kernel.processes[other.slot].priority < kernel.processes[program.slot].priority
    }
    for other in better { kernel.processes.set(.procStop, on: other.slot) }
    defer { for other in better { kernel.processes.unset(.procStop, on: other.slot) } }
    return body()
  }

  /// SENDREC.
  func sendrec(_ program: Endpoint, _ message: Message, to server: Endpoint) {
    run()
    if let place = place(program, Self.data) { tables.memory.store(message, at: place) }
    trap(program) { frame in
      frame.vector = UInt32(TrapVector.ipc)
      frame.ecx = IPCCall.sendrec.rawValue
      frame.eax = UInt32(bitPattern: server.rawValue)
      frame.ebx = Self.data
    }
  }

  /// SENDREC and its reply's type; nil while there is none.
  func call(_ program: Endpoint, _ message: Message, to server: Endpoint) -> Int32? {
    exchange(program, message, with: server)?.type
  }

  /// SENDREC and its reply; nil while there is none.
  func exchange(
    _ program: Endpoint, _ message: Message, with server: Endpoint = .pm
  ) -> Message? {
    sendrec(program, message, to: server)
    withoutBetter(than: program) { _ = run() }
    return answer(to: program)
  }

  /// What stands where a program's message was, if it may run on.
  func answer(to program: Endpoint) -> Message? {
    guard isRunnable(program), let place = place(program, Self.data) else { return nil }
    kernel.current = program.slot
    withoutBetter(than: program) { _ = run() }
    return tables.memory.load(Message.self, at: place)
  }

  func bytes(_ count: Int, of program: Endpoint, at address: UInt32) -> [UInt8] {
    (0..<count).compactMap { index in
      place(program, address + UInt32(index)).flatMap {
        tables.memory.load(UInt8.self, at: $0)
      }
    }
  }

  func words(_ count: Int, of program: Endpoint, at address: UInt32) -> [UInt32] {
    (0..<count).map { index in
      kernel.fetchWord(of: program.slot, at: LinearAddress(address + UInt32(index * 4))) ?? 0xDEAD
    }
  }

  func isRunnable(_ program: Endpoint) -> Bool {
    kernel.processes.slot(of: program).map { kernel.processes[$0].rts.isEmpty } ?? false
  }
}

/// What the programs have written.
final class Output: ProgramOutput {
  var parts: [(bytes: [UInt8], stream: ProgramStream)] = []
  var isBroken = false

  func write(_ bytes: ArraySlice<UInt8>, to stream: ProgramStream) -> Bool {
    guard !isBroken else { return false }
    parts.append((Array(bytes), stream))
    return true
  }
}

/// What the programs can read.
final class Input: ProgramInput {
  /// What comes at each read; nothing any more is the end.
  var parts: [[UInt8]] = []
  var isBroken = false
  private(set) var reads: [Int] = []

  func read(upTo count: Int) -> [UInt8]? {
    guard !isBroken else { return nil }
    reads.append(count)
    guard let part = parts.first else { return [] }
    parts[0].removeFirst(min(count, part.count))
    if parts[0].isEmpty { parts.removeFirst() }
    return Array(part.prefix(count))
  }
}

/// The programs that EXEC finds, and errors for others.
final class Catalog: ProgramCatalog {
  var programs: [String: ExecutableProgram] = [:]
  var errors: [String: ResultCode] = [:]

  func program(at path: String) -> Result<ExecutableProgram, ResultCode> {
    if let program = programs[path] { return .success(program) }
    return .failure(errors[path] ?? .enoent)
  }
}
