import I386
import MinixABI

/// What a receiver found in the tables of others.
enum AsyncFinding {
  case delivered
  case nothing
  /// A table that cannot be read now.
  case fault(MemoryFault)
}

extension Kernel {
  /// `try_async`: looks for a message in the table of one sender, or in everyone's by privilege id.
  ///
  /// Source: minix `kernel/proc.c`; ABI 3.11.
  func takeAsyncMessage(_ receiver: ProcessSlot, from source: Endpoint) -> AsyncFinding {
    if source != .any {
      guard let sender = processes.slot(of: source) else { return .nothing }
      var isPostponed = false
      return search(processes[sender].privilege, for: receiver, &isPostponed)
    }
    var isPostponed = false
    for id in PrivilegeTable.allIDs {
      let finding = search(id, for: receiver, &isPostponed)
      guard case .nothing = finding else { return finding }
    }
    if !isPostponed { processes[receiver].misc.remove(.asyncMessage) }
    return .nothing
  }

  /// `try_one`: delivers the first entry of a table that is for the receiver. A table in which
  /// nothing is left is forgotten.
  private func search(
    _ id: PrivilegeID, for receiver: ProcessSlot, _ isPostponed: inout Bool
  ) -> AsyncFinding {
    let (table, sender) = (privileges[id].asyncTable, privileges[id].owner)
    guard table.count > 0, sender != .none, privileges[id].flags.contains(.systemProcess),
      mayAsyncSend(sender, to: receiver)
    else { return .nothing }
    var isFinished = true
    for index in 0..<table.count {
      let entry: AsyncEntry
      switch asyncEntry(index, of: table, in: sender) {
      case .failure(let fault): return .fault(fault)
      case .success(let read): entry = read
      }
      if entry.flags.isEmpty { continue }
      guard entry.flags.isWellFormed else { return .nothing }
      if entry.flags.contains(.done) { continue }
      isFinished = false
      guard entry.destination == processes[receiver].endpoint else { continue }
      if entry.flags.contains(.noReply), processes[receiver].misc.contains(.replyPend) {
        isPostponed = true
        continue
      }
      if case .failure(let fault) = deliverAsync(entry, from: sender, to: receiver) {
        return .fault(fault)
      }
      return .delivered
    }
    if isFinished { privileges[id].asyncTable = AsyncTable() }
    return .nothing
  }

  /// A receiver blocks because a sender's table is not there: VM is asked, and the receive is made
  /// again when it has answered. What others send meanwhile arrives.
  ///
  /// - Returns: false where VM can't be asked: the table is passed over, as in MINIX.
  func suspendReceive(_ receiver: ProcessSlot, on fault: MemoryFault) -> Bool {
    guard mayHelp(fault), processes[receiver].endpoint != .vm else { return false }
    suspend(receiver, on: fault, kind: .receive)
    return true
  }

  /// VM has answered: whoever still waits looks again. A table that VM could not provide is
  /// forgotten, so that the search ends.
  func receiveAgain(_ receiver: ProcessSlot, _ answer: ResultCode) {
    if answer.rawValue < 0 || processes[receiver].request.isRefused,
      let sender = processes.slot(of: processes[receiver].request.target)
    {
      privileges[processes[sender].privilege].asyncTable = AsyncTable()
    }
    guard processes[receiver].rts.contains(.receiving),
      !processes[receiver].rts.contains(.sending)
    else { return }
    let result = receive(
      receiver, from: processes[receiver].getFrom, into: processes[receiver].deliverAddress)
    if !processes[receiver].rts.contains(.vmRequest) { processes[receiver].request.settle() }
    if processes[receiver].misc.contains(.deliverMessage) || result != .ok {
      processes.unset(.receiving, on: receiver)
    }
    setResult(result, of: receiver)
  }
}
