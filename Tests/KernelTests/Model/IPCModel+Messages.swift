import MinixABI

/// The IPC trap (3.4–3.11).
extension IPCModel {
  /// An IPC trap of a process that runs.
  ///
  /// - Parameters:
  ///   - peer: EAX, the peer's endpoint; for SENDA the number of entries.
  ///   - buffer: EBX.
  ///   - message: what stands there; nil where nothing can.
  mutating func trap(
    by caller: Int, call: UInt32, peer: UInt32, buffer: UInt32, message: Message?
  ) {
    self[caller].ebx = buffer
    let result = perform(by: caller, call, peer, buffer, message)
    self[caller].eax = UInt32(bitPattern: result)
    if result == ModelError.elocked { tally.locked += 1 }
  }

  private mutating func perform(
    by caller: Int, _ call: UInt32, _ eax: UInt32, _ buffer: UInt32, _ message: Message?
  ) -> Int32 {
    if call == ModelCall.receive { self[caller].ebx = 0 }
    let peer = Int32(bitPattern: eax)
    if let refusal = refusal(of: call, by: caller, eax, peer) { return refusal }
    switch call {
    case ModelCall.send: return send(caller, to: peer, message)
    case ModelCall.sendnb: return send(caller, to: peer, message, blocks: false)
    case ModelCall.notify: return notify(caller, to: peer)
    case ModelCall.senda: return senda(caller, count: Int(eax), isReadable: message != nil)
    case ModelCall.receive:
      self[caller].misc &= ~ModelMisc.replyPend
      return receive(caller, from: peer, buffer, isReachable: message != nil)
    default:
      self[caller].misc |= ModelMisc.replyPend
      let sent = send(caller, to: peer, message)
      return sent == 0 ? receive(caller, from: peer, buffer, isReachable: true) : sent
    }
  }

  /// 3.4, row by row.
  private func refusal(
    of call: UInt32, by caller: Int, _ eax: UInt32, _ peer: Int32
  ) -> Int32? {
    let mine = structures[self[caller].structure]
    guard ModelCall.all.contains(call) else { return ModelError.ebadcall }
    if call == ModelCall.senda {
      if eax > 4160 { return ModelError.edom }
      return mine.flags & ModelPrivilege.systemProcess == 0 ? ModelError.eperm : nil
    }
    if peer == ModelEndpoint.any, call != ModelCall.receive { return ModelError.einval }
    if peer != ModelEndpoint.any {
      guard let other = slot(of: peer) else { return ModelError.edeadsrcdst }
      if call != ModelCall.receive, !mayReach(other, from: caller) {
        return ModelError.ecalldenied
      }
    }
    if mine.trapMask & 1 << UInt16(call) == 0 { return ModelError.etrapdenied }
    if call != ModelCall.sendrec, call != ModelCall.receive, peer < 0 {
      return ModelError.etrapdenied
    }
    return nil
  }

  func mayReach(_ other: Int, from caller: Int) -> Bool {
    structures[self[caller].structure].ipcTo & 1 << UInt32(self[other].structure) != 0
  }

  /// 3.5.
  private func willReceive(_ receiver: Int, from sender: Int) -> Bool {
    let process = self[receiver]
    return process.rts & ModelRTS.receiving != 0 && process.rts & ModelRTS.sending == 0
      && accepts(process.source, sender)
  }

  private func accepts(_ source: Int32, _ sender: Int) -> Bool {
    source == ModelEndpoint.any || source == self[sender].endpoint
  }

  private mutating func deliver(
    _ message: Message, from sender: Int, to receiver: Int, status: UInt32
  ) {
    tally.delivered += 1
    self[receiver].incoming = message
    self[receiver].incoming[int: 0] = self[sender].endpoint
    self[receiver].misc |= ModelMisc.deliver
    if self[receiver].misc & ModelMisc.replyPend == 0 { self[receiver].ebx |= status }
  }

  // MARK: SEND, RECEIVE

  /// 3.6.
  mutating func send(
    _ caller: Int, to peer: Int32, _ message: Message?, blocks: Bool = true,
    fromKernel: Bool = false
  ) -> Int32 {
    guard let receiver = slot(of: peer) else { return ModelError.edeadsrcdst }
    if willReceive(receiver, from: caller) {
      guard let message else { return ModelError.efault }
      let call = sentBy(caller, blocks: blocks) | (fromKernel ? ModelCall.fromKernel : 0)
      deliver(message, from: caller, to: receiver, status: call)
      clear(ModelRTS.receiving, on: receiver)
      return 0
    }
    guard blocks else { return ModelError.enotready }
    if isLocked(caller, peer, sends: true) { return ModelError.elocked }
    guard let message else { return ModelError.efault }
    self[caller].outgoing = message
    self[caller].destination = peer
    if fromKernel { self[caller].misc |= ModelMisc.fromKernel }
    set(ModelRTS.sending, on: caller)
    self[receiver].callers.append(caller)
    if fromKernel { tally.faultsQueued += 1 } else { tally.queued += 1 }
    return 0
  }

  private func sentBy(_ sender: Int, blocks: Bool = true) -> UInt32 {
    if self[sender].misc & ModelMisc.replyPend != 0 { return ModelCall.sendrec }
    return blocks ? ModelCall.send : ModelCall.sendnb
  }

  /// 3.7.
  private mutating func receive(
    _ caller: Int, from source: Int32, _ buffer: UInt32, isReachable: Bool
  ) -> Int32 {
    guard isReachable else { return ModelError.efault }
    self[caller].buffer = buffer
    if self[caller].rts & ModelRTS.sending == 0 {
      if self[caller].misc & ModelMisc.replyPend == 0, takeNotification(caller, source) { return 0 }
      if self[caller].misc & ModelMisc.async != 0, takeAsynchronous(caller, source) { return 0 }
      if takeQueued(caller, source) { return 0 }
    }
    if isLocked(caller, source, sends: false) { return ModelError.elocked }
    self[caller].source = source
    set(ModelRTS.receiving, on: caller)
    return 0
  }

  private mutating func takeQueued(_ caller: Int, _ source: Int32) -> Bool {
    guard let sender = self[caller].callers.first(where: { accepts(source, $0) }) else {
      return false
    }
    let fromKernel = self[sender].misc & ModelMisc.fromKernel != 0
    deliver(
      self[sender].outgoing, from: sender, to: caller,
      status: sentBy(sender) | (fromKernel ? ModelCall.fromKernel : 0))
    endSending(sender, to: caller)
    return true
  }

  /// A sender leaves the queue in which it waits: it was heard, or nobody is there any more.
  mutating func endSending(_ sender: Int, to receiver: Int) {
    self[receiver].callers.removeAll { $0 == sender }
    self[sender].misc &= ~ModelMisc.fromKernel
    clear(ModelRTS.sending, on: sender)
    if self[sender].misc & ModelMisc.sigDelay != 0 {
      self[sender].misc &= ~ModelMisc.sigDelay
      tally.delayed += 1
      raise(ModelSignal.sendDelay, on: sender)
    }
  }

  // MARK: Notifications

  /// 3.9.
  mutating func notify(_ caller: Int, to peer: Int32) -> Int32 {
    guard let receiver = slot(of: peer) else { return ModelError.edeadsrcdst }
    if willReceive(receiver, from: caller), self[receiver].misc & ModelMisc.replyPend == 0 {
      deliverNotification(from: caller, to: receiver)
      clear(ModelRTS.receiving, on: receiver)
    } else {
      structures[self[receiver].structure].notifications |= 1 << UInt32(self[caller].structure)
    }
    return 0
  }

  /// 3.7 step 4, with all bits looked at (13.10).
  private mutating func takeNotification(_ caller: Int, _ source: Int32) -> Bool {
    let mine = self[caller].structure
    for id in 0..<32 where structures[mine].notifications & 1 << UInt32(id) != 0 {
      guard let sender = structures[id].owner, accepts(source, sender) else { continue }
      structures[mine].notifications &= ~(1 << UInt32(id))
      deliverNotification(from: sender, to: caller)
      return true
    }
    return false
  }

  private mutating func deliverNotification(from sender: Int, to receiver: Int) {
    var message = Message()
    message[int: 4] = Int32(0x1000 | (sender + 4))
    if sender == ModelSlot.system {
      message[word: 20] = structures[self[receiver].structure].signals
      structures[self[receiver].structure].signals = 0
    }
    message[word: 24] = uptime
    tally.notified += 1
    deliver(message, from: sender, to: receiver, status: ModelCall.notify)
  }

  // MARK: Deadlock

  /// 3.10.
  private func isLocked(_ caller: Int, _ peer: Int32, sends: Bool) -> Bool {
    var (next, size) = (peer, 1)
    // A ring that does not include the caller is none of its business.
    while next != ModelEndpoint.any, size <= processes.count, let slot = slot(of: next) {
      size += 1
      guard let blockedOn = blockedOn(slot) else { return false }
      next = blockedOn
      guard next == self[caller].endpoint else { continue }
      guard size == 2 else { return true }
      let peerSends = self[slot].rts & ModelRTS.sending != 0
      // One sends and the other receives: that is a conversation.
      return sends == peerSends
    }
    return false
  }

  func blockedOn(_ slot: Int) -> Int32? {
    if self[slot].rts & ModelRTS.sending != 0 { return self[slot].destination }
    if self[slot].rts & ModelRTS.receiving != 0 { return self[slot].source }
    return nil
  }
}
