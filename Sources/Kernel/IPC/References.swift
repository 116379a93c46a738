import MinixABI

/// How the kernel forgets that others wait for a process, or that it has notified them.
extension Kernel {
  /// `clear_ipc_refs`: whoever is blocked on a process gets EDEADSRCDST and goes on, and its
  /// notifications are forgotten.
  ///
  /// Source: minix `kernel/system.c`; ABI 3.12.
  func clearReferences(to slot: ProcessSlot) {
    releaseWaiters(for: slot)
    forgetNotifications(from: slot)
  }

  /// Unblocks everyone who waits to send to a process or to receive from it. For whom the kernel
  /// sent, that was no IPC call of his: his registers stay as they are.
  private func releaseWaiters(for slot: ProcessSlot) {
    let endpoint = processes[slot].endpoint
    for waiter in processes.livingSlots where waiter != slot && blockedOn(waiter) == endpoint {
      if !processes[waiter].misc.contains(.sendingFromKernel) {
        setResult(.edeadsrcdst, of: waiter)
      }
      if processes[waiter].rts.contains(.sending) { endSending(waiter, to: slot) }
      processes.unset(.receiving, on: waiter)
    }
  }

  /// Clears the bits of a system process in everyone's map; users share theirs, and it stays.
  func forgetNotifications(from slot: ProcessSlot) {
    let id = processes[slot].privilege
    guard id != .user else { return }
    for other in PrivilegeTable.allIDs { privileges[other].pendingNotifications &= ~id.bit }
  }
}
