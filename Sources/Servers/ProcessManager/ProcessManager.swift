public import Kernel
public import MinixABI

/// PM: who lives, who has died of what, who is told of it, and who may run for how long.
///
/// It is a state machine between two IPC calls: a message comes in, kernel calls are made, and the
/// next IPC call goes out. What takes several of them is a chain of tasks: while one waits for VM's
/// answer, or the kernel for VM's, nobody else is served, as in MINIX.
///
/// Source: minix `servers/pm`; ABI 4.5, 8.6 and 9.15; POSIX sheet 2.
public final class ProcessManager {
  let kernel: Kernel
  let catalog: any ProgramCatalog
  let ticksPerSecond: UInt32
  var roster: ProcessRoster
  /// What kernel calls by PM can name.
  let memory = ResidentMemory(byteCount: ProcessManager.memoryByteCount)
  /// The programs that the run was started with, by endpoint: their ends are asked for when their slots
  /// have new tenants.
  var originals: [Endpoint: Original] = [:]
  /// Who is below its best queue, in the order in which they went there, and perhaps some who have
  /// ended since.
  var lowered: [Endpoint] = []
  var lastBalance: UInt32 = 0
  /// Who has an alarm, by the time.
  var alarms = AlarmList()
  /// The programs that wait for another's end before their first instruction.
  var held: [HeldStart] = []

  /// VFS, which hears of forks, new programs and ends.
  public weak var descriptorKeeper: (any DescriptorKeeper)?

  private var tasks = TaskQueue()
  /// The call whose answer PM waits for, and what follows it.
  private var awaited: (request: IPCRequest, proceed: (Message) -> Void)?

  /// How many awaited programs, and processes that come of them, have not ended.
  public internal(set) var livingCount = 0

  struct Original {
    var pid: Int32
    var end: ProcessEnd?
    /// What it has become by EXEC, as the name was given.
    var path: String?
  }

  /// - Parameters:
  ///   - kernel: whose PM it is.
  ///   - catalog: the programs that EXEC finds.
  ///   - processCapacity: `NR_PROCS`.
  ///   - ticksPerSecond: `system_hz`.
  public init(
    kernel: Kernel, catalog: any ProgramCatalog, processCapacity: Int32 = 256,
    ticksPerSecond: UInt32 = 60
  ) {
    self.kernel = kernel
    self.catalog = catalog
    self.ticksPerSecond = ticksPerSecond
    roster = ProcessRoster(capacity: processCapacity)
    kernel.attach(memory, to: .pm)
    enterInit()
  }

  /// INIT, pid 1, is everybody's ancestor and its own parent.
  private func enterInit() {
    var process = ManagedProcess()
    process.state = .living
    process.endpoint = .initProcess
    process.pid = 1
    process.kind = .resident
    process.parent = Endpoint.initProcess.slot
    process.identity.processGroup = 1
    roster.insert(process, in: Endpoint.initProcess.slot)
  }

  /// Takes a program into the process table of PM, and a user also under its scheduling.
  ///
  /// - Parameters:
  ///   - endpoint: the program.
  ///   - isUser: whether it is an ordinary process.
  ///   - isAwaited: whether it counts as living: a guest in a server's place does not.
  ///   - priority: its queue.
  ///   - quantum: its time slice in ticks, if it is a user.
  public func adopt(
    _ endpoint: Endpoint, isUser: Bool, isAwaited: Bool, priority: Int8,
    quantum: Int8 = BootProcess.userQuantum
  ) {
    var process = ManagedProcess()
    process.state = .living
    process.endpoint = endpoint
    process.pid = roster.takePID()
    process.isAwaited = isAwaited
    let isServer = Int(endpoint.slot.rawValue) < ProcessRoster.firstSlot
    process.kind = isServer ? .server : isUser ? .user : .system
    process.parent = Endpoint.initProcess.slot
    // INIT's group, as for whatever it starts; servers have none.
    process.identity.processGroup = isServer ? 0 : 1
    (process.bestPriority, process.priority) = (Int32(priority), Int32(priority))
    process.quantum = Int32(quantum)
    roster.insert(process, in: endpoint.slot)
    originals[endpoint] = Original(pid: process.pid)
    if isAwaited { livingCount += 1 }
    guard isUser else { return }
    callKernel(.scheduleControl) { $0[endpoint: 8] = endpoint }
    schedule(endpoint.slot)
  }

  /// How a program that the run was started with ended; nil while it lives.
  public func end(of endpoint: Endpoint) -> ProcessEnd? { originals[endpoint]?.end }

  /// The process id of a program that the run was started with.
  public func processID(of endpoint: Endpoint) -> Int32? { originals[endpoint]?.pid }

  /// What a program that the run was started with has become by EXEC; nil for what it was.
  public func executedPath(of endpoint: Endpoint) -> String? { originals[endpoint]?.path }

  /// Everybody whose memory VM has not been told to free, INIT included.
  public var endpoints: [Endpoint] {
    roster.occupied.filter { roster[$0].state == .living }.map { roster[$0].endpoint }
  }

  /// Whether PM is in the middle of something, such as the end of a process that VM and the kernel
  /// still know.
  public var isBusy: Bool { awaited != nil || !tasks.isEmpty }

  /// Handles what PM's last IPC call has brought, and says what its next one is.
  public func handle(_ delivery: Kernel.Delivery) -> IPCRequest {
    balanceQueues()
    if let (_, proceed) = awaited {
      awaited = nil
      proceed(Self.answer(delivery))
    } else if delivery.result == .ok {
      serve(delivery.message, delivery.status)
    }
    while awaited == nil, let task = tasks.takeFirst() { task() }
    return awaited?.request ?? .receive(from: .any)
  }

  /// If the trap has failed, its result takes the place of the answer's type.
  private static func answer(_ delivery: Kernel.Delivery) -> Message {
    delivery.result == .ok ? delivery.message : Message(type: delivery.result.rawValue)
  }
}

// MARK: - Calls to others

extension ProcessManager {
  /// Does something when all that has been begun is done.
  func later(_ task: @escaping () -> Void) { tasks.append(task) }

  /// A kernel call that never waits for VM.
  @discardableResult
  func callKernel(
    _ call: KernelCallNumber, _ fill: (inout Message) -> Void = { _ in }
  ) -> Message {
    var message = Message(type: call.messageType)
    fill(&message)
    kernel.kernelCall(&message, from: .pm)
    return message
  }

  /// A kernel call that may have to wait for VM.
  func callKernel(
    _ call: KernelCallNumber, _ fill: (inout Message) -> Void,
    then proceed: @escaping (Message) -> Void
  ) {
    let reply = callKernel(call, fill)
    guard reply.type == ResultCode.vmSuspend.rawValue else { return proceed(reply) }
    waitForKernel(then: proceed)
  }

  /// What follows a kernel call that has answered VMSUSPEND.
  func waitForKernel(then proceed: @escaping (Message) -> Void) {
    precondition(awaited == nil)
    awaited = (.kernelCall, proceed)
  }

  /// A request to VM.
  func callVM(
    _ call: VMCallNumber, _ fill: (inout Message) -> Void,
    then proceed: @escaping (Message) -> Void
  ) {
    precondition(awaited == nil)
    var message = Message(type: call.messageType)
    fill(&message)
    awaited = (.sendrec(message, to: .vm), proceed)
  }

  /// Answers a process that waits for it, unless it has ended meanwhile.
  func reply(_ message: Message, to endpoint: Endpoint) {
    if let slot = roster.slot(of: endpoint), !roster[slot].isLiving { return }
    kernel.sendWithoutBlocking(message, from: .pm, to: endpoint)
  }

  func reply(_ result: Int32, to endpoint: Endpoint) { reply(Message(type: result), to: endpoint) }

  func reply(_ result: ResultCode, to endpoint: Endpoint) { reply(result.rawValue, to: endpoint) }
}
