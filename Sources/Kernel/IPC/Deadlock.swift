import MinixABI

extension Kernel {
  /// Which half of a conversation is about to block.
  enum BlockingHalf {
    case send
    case receive
  }

  /// `deadlock`: whether blocking now would close a cycle of processes that wait for one another.
  ///
  /// Two processes of which one sends and the other receives are no cycle: the message will pass.
  ///
  /// Source: minix `kernel/proc.c`, `deadlock`; ABI 3.10.
  func closesCycle(_ half: BlockingHalf, caller: ProcessSlot, peer: Endpoint) -> Bool {
    var next = peer
    var size = 1
    while next != .any {
      guard let slot = processes.slot(of: next) else { return false }
      size += 1
      // A chain can't be longer than the table.
      guard size <= Int(processes.capacity) + 8, let blockedOn = blockedOn(slot) else {
        return false
      }
      next = blockedOn
      guard next == processes[caller].endpoint else { continue }
      if size == 2 {
        let peerSends = processes[slot].rts.contains(.sending)
        if half == .send ? !peerSends : peerSends { return false }
      }
      return true
    }
    return false
  }

  /// `P_BLOCKEDON`: whom a process waits for, or nil.
  func blockedOn(_ slot: ProcessSlot) -> Endpoint? {
    if processes[slot].rts.contains(.sending) { return processes[slot].sendTo }
    if processes[slot].rts.contains(.receiving) { return processes[slot].getFrom }
    return nil
  }
}
