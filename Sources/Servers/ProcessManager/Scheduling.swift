import Kernel
import MinixABI

/// PM as the users' scheduler. Source: ABI 4.5.
extension ProcessManager {
  /// A process has used up its quantum: it moves one queue down.
  func quantumIsUsedUp(_ endpoint: Endpoint) {
    guard let slot = roster.slot(of: endpoint), roster[slot].isLiving else { return }
    let (best, former) = (roster[slot].bestPriority, roster[slot].priority)
    let priority = min(former + 1, 15)
    if former == best, priority > best, roster[slot].kind == .user { lowered.append(endpoint) }
    roster[slot].priority = priority
    schedule(slot)
  }

  /// Every 100 ticks everyone below its best queue moves one up, so that nobody starves.
  ///
  /// MINIX looks at every process; here the cost is that of those who have used up a quantum lately.
  func balanceQueues() {
    guard kernel.uptime &- lastBalance >= 100 else { return }
    lastBalance = kernel.uptime
    lowered.removeAll { endpoint in
      guard let slot = roster.slot(of: endpoint), roster[slot].isLiving else { return true }
      // SETPRIORITY may have moved it.
      guard roster[slot].priority > roster[slot].bestPriority else { return true }
      roster[slot].priority -= 1
      schedule(slot)
      return roster[slot].priority <= roster[slot].bestPriority
    }
  }

  func schedule(_ slot: ProcessSlot) {
    callKernel(.schedule) { message in
      message[endpoint: 8] = roster[slot].endpoint
      message[int: 12] = roster[slot].priority
      message[int: 16] = roster[slot].quantum
    }
  }
}
