import I386
import MinixABI
import VMServer

/// Processes come and go.
extension Script {
  /// A slot that nobody has, if there is one.
  private mutating func freeSlot() -> ProcessSlot? {
    let free = (Self.firstSlot..<Self.firstSlot + 10).filter { slot in
      !tenants.contains { $0.endpoint.slot.rawValue == slot }
    }
    return draw.element(of: free).map { ProcessSlot(rawValue: $0) }
  }

  /// What the loader does for a new process.
  mutating func bear() {
    guard let slot = freeSlot() else { return }
    let endpoint = kernel.nextTenant(of: slot)
    vm.createAddressSpace(for: endpoint)
    for (span, isWritable) in [
      (Tenant.text, false), (Tenant.data, true), (Tenant.stack, true), (Tenant.top, true),
      (Tenant.data, true),
    ] {
      let isAdded = vm.addRegion(
        start: LinearAddress(span.start), byteCount: span.byteCount, isWritable: isWritable,
        to: endpoint)
      kernel.note(isAdded ? 1 : 0)
    }
    for span in [Tenant.text, Tenant.data, Tenant.top] {
      let frame = vm.presentPage(LinearAddress(span.start), of: endpoint)
      kernel.note(frame?.rawValue ?? .max)
    }
    vm.activate(endpoint)
    tenants.append(Tenant(endpoint: endpoint))
  }

  /// VM_FORK by PM.
  mutating func fork() {
    guard let slot = freeSlot() else { return }
    let parent = tenant()
    var request = Message(type: VMCallNumber.fork.messageType)
    request[endpoint: 8] = parent.endpoint
    request[int: 12] = slot.rawValue
    guard let reply = send(request, from: .pm), reply.type == ResultCode.ok.rawValue else { return }
    tenants.append(Tenant(endpoint: reply[endpoint: 16], spans: parent.spans))
  }

  /// VM_WILLEXIT and VM_EXIT by PM; one of them alone, or by somebody else, at times.
  mutating func end() {
    let victim = tenant()
    let isAnnounced = !draw.oneIn(6)
    if isAnnounced { announceEnd(of: victim, .willExit) }
    if draw.oneIn(6) { return }
    guard announceEnd(of: victim, .exit) == ResultCode.ok.rawValue else { return }
    tenants.removeAll { $0.endpoint == victim.endpoint }
    if draw.oneIn(2) { bear() }
  }

  @discardableResult
  private mutating func announceEnd(of victim: Tenant, _ call: VMCallNumber) -> Int32? {
    var request = Message(type: call.messageType)
    request[endpoint: 8] = victim.endpoint
    let caller = draw.oneIn(10) ? tenant().endpoint : .pm
    return send(request, from: caller)?.type
  }
}
