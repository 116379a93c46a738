public import Kernel
public import MinixABI

/// PM: who lives, who has died of what, and who may run for how long.
///
/// It is a state machine between two IPC calls: a message comes in, kernel calls are made, and the
/// next IPC call goes out. The end of a process takes several of them, because VM has to be told.
///
/// Source: minix `servers/pm`; ABI 4.5, 8.6 and 9.15; POSIX sheet 2.2.
public final class ProcessManager {
  private let kernel: Kernel
  /// Programs by endpoint.
  private var programs = ProgramTable<Program>()
  /// What remains to be done for dying processes, in order.
  private var farewells: [Farewell] = []
  /// Dead children that INIT has not heard of, by process id and status word.
  private var zombies: [(pid: Int32, status: Int32)] = []
  private var initIsWaiting = false
  private var lastPID: Int32 = 1
  private var lastBalance: UInt32 = 0
  /// Who is below its best queue, in the order in which they went there, and perhaps some who have
  /// ended since.
  private var lowered: [Endpoint] = []

  private struct Program {
    var pid: Int32
    var isUser: Bool
    var isAwaited: Bool
    /// The best queue that it may have, and the one it is in.
    var bestPriority: Int32
    var priority: Int32
    var end: ProcessEnd?
  }

  /// A process on its way out, and VM's next message about it.
  private struct Farewell {
    var endpoint: Endpoint
    var step: VMCallNumber
  }

  public init(kernel: Kernel) {
    self.kernel = kernel
  }

  /// How many awaited programs have not ended.
  public private(set) var livingCount = 0

  /// Takes a program into the process table of PM, and a user also under its scheduling.
  ///
  /// - Parameters:
  ///   - endpoint: the program.
  ///   - isUser: whether it is an ordinary process.
  ///   - isAwaited: whether it counts as living: a guest in a server's place does not.
  ///   - priority: its queue.
  public func adopt(_ endpoint: Endpoint, isUser: Bool, isAwaited: Bool, priority: Int8) {
    lastPID += 1
    let queue = Int32(priority)
    let program = Program(
      pid: lastPID, isUser: isUser, isAwaited: isAwaited, bestPriority: queue, priority: queue)
    programs.insert(program, as: endpoint)
    if isAwaited { livingCount += 1 }
    guard isUser else { return }
    var message = Message(type: KernelCallNumber.scheduleControl.messageType)
    message[endpoint: 8] = endpoint
    kernel.kernelCall(&message, from: .pm)
    schedule(endpoint)
  }

  /// How a program ended; nil while it lives.
  public func end(of endpoint: Endpoint) -> ProcessEnd? { programs[endpoint]?.end }

  /// A program's process id.
  public func processID(of endpoint: Endpoint) -> Int32? { programs[endpoint]?.pid }

  /// Handles what PM's last IPC call has brought, and says what its next one is.
  public func handle(_ delivery: Kernel.Delivery) -> IPCRequest {
    balanceQueues()
    if delivery.result != .ok, farewells.isEmpty { return .receive(from: .any) }
    if let farewell = farewells.first {
      finish(farewell.step, of: farewell.endpoint)
    } else {
      serve(delivery.message, delivery.status)
    }
    return nextCall()
  }
}

/// How a process ended.
public enum ProcessEnd: Equatable, Sendable {
  /// EXIT, with the low eight bits of its status.
  case exit(status: UInt8)
  /// A signal that it did not survive.
  case signal(Signal)

  /// The word that WAIT reports. Source: POSIX sheet 2.2.
  var statusWord: Int32 {
    switch self {
    case .exit(let status): Int32(status) << 8
    case .signal(let signal): signal.rawValue + (Self.coreDumping & signal.bit != 0 ? 0x80 : 0)
    }
  }

  /// QUIT, ILL, TRAP, ABRT, EMT, FPE, BUS and SEGV.
  private static var coreDumping: UInt32 {
    Signal.quit.bit | Signal.illegal.bit | Signal.trap.bit | Signal.abort.bit
      | Signal.emulator.bit | Signal.floatingPoint.bit | Signal.bus.bit | Signal.segmentation.bit
  }
}

// MARK: - Requests

extension ProcessManager {
  private func serve(_ message: Message, _ status: IPCStatus) {
    if status.isNotification {
      if message.source == .system,
        message.notifyArgument & kernel.delivery.signals.processSignal.bit != 0
      {
        fetchSignals()
      }
      return
    }
    // Anybody can send that type; only the kernel's is no request.
    if message.type == SchedulingMessage.noQuantum, status.isFromKernel {
      return quantumIsUsedUp(message.source)
    }
    if message.type == PosixCall.exit.rawValue, programs[message.source] != nil {
      return end(message.source, .exit(status: UInt8(truncatingIfNeeded: message[int: 8])))
    }
    if message.type == PosixCall.wait.rawValue, message.source == .initProcess {
      initIsWaiting = true
      return tellInit()
    }
    kernel.sendWithoutBlocking(
      Message(type: ResultCode.enosys.rawValue), from: .pm, to: message.source)
  }

  /// SIGKSIG: fetches every process's signals. Nobody here can catch one, so the first that is not
  /// ignored by default is the process's end.
  private func fetchSignals() {
    while true {
      var message = Message(type: KernelCallNumber.getKernelSignal.messageType)
      kernel.kernelCall(&message, from: .pm)
      let victim = message[endpoint: 8]
      guard victim != .none else { return }
      let fatal = message[word: 20] & ~Self.ignoredByDefault
      // A resident server can't be ended.
      if fatal != 0, programs[victim] != nil {
        end(victim, .signal(Signal(rawValue: Int32(fatal.trailingZeroBitCount))))
      }
      var done = Message(type: KernelCallNumber.endKernelSignal.messageType)
      done[endpoint: 8] = victim
      kernel.kernelCall(&done, from: .pm)
    }
  }

  /// CHLD, CONT and WINCH, and the kernel's notice that a sender is done.
  private static var ignoredByDefault: UInt32 {
    Signal.child.bit | Signal.continue.bit | Signal.window.bit | Signal.sendDelay.bit
  }
}

// MARK: - The end of a process

extension ProcessManager {
  /// `exit_proc`: stops the process; VM and the kernel are told one after the other.
  private func end(_ endpoint: Endpoint, _ end: ProcessEnd) {
    guard programs[endpoint]?.end == nil else { return }
    if programs[endpoint]?.isAwaited == true { livingCount -= 1 }
    programs.update(endpoint) { $0.end = end }
    var stop = Message(type: KernelCallNumber.runControl.messageType)
    stop[endpoint: 8] = endpoint
    kernel.kernelCall(&stop, from: .pm)
    if endpoint == .vm {
      // A guest in VM's place: there is nobody to tell.
      clear(endpoint)
    } else {
      farewells.append(Farewell(endpoint: endpoint, step: .willExit))
    }
  }

  /// SYS_CLEAR: the kernel forgets the process.
  private func clear(_ endpoint: Endpoint) {
    var message = Message(type: KernelCallNumber.clear.messageType)
    message[endpoint: 8] = endpoint
    kernel.kernelCall(&message, from: .pm)
  }

  /// What follows VM's answer.
  private func finish(_ step: VMCallNumber, of endpoint: Endpoint) {
    guard step == .willExit else {
      farewells.removeFirst()
      if let program = programs[endpoint], let end = program.end {
        zombies.append((program.pid, end.statusWord))
        tellInit()
      }
      return
    }
    clear(endpoint)
    farewells[0].step = .exit
  }

  /// Answers INIT's WAIT if it waits and somebody has died.
  private func tellInit() {
    guard initIsWaiting, !zombies.isEmpty else { return }
    initIsWaiting = false
    let zombie = zombies.removeFirst()
    var reply = Message(type: zombie.pid)
    reply[int: 8] = zombie.status
    kernel.sendWithoutBlocking(reply, from: .pm, to: .initProcess)
  }

  /// Whether processes have ended that VM and the kernel still know.
  public var isBusy: Bool { !farewells.isEmpty }

  private func nextCall() -> IPCRequest {
    guard let farewell = farewells.first else { return .receive(from: .any) }
    var message = Message(type: farewell.step.messageType)
    message[endpoint: 8] = farewell.endpoint
    return .sendrec(message, to: .vm)
  }
}

// MARK: - Scheduling

extension ProcessManager {
  /// A process has used up its quantum: it moves one queue down.
  private func quantumIsUsedUp(_ endpoint: Endpoint) {
    guard let program = programs[endpoint], program.end == nil else { return }
    let priority = min(program.priority + 1, 15)
    let isFirst = program.priority == program.bestPriority && priority > program.bestPriority
    if isFirst, program.isUser { lowered.append(endpoint) }
    programs.update(endpoint) { $0.priority = priority }
    schedule(endpoint)
  }

  /// Every 100 ticks everyone below its best queue moves one up, so that nobody starves.
  ///
  /// MINIX looks at every process; here the cost is that of those who have used up a quantum lately.
  private func balanceQueues() {
    guard kernel.uptime &- lastBalance >= 100 else { return }
    lastBalance = kernel.uptime
    lowered.removeAll { endpoint in
      guard let program = programs[endpoint], program.end == nil else { return true }
      programs.update(endpoint) { $0.priority -= 1 }
      schedule(endpoint)
      return program.priority - 1 <= program.bestPriority
    }
  }

  private func schedule(_ endpoint: Endpoint) {
    guard let program = programs[endpoint] else { return }
    var message = Message(type: KernelCallNumber.schedule.messageType)
    message[endpoint: 8] = endpoint
    message[int: 12] = program.priority
    message[int: 16] = Int32(BootProcess.userQuantum)
    kernel.kernelCall(&message, from: .pm)
  }
}
