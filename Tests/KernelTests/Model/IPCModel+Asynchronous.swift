import MinixABI

/// Asynchronous messages (3.11).
extension IPCModel {
  /// SENDA.
  mutating func senda(_ caller: Int, count: Int, isReadable: Bool) -> Int32 {
    let id = self[caller].structure
    structures[id].tableSize = 0
    if count == 0 { return 0 }
    guard isReadable else { return ModelError.efault }
    var isFinished = true
    for index in 0..<count {
      let entry = self[caller].table[index]
      if entry.flags == 0 { continue }
      if isMalformed(entry) { return ModelError.einval }
      if entry.flags & ModelEntryFlags.done != 0 { continue }
      if !sendEntry(index, of: caller) { isFinished = false }
    }
    if !isFinished { structures[id].tableSize = count }
    return 0
  }

  /// - Returns: whether the kernel has done with the entry.
  private mutating func sendEntry(_ index: Int, of caller: Int) -> Bool {
    let entry = self[caller].table[index]
    guard let receiver = slot(of: entry.destination) else {
      finish(index, of: caller, ModelError.edeadsrcdst)
      return true
    }
    guard receiver >= 0, mayReach(receiver, from: caller) else {
      finish(index, of: caller, ModelError.ecalldenied)
      return true
    }
    let process = self[receiver]
    let isWaiting =
      process.rts & ModelRTS.receiving != 0 && process.rts & ModelRTS.sending == 0
      && (process.source == ModelEndpoint.any || process.source == self[caller].endpoint)
    guard isWaiting, !isRefused(entry, by: receiver) else {
      self[receiver].misc |= ModelMisc.async
      return false
    }
    deliverEntry(index, from: caller, to: receiver)
    clear(ModelRTS.receiving, on: receiver)
    return true
  }

  private func isMalformed(_ entry: ModelEntry) -> Bool {
    entry.flags & ~0xF != 0 || entry.flags & ModelEntryFlags.valid == 0
  }

  /// AMF_NOREPLY does not satisfy a SENDREC.
  private func isRefused(_ entry: ModelEntry, by receiver: Int) -> Bool {
    entry.flags & ModelEntryFlags.noReply != 0 && self[receiver].misc & ModelMisc.replyPend != 0
  }

  private mutating func finish(_ index: Int, of sender: Int, _ result: Int32) {
    self[sender].table[index].result = result
    self[sender].table[index].flags |= ModelEntryFlags.done
  }

  private mutating func deliverEntry(_ index: Int, from sender: Int, to receiver: Int) {
    let message = self[sender].table[index].message
    self[receiver].incoming = message
    self[receiver].incoming[int: 0] = self[sender].endpoint
    self[receiver].misc |= ModelMisc.deliver
    if self[receiver].misc & ModelMisc.replyPend == 0 { self[receiver].ebx |= ModelCall.senda }
    finish(index, of: sender, 0)
    tally.delivered += 1
    tally.asynchronous += 1
  }

  /// RECEIVE, step 5.
  mutating func takeAsynchronous(_ receiver: Int, _ source: Int32) -> Bool {
    if source != ModelEndpoint.any {
      guard let sender = slot(of: source) else { return false }
      return takeEntry(of: self[sender].structure, receiver) == .delivered
    }
    var wasRefused = false
    for id in 0..<32 {
      switch takeEntry(of: id, receiver) {
      case .delivered: return true
      case .refused: wasRefused = true
      case .nothing: break
      }
    }
    if !wasRefused { self[receiver].misc &= ~ModelMisc.async }
    return false
  }

  private enum Search {
    case delivered
    case refused
    case nothing
  }

  /// Delivers a table's first entry for a receiver; forgets a table in which nothing is left.
  private mutating func takeEntry(of id: Int, _ receiver: Int) -> Search {
    let structure = structures[id]
    guard id != ModelPrivilege.user, structure.tableSize > 0, let sender = structure.owner,
      mayReach(receiver, from: sender)
    else { return .nothing }
    // A sender may have written what SENDA refuses: nothing behind it is looked at.
    let entries = self[sender].table.prefix(structure.tableSize)
    let end = entries.firstIndex { $0.flags != 0 && isMalformed($0) }
    let open = entries.indices.prefix(upTo: end ?? entries.count).filter {
      entries[$0].flags != 0 && entries[$0].flags & ModelEntryFlags.done == 0
    }
    if open.isEmpty, end == nil { structures[id].tableSize = 0 }
    let mine = open.filter { entries[$0].destination == self[receiver].endpoint }
    if let first = mine.first(where: { !isRefused(entries[$0], by: receiver) }) {
      deliverEntry(first, from: sender, to: receiver)
      return .delivered
    }
    return mine.isEmpty ? .nothing : .refused
  }
}
