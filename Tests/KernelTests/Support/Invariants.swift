import MinixABI
import Testing

@testable import Kernel

extension Bench {
  /// Recounts from scratch what must hold between any two entries into the kernel.
  ///
  /// - Parameter note: how to get here again.
  func checkInvariants(_ note: @autoclosure () -> String = "") {
    let problems = queueProblems() + callerProblems() + requestProblems() + flagProblems()
    if let first = problems.first { Issue.record("\(first) \(note())") }
  }

  private var processes: ProcessTable { _read { yield kernel.processes } }

  /// Each runnable process is in its own ready queue, once; nobody else is in any.
  private func queueProblems() -> [String] {
    var problems: [String] = []
    var seen: [ProcessSlot: Int] = [:]
    for queue in 0..<ReadyQueues.count {
      var slot = processes.queues.head(queue)
      var last = ProcessSlot.none
      while slot != .none, seen[slot] == nil {
        seen[slot] = queue
        if processes[slot].previousReady != last {
          problems.append("\(slot) has a wrong link back in queue \(queue)")
        }
        last = slot
        slot = processes[slot].nextReady
      }
      if slot != .none { problems.append("\(slot) is queued twice") }
      if last != .none, processes.queues.tail(queue) != last {
        problems.append("queue \(queue) has a wrong tail")
      }
    }
    if processes.queues.slotCount != seen.count {
      problems.append("\(processes.queues.slotCount) are counted, \(seen.count) queued")
    }
    for slot in processes.allSlots {
      let expected = processes[slot].rts.isEmpty ? Int(processes[slot].priority) : nil
      if expected == nil,
        processes[slot].previousReady != .none || processes[slot].nextReady != .none
      {
        problems.append("\(slot) is linked without a queue")
      }
      if seen[slot] != expected {
        problems.append("\(slot) \(processes[slot].rts) is in \(String(describing: seen[slot]))")
      }
    }
    return problems
  }

  /// How many processes are queued, found by walking.
  func queueLength() -> Int {
    (0..<ReadyQueues.count).reduce(0) { length, queue in
      let first = processes.queues.head(queue)
      let all = sequence(first: first) { slot in
        slot == .none ? nil : self.processes[slot].nextReady
      }
      return length + all.count { $0 != .none }
    }
  }

  /// Each sender is in its destination's queue, once; nobody else is in any.
  private func callerProblems() -> [String] {
    var problems: [String] = []
    var seen: [ProcessSlot: ProcessSlot] = [:]
    for receiver in processes.allSlots {
      var slot = processes[receiver].callerQueueHead
      var last = ProcessSlot.none
      while slot != .none, seen[slot] == nil {
        seen[slot] = receiver
        if processes[slot].previousInQueue != last {
          problems.append("\(slot) has a wrong link back among the callers of \(receiver)")
        }
        last = slot
        slot = processes[slot].queueLink
      }
      if slot != .none { problems.append("\(slot) waits in two queues") }
      if last != .none, processes[receiver].callerQueueTail != last {
        problems.append("the callers of \(receiver) have a wrong tail")
      }
    }
    for slot in processes.allSlots {
      let isSending = processes[slot].rts.contains(.sending)
      let expected = isSending ? processes.slot(of: processes[slot].sendTo) : nil
      if isSending && expected == nil || seen[slot] != expected {
        problems.append(
          "\(slot) \(processes[slot].rts) to \(processes[slot].sendTo) is with "
            + "\(String(describing: seen[slot]))")
      }
      if processes[slot].rts.contains(.receiving), processes[slot].getFrom != .any,
        processes.slot(of: processes[slot].getFrom) == nil
      {
        problems.append("\(slot) receives from the dead \(processes[slot].getFrom)")
      }
    }
    for slot in processes.allSlots
    where seen[slot] == nil
      && (processes[slot].queueLink != .none || processes[slot].previousInQueue != .none)
    {
      problems.append("\(slot) is linked without a receiver")
    }
    return problems + cycleProblems()
  }

  /// Nobody waits for himself by way of others.
  private func cycleProblems() -> [String] {
    for start in processes.livingSlots {
      var slot = start
      for step in 0..<Int(processes.capacity) {
        // Whoever receives from himself waits for nobody else.
        guard let endpoint = kernel.blockedOn(slot), let next = processes.slot(of: endpoint),
          next != slot
        else { break }
        if next == start { return ["\(start) waits for itself in \(step + 1) steps"] }
        slot = next
      }
    }
    return []
  }

  /// The memory requests on the list, and those that VM has fetched, are those of the flags.
  private func requestProblems() -> [String] {
    var problems: [String] = []
    var listed: Set<ProcessSlot> = []
    var slot = kernel.memoryRequests
    while slot != .none, listed.insert(slot).inserted { slot = processes[slot].request.next }
    if slot != .none { problems.append("the memory requests form a ring") }
    let targets = Set(
      listed.filter { processes[$0].request.type != .check }.map { processes[$0].request.target })
    for slot in processes.allSlots {
      if processes[slot].rts.contains(.vmRequestTarget)
        != (processes.slot(of: processes[slot].endpoint) != nil
          && targets.contains(processes[slot].endpoint))
      {
        problems.append("\(slot) \(processes[slot].rts) as the target of a map request")
      }
    }
    for slot in processes.allSlots {
      let asks = processes[slot].rts.contains(.vmRequest)
      let isFetched = asks && !listed.contains(slot)
      if !asks, listed.contains(slot) { problems.append("\(slot) is listed without a request") }
      if isFetched, processes[slot].request.result != .vmSuspend {
        problems.append("the request of \(slot) is lost")
      }
      if asks, processes[slot].request.kind == .none {
        problems.append("\(slot) has a request of no kind")
      }
    }
    return problems
  }

  /// Flags that only make sense together.
  private func flagProblems() -> [String] {
    var problems: [String] = []
    for slot in processes.allSlots where processes[slot].rts != .slotFree {
      let process = processes[slot]
      func expect(_ condition: Bool, _ what: @autoclosure () -> String) {
        if !condition { problems.append("\(slot) \(process.rts), \(process.misc): \(what())") }
      }
      expect(!process.rts.contains(.slotFree), "a free slot has other flags")
      expect(!process.rts.contains(.noEndpoint), "a dying slot was left so")
      expect(!process.rts.contains(.preempted), "a preempted process was left so")
      expect(process.rts.contains(.signaled) == (process.pendingSignals != 0), "pending signals")
      expect(
        !process.rts.contains(.signaled) || process.rts.contains(.sigPending),
        "SIGNALED without SIG_PENDING")
      expect(
        !process.misc.contains(.sendingFromKernel) || process.rts.contains(.sending),
        "SENDING_FROM_KERNEL without SENDING")
      expect(
        !process.misc.contains(.signalDelay) || process.rts.contains(.sending)
          || process.misc.contains(.syscallDefer) || process.isRepeatingIPCCall,
        "SIG_DELAY without SENDING")
      expect(
        !process.misc.contains(.deliverMessage) || !process.rts.contains(.receiving),
        "receives with a message at hand")
      expect(!slot.isKernelTask || process.rts == .procStop, "a kernel task moved")
      expect(process.privilege == .user || ownsPrivilege(slot), "another's privileges")
    }
    for id in PrivilegeTable.allIDs {
      let pending = kernel.privileges[id].pendingNotifications
      for other in PrivilegeTable.allIDs where pending & other.bit != 0 {
        if kernel.privileges[other].owner == .none {
          problems.append("\(id) has a notification from a structure that nobody owns")
        }
      }
    }
    return problems
  }

  private func ownsPrivilege(_ slot: ProcessSlot) -> Bool {
    kernel.privileges[processes[slot].privilege].owner == slot
  }
}
