public import MinixABI

/// Programs of the image that don't start with the others.
///
/// MINIX has no such thing: there a shell would start them. They are in the process table from the
/// beginning, stopped (RTS_PROC_STOP), so that their endpoints are known.
extension ProcessManager {
  /// Keeps an adopted program from running.
  ///
  /// - Parameters:
  ///   - endpoint: the program, before its first instruction.
  ///   - other: a program whose end it waits for, if any.
  ///   - ticks: how long it waits from then on.
  public func hold(_ endpoint: Endpoint, untilEndOf other: Endpoint?, ticks: Int32) {
    guard let slot = roster.slot(of: endpoint) else { return }
    roster[slot].isHeld = true
    callKernel(.runControl) { $0[endpoint: 8] = endpoint }
    if let other {
      held.append(HeldStart(slot: slot, endpoint: endpoint, after: other, ticks: ticks))
    } else {
      start(slot, inTicks: ticks)
    }
  }

  /// A program has ended: who has waited for that starts now, or when his time has come.
  func startFollowers(of endpoint: Endpoint) {
    guard !held.isEmpty else { return }
    let followers = held.filter { $0.after == endpoint }
    held.removeAll { $0.after == endpoint }
    for follower in followers where roster.slot(of: follower.endpoint) != nil {
      start(follower.slot, inTicks: follower.ticks)
    }
  }

  private func start(_ slot: ProcessSlot, inTicks ticks: Int32) {
    guard roster[slot].isLiving else { return }
    guard ticks > 0 else { return release(slot) }
    setRealTimer(of: slot, ticks: ticks, interval: 0)
  }

  /// Its first instruction is next.
  func release(_ slot: ProcessSlot) {
    roster[slot].isHeld = false
    callKernel(.runControl) {
      $0[endpoint: 8] = roster[slot].endpoint
      $0[int: 12] = 1
    }
  }
}

/// A program that waits for another's end.
struct HeldStart {
  var slot: ProcessSlot
  var endpoint: Endpoint
  var after: Endpoint
  var ticks: Int32
}
