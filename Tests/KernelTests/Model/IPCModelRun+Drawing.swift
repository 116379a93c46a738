import MinixABI
import TestSupport

/// What happens next.
extension IPCModelRun {
  mutating func roll(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }

  private mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[roll(choices.count)]
  }

  mutating func draw() -> IPCModelStep {
    guard let best = model.best else { return roll(3) == 0 ? drawEvent() : drawRelease() }
    switch roll(100) {
    case 0..<66: return drawCall(by: pick(best))
    case 66..<72: return drawFault(by: pick(best))
    case 72..<80: return drawSignalCall(by: best.contains(0) ? 0 : pick(best))
    case 80: return drawStateControl(among: best)
    case 81..<90: return drawEvent()
    default: return drawRelease()
    }
  }

  /// What others, or the clock, do to a process.
  private mutating func drawEvent() -> IPCModelStep {
    switch roll(100) {
    case 0..<24: .clearFault(drawFaulted())
    case 24..<32: drawKill()
    case 32..<36: .trace(drawEndpoint(), stops: roll(2) == 0)
    case 36..<40: .privilege(drawEndpoint(), allows: roll(2) == 0)
    case 40..<43: drawExec()
    case 43..<58: .control(drawEndpoint(), stops: roll(2) == 0, delays: roll(2) == 0)
    case 58..<70: drawLife()
    case 70..<78: drawMasks()
    case 78..<88: .schedule(drawEndpoint(), priority: roll(6) > 1 ? 8 : 7 + roll(3))
    default: .alarm(drawEndpoint())
    }
  }

  /// What may help somebody who waits: without it everybody soon does.
  private mutating func drawRelease() -> IPCModelStep {
    let empty = Self.nursery.filter { model[$0].rts == ModelRTS.slotFree }
    if !empty.isEmpty, roll(2) == 0 {
      return roll(3) != 0 ? drawBirth(in: pick(empty)) : drawFork(into: pick(empty))
    }
    let stuck = model.slots.filter {
      $0 >= 0 && model[$0].rts != 0 && model[$0].rts != ModelRTS.slotFree
    }
    if stuck.isEmpty { return drawEvent() }
    // Without PM no signal ends, without VM no fault does.
    let slot =
      stuck.contains(0) && roll(3) == 0 ? 0 : stuck.contains(8) && roll(3) == 0 ? 8 : pick(stuck)
    return drawRelease(of: slot)
  }

  private mutating func drawRelease(of slot: Int) -> IPCModelStep {
    let process = model[slot]
    if process.rts & ModelRTS.procStop != 0 {
      return .control(process.endpoint, stops: false, delays: false)
    }
    if process.rts & ModelRTS.pStop != 0 { return .trace(process.endpoint, stops: false) }
    if process.rts & ModelRTS.noPriv != 0 { return .privilege(process.endpoint, allows: true) }
    if process.rts & ModelRTS.noQuantum != 0 { return .schedule(process.endpoint, priority: 8) }
    if process.rts & ModelRTS.pageFault != 0, roll(2) == 0 { return .clearFault(process.endpoint) }
    guard let other = model.blockedOn(slot) else { return drawEvent() }
    if other == ModelEndpoint.any { return .alarm(process.endpoint) }
    if let peer = model.slot(of: other), Self.nursery.contains(peer), roll(3) == 0 {
      return .death(other)
    }
    return Self.nursery.contains(slot) && roll(6) == 0 ? .death(process.endpoint) : drawEvent()
  }

  // MARK: Traps

  private mutating func drawCall(by caller: Int) -> IPCModelStep {
    // Servers mostly serve: the others would wait for them in vain.
    if caller < 10, roll(8) != 0 { return drawService(by: caller) }
    switch roll(100) {
    case 0..<14: return ipc(caller, ModelCall.send)
    case 14..<50: return ipc(caller, ModelCall.receive)
    case 50..<68: return ipc(caller, ModelCall.sendrec)
    case 68..<76: return ipc(caller, ModelCall.notify)
    case 76..<84: return ipc(caller, ModelCall.sendnb)
    case 84..<99: return drawTable(of: caller)
    default: return ipc(caller, UInt32(pick([0, 5, 6, 7, 15, 17, 0x80, 0x101])))
    }
  }

  private mutating func drawService(by server: Int) -> IPCModelStep {
    switch roll(8) {
    case 0..<4:
      .ipc(
        caller: server, call: ModelCall.receive, peer: ModelEndpoint.any, buffer: drawBuffer())
    case 4, 5: ipc(server, ModelCall.sendnb)
    case 6: ipc(server, ModelCall.notify)
    default: drawTable(of: server)
    }
  }

  private mutating func ipc(_ caller: Int, _ call: UInt32) -> IPCModelStep {
    let isAny = call == ModelCall.receive && roll(2) == 0
    // A server that waits must be one that somebody's death can release.
    let waits = [ModelCall.send, ModelCall.receive, ModelCall.sendrec].contains(call)
    let peer =
      isAny
      ? ModelEndpoint.any
      : waits && caller < 10
        ? model[pick(Array(Self.nursery))].endpoint : drawPeer(of: caller, call)
    return .ipc(caller: caller, call: call, peer: peer, buffer: drawBuffer())
  }

  private mutating func drawBuffer() -> UInt32 {
    switch roll(50) {
    case 0: Place.pair + 0xFF0
    case 1: pick([0xEFFF_FFF0, 0xFFFF_FFF0])
    default: Place.message + UInt32(roll(24)) * 64
    }
  }

  /// Mostly somebody with whom it comes to something.
  private mutating func drawPeer(of caller: Int, _ call: UInt32) -> Int32 {
    let mine = model[caller].endpoint
    if model[caller].misc & ModelMisc.async != 0, roll(3) == 0 {
      // Somebody who has an asynchronous message for it, and may not give it away now.
      let senders = model.slots.filter { hasOpenEntry($0, for: mine) }
      let waiting = senders.filter { model[$0].rts & ModelRTS.receiving != 0 }
      let best = waiting.isEmpty || call == ModelCall.receive ? senders : waiting
      if !best.isEmpty { return model[pick(best)].endpoint }
    }
    switch roll(10) {
    case 0..<3:
      if call == ModelCall.receive,
        let sender = model[caller].callers.randomElement(using: &generator)
      {
        return model[sender].endpoint
      }
      let waiting = model.slots.filter {
        model[$0].rts & ModelRTS.receiving != 0
          && (model[$0].source == mine || model[$0].source == ModelEndpoint.any)
      }
      return waiting.isEmpty ? drawEndpoint() : model[pick(waiting)].endpoint
    case 3: return pick([0, 1, 8])
    case 4:
      let blocked = model.slots.filter { model.blockedOn($0) == mine }
      return blocked.isEmpty ? drawEndpoint() : model[pick(blocked)].endpoint
    default: return drawEndpoint()
    }
  }

  private func hasOpenEntry(_ slot: Int, for endpoint: Int32) -> Bool {
    let structure = model.structures[model[slot].structure]
    guard structure.owner == slot, structure.tableSize > 0 else { return false }
    return model[slot].table.prefix(structure.tableSize).contains {
      $0.destination == endpoint && $0.flags & 3 == ModelEntryFlags.valid
    }
  }

  /// Anybody, and now and then somebody who isn't there.
  private mutating func drawEndpoint() -> Int32 {
    switch roll(40) {
    case 0: Int32(roll(4)) - 4
    case 1, 2: pick(graveyard)
    case 3:
      pick([
        ModelEndpoint.any, ModelEndpoint.none, ModelEndpoint.itself, 23, -5, .min, 3, 36558 + 10,
      ])
    default: model[pick([0, 1, 8, 10] + Array(Self.nursery) + Array(Self.nursery))].endpoint
    }
  }

  private mutating func drawTable(of caller: Int) -> IPCModelStep {
    var table = model[caller].table
    if roll(2) == 0 { table = [] }
    // What is still open stays; the rest makes room.
    for index in table.indices where table[index].flags & ModelEntryFlags.done != 0 {
      table[index] = drawEntry(of: caller)
    }
    while table.count < 4, roll(3) != 0 { table.append(drawEntry(of: caller)) }
    let count = roll(40) == 0 ? 4161 : roll(20) == 0 ? 0 : table.count
    let address = roll(40) == 0 ? 0xEFFF_FFF0 : Self.tablePlace
    return .senda(caller: caller, count: count, table: table, address: address)
  }

  private mutating func drawEntry(of caller: Int) -> ModelEntry {
    let valid = ModelEntryFlags.valid
    let flags: UInt32 =
      switch roll(40) {
      case 0..<4: 0
      case 4..<18: valid | ModelEntryFlags.noReply
      case 18..<21: valid | ModelEntryFlags.notify
      case 21..<23: valid | ModelEntryFlags.done
      case 23: pick([ModelEntryFlags.done, 0x10 | valid, ModelEntryFlags.noReply, 0x8000_0001])
      default: valid
      }
    return ModelEntry(
      flags: flags, destination: drawPeer(of: caller, ModelCall.senda), result: Int32(roll(9)),
      message: nextMessage())
  }

  /// Neither VM, without which no fault is resolved, nor PM, which would be told of its own end.
  private mutating func drawFault(by slot: Int) -> IPCModelStep {
    slot == 0 || slot == 8 ? drawCall(by: slot) : .fault(slot)
  }

  private mutating func drawSignalCall(by slot: Int) -> IPCModelStep {
    // VFS may not make these calls, and users may make none.
    guard isService(slot), slot != 1 else { return drawCall(by: slot) }
    guard roll(3) != 0 else { return .fetchSignals(by: slot) }
    let pending = model.slots.filter { model[$0].rts & ModelRTS.sigPending != 0 }
    let endpoint = pending.isEmpty ? drawEndpoint() : model[pick(pending)].endpoint
    return .endSignals(endpoint, by: slot)
  }

  private mutating func drawStateControl(among best: [Int]) -> IPCModelStep {
    let slot = pick(best)
    return isService(slot) ? .clearReferences(slot) : drawCall(by: slot)
  }

  private func isService(_ slot: Int) -> Bool {
    model.structures[model[slot].structure].flags & ModelPrivilege.systemProcess != 0
  }

  // MARK: Events

  private mutating func drawFaulted() -> Int32 {
    let faulted = model.slots.filter { model[$0].rts & ModelRTS.pageFault != 0 }
    return faulted.isEmpty || roll(10) == 0 ? drawEndpoint() : model[pick(faulted)].endpoint
  }

  private mutating func drawKill() -> IPCModelStep {
    .kill(drawEndpoint(), signal: pick([1, 2, 9, 15, 17, 24, 26, 99, 6, 11]))
  }

  private mutating func drawLife() -> IPCModelStep {
    let slot = pick(Array(Self.nursery))
    if model[slot].rts == ModelRTS.slotFree { return drawBirth(in: slot) }
    if roll(8) == 0 { return .death(pick(graveyard)) }
    return .death(model[slot].endpoint)
  }

  /// Mostly of somebody who can.
  private mutating func drawFork(into slot: Int) -> IPCModelStep {
    let parents = model.slots.filter {
      $0 >= 10 && model[$0].rts & (ModelRTS.receiving | ModelRTS.sending) == ModelRTS.receiving
    }
    let isLikely = !parents.isEmpty && roll(8) != 0
    return .fork(isLikely ? model[pick(parents)].endpoint : drawEndpoint(), slot: slot)
  }

  /// Not of a kernel task, which has no registers.
  private mutating func drawExec() -> IPCModelStep { .exec(max(drawEndpoint(), 0)) }

  mutating func drawBirth(in slot: Int) -> IPCModelStep {
    .birth(
      slot: slot, isSystem: roll(4) != 0, priority: roll(6) > 1 ? 8 : 7 + roll(3),
      manager: roll(6) == 0 ? ModelEndpoint.itself : ModelEndpoint.pm)
  }

  /// Random masks for the users or for a service.
  private mutating func drawMasks() -> IPCModelStep {
    let structures = [
      ModelPrivilege.user, ModelPrivilege.user, model[pick(Array(Self.nursery))].structure,
    ]
    let traps: [UInt16] = [
      0xFFFF, 0xFFFF, 0x08, 0x3E, UInt16(truncatingIfNeeded: generator.next()),
    ]
    let ipcTo = UInt32(truncatingIfNeeded: generator.next() | generator.next())
    return .masks(
      structure: pick(structures), traps: pick(traps), ipcTo: pick([ipcTo, .max, 0xFFFF_FFF0]))
  }
}
