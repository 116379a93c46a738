public import MinixABI

/// A process that cannot run, and why, in words: for the line that says who waits for whom.
public struct Wait: Sendable, Equatable {
  public var name: String
  public var endpoint: Endpoint
  /// "waits to receive from ANY", "waits to send to 3 (log)", ….
  public var reason: String
}

extension Kernel {
  /// Everyone who is not runnable, resident servers that merely wait for work excepted.
  public func waits() -> [Wait] {
    processes.livingSlots.filter { !processes[$0].isResident && !processes[$0].rts.isEmpty }
      .map { slot in
        Wait(
          name: processes[slot].name.text, endpoint: processes[slot].endpoint,
          reason: reasonToWait(slot))
      }
  }

  /// The processes of ring 3.
  public var guests: [Endpoint] {
    processes.livingSlots.filter { !processes[$0].isResident }.map { processes[$0].endpoint }
  }

  /// What keeps a process from running: none, or RTS_SLOT_FREE for one that isn't there.
  public func flags(of endpoint: Endpoint) -> RTSFlags {
    processes.slot(of: endpoint).map { processes[$0].rts } ?? .slotFree
  }

  /// The name that goes with an endpoint, or nil for one that nobody has.
  public func name(of endpoint: Endpoint) -> String? {
    processes.slot(of: endpoint).map { processes[$0].name.text }
  }

  private func reasonToWait(_ slot: ProcessSlot) -> String {
    let rts = processes[slot].rts
    if rts.contains(.sending) { return "waits to send to \(who(processes[slot].sendTo))" }
    if rts.contains(.receiving) { return "waits to receive from \(who(processes[slot].getFrom))" }
    if rts.contains(.vmRequest) { return "waits for VM to make memory accessible" }
    if rts.contains(.pageFault) { return "waits for VM to resolve its page fault" }
    if rts.contains(.procStop) { return "is stopped" }
    return "cannot run: \(rts)"
  }

  private func who(_ endpoint: Endpoint) -> String {
    if endpoint == .any { return "anyone" }
    guard let name = name(of: endpoint) else { return "\(endpoint)" }
    return "\(name) (\(endpoint.rawValue))"
  }
}
