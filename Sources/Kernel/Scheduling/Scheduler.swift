import CClock
import FlightRecorder
import I386
public import Machine
public import MinixABI

extension Kernel {
  /// Who runs next.
  public enum Next {
    /// Ring 3, with these registers in this address space.
    case guest(Resume)
    /// A resident server, which has got what ``delivery(to:)`` says.
    case resident(Endpoint)
    /// Nobody: all wait.
    case idle
    /// Nobody any more: SYS_ABORT.
    case shutDown(ShutdownKind)
    /// The run cannot go on, because of a ``failure``.
    case failed
  }

  /// What a resident server finds when it runs on: the outcome of its last IPC call.
  public struct Delivery {
    /// What EAX would hold.
    public var result: ResultCode
    /// The message, if the call received one.
    public var message: Message
    /// What EBX would hold after RECEIVE.
    public var status: IPCStatus
  }

  /// The scheduler loop (`switch_to_user`): decides who runs, and makes it ready to.
  ///
  /// Source: minix `kernel/proc.c`, `switch_to_user`; ABI 4.4.
  public func next() -> Next {
    recorder.makeRoom()
    return choose()
  }

  /// The same, written out where it is called; there is room in the recorder.
  @_transparent
  func choose() -> Next {
    guard mayTakeShortWays, !isOver else { return nextTheLongWay() }
    return choose(after: processes.entry(current))
  }

  /// The same behind a short way of the running process.
  @_transparent
  func choose(after running: ProcessEntry) -> Next {
    guard let chosen = choice(after: running),
      chosen.process.ticksLeft > 0 || !hasUsedUpQuantum(chosen.process.slot)
    else { return nextTheLongWay() }
    // Nobody is picked before it is clear that he can run.
    guard hasNoCallPending(chosen), !hasMessagePending(chosen) || delivers(to: chosen) else {
      return nextTheLongWay()
    }
    if chosen.process.slot != running.process.slot { pick(chosen) }
    return run(chosen)
  }

  /// Whom the short way lets run: whoever ran, or whoever has come to stand first; nil where there is more to
  /// be done about one of them.
  @inline(__always)
  private func choice(after running: ProcessEntry) -> ProcessEntry? {
    guard let slot = processes.firstReady else { return nil }
    let first = processes.entry(slot)
    if running.process.rts.isEmpty {
      return first.process.priority < running.process.priority ? nil : running
    }
    return running.process.rts.isDisjoint(with: [.preempted, .noQuantum]) ? first : nil
  }

  /// The loop as MINIX has it.
  @inline(never)
  private func nextTheLongWay() -> Next {
    while !isOver {
      var running = processes.entry(current)
      if running.process.rts.isEmpty { preemptIfBetterIsReady(running) }
      if !running.process.rts.isEmpty {
        if !running.process.rts.isDisjoint(with: [.preempted, .noQuantum]) { settle(current) }
        guard let slot = processes.firstReady else {
          current = Endpoint.idle.slot
          return .idle
        }
        running = processes.entry(slot)
        pick(running)
      }
      if running.process.ticksLeft <= 0, hasUsedUpQuantum(current) {
        quantumIsUsedUp(current)
        continue
      }
      if hasNoCallPending(running) && !hasMessagePending(running) || settlePending(current) {
        recorder.makeRoom()
        return run(running)
      }
    }
    if failure != nil { return .failed }
    if let ended { return .shutDown(ended) }
    return .idle
  }

  /// What the resident server that goes on now has got.
  @inline(__always)
  public func delivery(to endpoint: Endpoint) -> Delivery {
    let entry = processes.entry(endpoint.slot)
    return Delivery(
      result: ResultCode(rawValue: Int32(bitPattern: entry.process.frame.eax)),
      message: entry.process.deliverMessage, status: IPCStatus(rawValue: entry.process.frame.ebx))
  }

  /// What the loop does with the process that has stopped: one that was merely preempted goes back
  /// to the head of its queue, one that the kernel schedules gets a new quantum.
  private func settle(_ slot: ProcessSlot) {
    if processes[slot].rts.contains(.preempted) {
      processes.endPreemption(of: slot)
      if processes[slot].rts.isEmpty {
        if processes[slot].ticksLeft > 0 {
          processes.enqueueAtHead(slot)
        } else {
          processes.enqueue(slot)
        }
      }
    }
    if processes[slot].rts.contains(.noQuantum), isKernelScheduled(slot) {
      processes[slot].ticksLeft = processes[slot].quantum
      processes.unset(.noQuantum, on: slot)
    }
  }

  @inline(__always)
  private func pick(_ entry: ProcessEntry) {
    current = entry.process.slot
    if privileges[entry.process.privilege].flags.contains(.billable) { billed = entry.process.slot }
  }

  /// Whether a process has no call that must be dealt with before it runs. Nobody traces a resident server.
  @inline(__always)
  private func hasNoCallPending(_ entry: ProcessEntry) -> Bool {
    let pending: MiscFlags = [.kernelCallResume, .syscallDefer, .syscallTrace, .syscallActive]
    return entry.process.misc.isDisjoint(
      with: entry.process.isResident ? .kernelCallResume : pending)
  }

  /// Whether a process must get a message before it runs. A resident server takes its own as it goes on.
  @inline(__always)
  private func hasMessagePending(_ entry: ProcessEntry) -> Bool {
    entry.process.misc.contains(.deliverMessage) && !entry.process.isResident
  }

  /// What must be done for a process before it runs: a suspended call made again, a message
  /// delivered.
  ///
  /// - Returns: whether the process can run now.
  private func settlePending(_ slot: ProcessSlot) -> Bool {
    if processes[slot].misc.contains(.kernelCallResume) {
      processes[slot].misc.remove(.kernelCallResume)
      resumeAfterMemoryRequest(slot)
    } else if processes[slot].misc.contains(.deliverMessage), !processes[slot].isResident {
      deliverToMemory(slot)
    }
    if processes[slot].isResident { return processes[slot].rts.isEmpty }
    guard processes[slot].rts.isEmpty,
      processes[slot].misc.isDisjoint(with: [.kernelCallResume, .deliverMessage])
    else { return false }
    let traced: MiscFlags = [.syscallDefer, .syscallTrace, .syscallActive]
    return processes[slot].misc.isDisjoint(with: traced) || settleTracedCall(slot)
  }

  @inline(__always)
  private func run(_ entry: ProcessEntry) -> Next {
    let now = cclock_cycles()
    recorder.recordRun(entry.process.endpoint, in: entry.process.directory, at: now)
    if entry.process.isResident { return entry.process.runResident() }
    // Its registers are those of its last trap, and it goes on after each only once.
    if entry.process.frame.vector == UInt32(Vector.pageFault.rawValue) {
      counters.countLatency(now &- entry.process.trappedAt)
    }
    return runGuest(entry)
  }

  /// Ring 3 goes on with its registers.
  @inline(__always)
  private func runGuest(_ entry: ProcessEntry) -> Next {
    let isFresh = !entry.process.misc.contains(.fpuInitialized)
    if isFresh { entry.process.misc.insert(.fpuInitialized) }
    return .guest(
      Resume(
        registers: entry.registers, directory: entry.process.directory,
        fpuArea: FPUArea(rawValue: UInt32(bitPattern: entry.process.slot.rawValue)),
        hasFreshFPU: isFresh))
  }

  /// `enqueue`'s second half: a process that has just become runnable takes the place of a worse one.
  ///
  /// MINIX tests this wherever it enqueues; here the run loop enters the kernel at every trap, so it
  /// is enough to test when a process is about to go on.
  @inline(__always)
  private func preemptIfBetterIsReady(_ running: ProcessEntry) {
    guard let best = processes.firstReady, processes[best].priority < running.process.priority,
      privileges[running.process.privilege].flags.contains(.preemptible)
    else { return }
    processes.set(.preempted, on: running.process.slot)
  }
}

extension Process {
  /// A resident server goes on with what its last IPC call has brought.
  @inline(__always)
  fileprivate mutating func runResident() -> Kernel.Next {
    misc.remove(.deliverMessage)
    return .resident(endpoint)
  }
}
