import MinixABI

/// Births, deaths, faults, and the kernel calls that touch what IPC does (8.4, 8.6).
extension IPCModel {
  // MARK: Birth and death

  /// A program in an empty slot: its endpoint is of the next generation, and a service has a
  /// privilege structure of its own (2.1, 2.3).
  mutating func bear(in slot: Int, isSystem: Bool, priority: Int) {
    var process = ModelProcess(endpoint: nextEndpoint(in: slot))
    process.priority = priority
    if isSystem, let id = (15..<32).first(where: { structures[$0].owner == nil }) {
      process.structure = id
      structures[id] = ModelStructure(
        owner: slot, flags: ModelPrivilege.service, trapMask: 0xFFFF)
      for other in 0..<32 {
        let isWanted = other != id && other != ModelPrivilege.user
        setMask(of: id, for: other, isWanted && structures[other].owner != nil)
      }
    }
    self[slot] = process
    clear(ModelRTS.slotFree, on: slot)
  }

  /// 2.1: generations begin at 1, and again at their end.
  private func nextEndpoint(in slot: Int) -> Int32 {
    let generation = (Int(self[slot].endpoint) + 1023) / 36558 + 1
    return Int32((generation == 58740 ? 1 : generation) * 36558 + slot)
  }

  /// 2.3: a bit that is set sets its mirror, unless the other side can only receive; a bit that is
  /// cleared, or refused, clears it.
  private mutating func setMask(of id: Int, for other: Int, _ mayReach: Bool) {
    if mayReach {
      structures[id].ipcTo |= 1 << UInt32(other)
      if structures[other].trapMask & ~(1 << UInt16(ModelCall.receive)) != 0 {
        structures[other].ipcTo |= 1 << UInt32(id)
      }
    } else {
      structures[id].ipcTo &= ~(1 << UInt32(other))
      structures[other].ipcTo &= ~(1 << UInt32(id))
    }
  }

  /// SYS_FORK of a process that waits for nothing but its reply: the child waits for it, too.
  ///
  /// - Returns: the child's endpoint, or nil for EINVAL.
  mutating func fork(_ endpoint: Int32, into slot: Int) -> Int32? {
    guard let parent = self.slot(of: endpoint), parent >= 0,
      self[parent].rts & ModelRTS.receiving != 0, self[parent].rts & ModelRTS.sending == 0,
      self[parent].misc & ModelMisc.deliver == 0, slot >= 0, self[slot].rts == ModelRTS.slotFree
    else { return nil }
    tally.forked += 1
    var child = self[parent]
    child.endpoint = nextEndpoint(in: slot)
    child.rts &= ~(ModelRTS.signaled | ModelRTS.sigPending | ModelRTS.pStop)
    if child.hasScheduler { child.rts |= ModelRTS.noQuantum }
    if child.structure != ModelPrivilege.user { child.rts |= ModelRTS.noPriv }
    child.structure = ModelPrivilege.user
    child.eax = 0
    (child.signals, child.callers, child.table) = (0, [], [])
    self[slot] = child
    return child.endpoint
  }

  /// SYS_CLEAR.
  mutating func clear(_ endpoint: Int32) -> Int32 {
    guard let slot = slot(of: endpoint) else { return ModelError.einval }
    if self[slot].rts & ModelRTS.sending != 0, let other = self.slot(of: self[slot].destination) {
      self[other].callers.removeAll { $0 == slot }
    }
    clearReferences(to: slot)
    let id = self[slot].structure
    if id != ModelPrivilege.user {
      for other in 0..<32 { setMask(of: id, for: other, false) }
      structures[id] = ModelStructure()
    }
    if self[slot].rts == 0 { unready(slot) }
    self[slot] = ModelProcess(endpoint: endpoint)
    return 0
  }

  /// SYS_STATECTL, SYS_STATE_CLEAR_IPC_REFS, and what a death does (3.12).
  mutating func clearReferences(to slot: Int) {
    let endpoint = self[slot].endpoint
    for waiter in slots where waiter != slot && blockedOn(waiter) == endpoint {
      tally.released += 1
      // For whom the kernel sent, that was no call: his registers are as the fault left them (5.3).
      if self[waiter].misc & ModelMisc.fromKernel == 0 {
        self[waiter].eax = UInt32(bitPattern: ModelError.edeadsrcdst)
      }
      if self[waiter].rts & ModelRTS.sending != 0 { endSending(waiter, to: slot) }
      clear(ModelRTS.receiving, on: waiter)
    }
    // The users' bit is everybody's, and stays.
    let id = self[slot].structure
    guard id != ModelPrivilege.user else { return }
    for other in 0..<32 { structures[other].notifications &= ~(1 << UInt32(id)) }
  }

  // MARK: Page faults

  /// 5.3, the new delivery; with 13.5.
  mutating func pageFault(_ slot: Int, at address: UInt32, errorCode: UInt32) {
    var message = Message()
    message[int: 4] = 0xCFF
    message[word: 8] = address
    message[word: 12] = errorCode
    set(ModelRTS.pageFault, on: slot)
    let sent = send(slot, to: ModelEndpoint.vm, message, fromKernel: true)
    guard sent != 0 else { return }
    tally.locked += 1
    clear(ModelRTS.pageFault, on: slot)
    raise(ModelSignal.segmentation, on: slot)
  }

  /// VMCTL_CLEAR_PAGEFAULT; with 13.3.
  mutating func clearPageFault(_ endpoint: Int32) -> Int32 {
    guard let slot = slot(of: endpoint), self[slot].rts & ModelRTS.pageFault != 0 else {
      return ModelError.einval
    }
    clear(ModelRTS.pageFault, on: slot)
    return 0
  }

  // MARK: Signals

  /// Raising a signal (8.6; a service that manages itself and dies is PM's, 13.19).
  mutating func raise(_ signal: Int, on slot: Int) {
    let id = self[slot].structure
    if ModelSignal.lethal.contains(signal), manager(of: slot) == self[slot].endpoint {
      structures[id].manager = ModelEndpoint.pm
    }
    let manager = manager(of: slot)
    if manager == self[slot].endpoint {
      structures[id].signals |= 1 << UInt32(signal)
      return signalSystem(ModelSignal.forManager, to: manager)
    }
    if self[slot].signals & 1 << UInt32(signal) != 0 { return }
    self[slot].signals |= 1 << UInt32(signal)
    if self[slot].rts & ModelRTS.signaled != 0 { return }
    tally.signals += 1
    set(ModelRTS.signaled | ModelRTS.sigPending, on: slot)
    signalSystem(ModelSignal.ofProcess, to: manager)
  }

  func manager(of slot: Int) -> Int32 {
    let manager = structures[self[slot].structure].manager
    return manager == ModelEndpoint.itself ? self[slot].endpoint : manager
  }

  private mutating func signalSystem(_ signal: Int, to endpoint: Int32) {
    guard let slot = slot(of: endpoint) else { return }
    structures[self[slot].structure].signals |= 1 << UInt32(signal)
    _ = notify(ModelSlot.system, to: endpoint)
  }

  /// SYS_KILL.
  mutating func kill(_ endpoint: Int32, _ signal: Int) -> Int32 {
    guard let slot = slot(of: endpoint), signal < 26 else { return ModelError.einval }
    if slot < 0 { return ModelError.eperm }
    // Of the boot image, VM and who manages himself can't be told that they are to die: 13.19.
    let isOfBootImage = self[slot].endpoint == slot
    if ModelSignal.lethal.contains(signal), isOfBootImage,
      endpoint == ModelEndpoint.vm || manager(of: slot) == endpoint
    {
      return ModelError.einval
    }
    raise(signal, on: slot)
    return 0
  }

  /// SYS_GETKSIG: the process and its signals, or NONE.
  mutating func fetchSignals(by manager: Int) -> (Int32, UInt32)? {
    let endpoint = self[manager].endpoint
    guard
      let slot = slots.first(where: {
        self[$0].rts & ModelRTS.signaled != 0 && self.manager(of: $0) == endpoint
      })
    else { return nil }
    let signals = self[slot].signals
    self[slot].signals = 0
    clear(ModelRTS.signaled, on: slot)
    return (self[slot].endpoint, signals)
  }

  /// SYS_ENDKSIG.
  mutating func endSignals(_ endpoint: Int32, by manager: Int) -> Int32 {
    guard let slot = slot(of: endpoint) else { return ModelError.einval }
    if self.manager(of: slot) != self[manager].endpoint { return ModelError.eperm }
    if self[slot].rts & ModelRTS.sigPending == 0 { return ModelError.einval }
    if self[slot].rts & ModelRTS.signaled == 0 { clear(ModelRTS.sigPending, on: slot) }
    return 0
  }

  // MARK: Control

  /// SYS_RUNCTL.
  mutating func control(_ endpoint: Int32, stops: Bool, delays: Bool) -> Int32 {
    guard let slot = slot(of: endpoint) else { return ModelError.einval }
    if slot < 0 { return ModelError.eperm }
    guard stops else {
      clear(ModelRTS.procStop, on: slot)
      return 0
    }
    if delays {
      if self[slot].rts & ModelRTS.sending != 0 { self[slot].misc |= ModelMisc.sigDelay }
      if self[slot].misc & ModelMisc.sigDelay != 0 { return ModelError.ebusy }
    }
    set(ModelRTS.procStop, on: slot)
    return 0
  }

  /// T_STOP and T_RESUME of SYS_TRACE.
  mutating func trace(_ endpoint: Int32, stops: Bool) -> Int32 {
    guard let slot = slot(of: endpoint) else { return ModelError.einval }
    if slot < 0 { return ModelError.eperm }
    if stops { set(ModelRTS.pStop, on: slot) } else { clear(ModelRTS.pStop, on: slot) }
    return 0
  }

  /// ALLOW and DISALLOW of SYS_PRIVCTL (8.5).
  mutating func privilege(_ endpoint: Int32, allows: Bool) -> Int32 {
    // SELF is VM, in whose name the calls are made.
    let whom = endpoint == ModelEndpoint.itself ? ModelEndpoint.vm : endpoint
    guard let slot = slot(of: whom) else { return ModelError.einval }
    let isDenied = self[slot].rts & ModelRTS.noPriv != 0
    if slot < 0 || isDenied != allows { return ModelError.eperm }
    if allows { clear(ModelRTS.noPriv, on: slot) } else { set(ModelRTS.noPriv, on: slot) }
    return 0
  }

  /// SYS_EXEC: what was on its way to the former program is lost.
  mutating func exec(_ endpoint: Int32) -> Int32 {
    guard let slot = slot(of: endpoint), slot >= 0 else { return ModelError.einval }
    self[slot].misc &= ~ModelMisc.deliver
    clear(ModelRTS.receiving, on: slot)
    return 0
  }

  /// SYS_SCHEDCTL, and SYS_SCHEDULE by the new scheduler.
  mutating func schedule(_ endpoint: Int32, priority: Int) -> Int32 {
    guard let slot = slot(of: endpoint), priority >= 0, priority < 16 else {
      return ModelError.einval
    }
    self[slot].hasScheduler = true
    if self[slot].rts == 0 { unready(slot) }
    self[slot].priority = priority
    if self[slot].rts == 0 { ready[priority].append(slot) }
    clear(ModelRTS.noQuantum, on: slot)
    return 0
  }
}
