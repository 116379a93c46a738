import I386
import Machine
import MinixABI

extension Kernel {
  /// `mini_senda`: sends what can be sent of a table, and remembers the table if something is left;
  /// receivers look there when they next receive.
  ///
  /// A call that had to wait for memory is made again from the start: what is marked done stays so.
  ///
  /// Source: minix `kernel/proc.c`, `mini_senda`; ABI 3.11.
  func sendAsynchronously(
    _ caller: ProcessSlot, table start: LinearAddress, count: UInt32
  ) -> IPCOutcome {
    let id = processes[caller].privilege
    privileges[id].asyncTable = AsyncTable()
    guard count > 0 else { return .result(.ok) }
    let byteCount = count * AsyncMessageLayout.byteCount
    guard AddressSpaceLayout.isUserRange(start.rawValue, byteCount: byteCount) else {
      return .result(.efault)
    }
    let table = AsyncTable(start: start, count: count)
    var isFinished = true
    for index in 0..<count {
      switch sendEntry(index, of: table, by: caller) {
      case .success(.done): continue
      case .success(.postponed): isFinished = false
      case .success(.malformed): return .result(.einval)
      case .failure(let fault):
        return suspendTrap(of: caller, on: fault) ? .suspended : .result(.efault)
      }
    }
    if !isFinished { privileges[id].asyncTable = table }
    return .result(.ok)
  }

  private enum EntryOutcome {
    case done
    case postponed
    case malformed
  }

  private func sendEntry(
    _ index: UInt32, of table: AsyncTable, by caller: ProcessSlot
  ) -> Result<EntryOutcome, MemoryFault> {
    asyncEntry(index, of: table, in: caller).flatMap { entry in
      if entry.flags.isEmpty { return .success(.done) }
      guard entry.flags.isWellFormed else { return .success(.malformed) }
      if entry.flags.contains(.done) { return .success(.done) }
      switch asyncReceiver(entry, from: caller) {
      case .failure(let refusal):
        return finish(entry, of: caller, refusal.code).map { .done }
      case .success(let receiver):
        let waits = processes[receiver].misc.contains(.replyPend) && entry.flags.contains(.noReply)
        guard willReceive(receiver, from: processes[caller].endpoint), !waits else {
          processes[receiver].misc.insert(.asyncMessage)
          return .success(.postponed)
        }
        return deliverAsync(entry, from: caller, to: receiver).map { .done }
      }
    }
  }

  private struct Refusal: Error {
    var code: ResultCode
  }

  /// Whom an entry is for, or what becomes its result.
  private func asyncReceiver(
    _ entry: AsyncEntry, from caller: ProcessSlot
  ) -> Result<ProcessSlot, Refusal> {
    guard let receiver = processes.slot(of: entry.destination) else {
      return .failure(Refusal(code: .edeadsrcdst))
    }
    guard !receiver.isKernelTask, mayAsyncSend(caller, to: receiver) else {
      return .failure(Refusal(code: .ecalldenied))
    }
    guard !processes[receiver].rts.contains(.noEndpoint) else {
      return .failure(Refusal(code: .edeadsrcdst))
    }
    return .success(receiver)
  }

  func mayAsyncSend(_ sender: ProcessSlot, to receiver: ProcessSlot) -> Bool {
    privileges[processes[sender].privilege].ipcTo & processes[receiver].privilege.bit != 0
  }

  /// Delivers an entry's message to a process that waits or is just receiving, and marks it done.
  func deliverAsync(
    _ entry: AsyncEntry, from sender: ProcessSlot, to receiver: ProcessSlot
  ) -> Result<Void, MemoryFault> {
    asyncMessage(of: entry, in: sender).flatMap { message in
      deliver(message, from: sender, to: receiver, status: IPCStatus(call: .senda))
      processes.unset(.receiving, on: receiver)
      return finish(entry, of: sender, .ok)
    }
  }
}
