import FlightRecorder
import I386
import Machine
import MinixABI

extension Kernel {
  /// SYS_FORK: an empty slot becomes a copy of a process, which waits for the same reply to its fork
  /// request.
  ///
  /// MINIX asserts that nothing is on its way to the parent, and copies the rest as it stands; here
  /// a parent that is in the middle of something else is EINVAL (ABI 13.19).
  ///
  /// Source: minix `kernel/system/do_fork.c`; ABI 8.4.
  func fork(_ message: inout Message, _ caller: ProcessSlot) -> CallOutcome {
    let child = message.processSlot
    guard let parent = processes.slot(of: message.processEndpoint), isForkable(parent),
      !child.isKernelTask, processes.exists(child), processes[child].rts == .slotFree
    else { return .reply(.einval) }
    switch fetchSegmentMap(of: caller, at: message.processMapAddress) {
    case .failure(let fault): return outcome(of: fault, caller)
    case .success(let map):
      processes.replace(with: flagsOfChild(parent, message.forkFlags), on: child)
      copyProcess(parent, to: child)
      recordProcess(child, .fork, parent: processes[parent].endpoint)
      processes[child].segments = map
      message.processEndpoint = processes[child].endpoint
      message.forkMessageAddress = processes[parent].deliverAddress.rawValue
      return .reply(.ok)
    }
  }

  private func isForkable(_ parent: ProcessSlot) -> Bool {
    let process = processes[parent]
    return process.rts.contains(.receiving) && !process.rts.contains(.sending)
      && !process.misc.contains(.deliverMessage) && !process.isResident && !parent.isKernelTask
  }

  /// What keeps the child from running: what keeps the parent, but for what concerns it alone.
  private func flagsOfChild(_ parent: ProcessSlot, _ options: ForkFlags) -> RTSFlags {
    var flags = processes[parent].rts
    flags.subtract([
      .signaled, .sigPending, .pStop, .vmRequest, .vmRequestTarget, .preempted, .pageFault,
    ])
    if processes[parent].scheduler != .none { flags.insert(.noQuantum) }
    if options.contains(.vmInhibit) { flags.insert(.vmInhibit) }
    // A structure is its owner's alone, whether it makes him a system process or not.
    if processes[parent].privilege != .user { flags.insert(.noPriv) }
    return flags
  }

  /// Copies everything that is not the parent's alone: its queues, its requests, its timers.
  private func copyProcess(_ parent: ProcessSlot, to child: ProcessSlot) {
    retireRecord(of: child)
    let endpoint = processes.nextEndpoint(in: child)
    let flags = processes[child].rts
    var copy = processes[parent]
    copy.slot = child
    copy.endpoint = endpoint
    copy.isOriginal = false
    copy.rts = flags
    copy.misc.subtract([
      .virtualTimer, .profileTimer, .syscallTrace, .kernelCallResume, .signalDelay,
      .sendingFromKernel,
    ])
    (copy.virtualTicksLeft, copy.profileTicksLeft) = (0, 0)
    (copy.userTicks, copy.systemTicks) = (0, 0)
    copy.statistics = ProcessStatistics()
    copy.frame.eax = 0
    copy.frame.eflags &= ~Eflags.trap
    (copy.callerQueueHead, copy.callerQueueTail) = (.none, .none)
    (copy.queueLink, copy.previousInQueue) = (.none, .none)
    (copy.nextReady, copy.previousReady) = (.none, .none)
    copy.pendingSignals = 0
    copy.request = MemoryRequest()
    copy.watchdog = FaultWatchdog()
    copy.privilege = .user
    processes[child] = copy
    setFPUImage(fpuImage(of: parent), of: child)
  }
}
