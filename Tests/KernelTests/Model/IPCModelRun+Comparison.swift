import I386
import Machine
import MinixABI

@testable import Kernel

/// The kernel against the model, and against itself, after every step. Nothing is put into words
/// before there is a difference.
extension IPCModelRun {
  mutating func compare(_ step: IPCModelStep) throws {
    if let failure = bench.kernel.failure { throw Mismatch(what: "\(failure)") }
    let current = Int(bench.kernel.current.rawValue)
    if current != model.current { throw differs("who runs", current, model.current) }
    var senders = 0
    var runnable = 0
    for slot in model.slots {
      let process = bench.kernel.processes[ProcessSlot(rawValue: Int32(slot))]
      try compare(process, slot)
      if process.rts.rawValue == ModelRTS.slotFree { continue }
      if process.rts.rawValue & ModelRTS.sending != 0 { senders += 1 }
      if process.rts.rawValue == 0 { runnable += 1 }
    }
    try compareCallers(count: senders)
    try compareReadyQueues(count: runnable)
    try compareStructures()
    try compareTables(of: step)
    if let problem = ledger.observe(bench.kernel.processes, slots: model.slots, step) {
      throw Mismatch(what: problem)
    }
  }

  func differs(_ what: String, _ kernel: Message, _ model: Message) -> Mismatch {
    differs(what, Self.words(of: kernel), Self.words(of: model))
  }

  static func words(of message: Message) -> String {
    (0..<9).map { hexadecimal(message.words[$0]) }.joined(separator: " ")
  }

  func differs<Value>(_ what: String, _ kernel: Value, _ model: Value) -> Mismatch {
    Mismatch(what: "\(what): the kernel has \(kernel), the model \(model)")
  }

  private func compare(_ process: Process, _ slot: Int) throws {
    let expected = model[slot]
    if process.rts.rawValue != expected.rts {
      throw differs("RTS of slot \(slot)", process.rts, RTSFlags(rawValue: expected.rts))
    }
    if process.endpoint.rawValue != expected.endpoint {
      throw differs("endpoint of slot \(slot)", process.endpoint.rawValue, expected.endpoint)
    }
    if expected.rts == ModelRTS.slotFree { return }
    if process.misc.rawValue & ModelMisc.known != expected.misc {
      throw differs("misc of slot \(slot)", process.misc, MiscFlags(rawValue: expected.misc))
    }
    if process.frame.eax != expected.eax {
      throw differs("EAX of slot \(slot)", process.frame.eax, expected.eax)
    }
    if process.frame.ebx != expected.ebx {
      throw differs("EBX of slot \(slot)", process.frame.ebx, expected.ebx)
    }
    if Int(process.priority) != expected.priority {
      throw differs("priority of slot \(slot)", Int(process.priority), expected.priority)
    }
    if process.pendingSignals != expected.signals {
      throw differs("signals of slot \(slot)", process.pendingSignals, expected.signals)
    }
    if Int(process.privilege.rawValue) != expected.structure {
      throw differs(
        "structure of slot \(slot)", Int(process.privilege.rawValue), expected.structure)
    }
    try compareMessages(process, expected, slot)
  }

  private func compareMessages(
    _ process: Process, _ expected: ModelProcess, _ slot: Int
  ) throws {
    if expected.rts & ModelRTS.receiving != 0, process.getFrom.rawValue != expected.source {
      throw differs("source of slot \(slot)", process.getFrom.rawValue, expected.source)
    }
    if expected.rts & ModelRTS.sending != 0 {
      if process.sendTo.rawValue != expected.destination {
        throw differs("destination of slot \(slot)", process.sendTo.rawValue, expected.destination)
      }
      // m_source is filled in when the message is taken.
      for index in 1..<9 where process.sendMessage.words[index] != expected.outgoing.words[index] {
        throw differs(
          "what slot \(slot) sends", process.sendMessage, expected.outgoing)
      }
    }
    if expected.misc & ModelMisc.deliver != 0 {
      if process.deliverMessage != expected.incoming {
        throw differs(
          "what slot \(slot) gets", process.deliverMessage, expected.incoming)
      }
      if process.deliverAddress.rawValue != expected.buffer {
        throw differs("buffer of slot \(slot)", process.deliverAddress.rawValue, expected.buffer)
      }
    }
  }

  // MARK: Queues

  /// Each destination's queue is the model's, and each sender is in it: in the one of the process
  /// that it names, once.
  private func compareCallers(count: Int) throws {
    var left = count
    for slot in model.slots {
      let receiver = bench.kernel.processes[ProcessSlot(rawValue: Int32(slot))]
      if receiver.rts.rawValue == ModelRTS.slotFree { continue }
      let expected = model[slot].callers
      var caller = receiver.callerQueueHead
      var (index, last) = (0, ProcessSlot.none)
      while caller != .none, left >= 0 {
        guard index < expected.count, expected[index] == Int(caller.rawValue) else {
          throw Mismatch(
            what: "queue of slot \(slot): \(caller.rawValue) is at \(index), not \(expected)")
        }
        let sender = bench.kernel.processes[caller]
        guard sender.rts.contains(.sending), sender.sendTo == receiver.endpoint else {
          throw Mismatch(
            what: "\(caller.rawValue) is in the queue of slot \(slot), to which it doesn't send")
        }
        (index, left, last) = (index + 1, left - 1, caller)
        caller = sender.queueLink
      }
      if index != expected.count { throw differs("queue of slot \(slot)", index, expected.count) }
      if index > 0, receiver.callerQueueTail != last {
        throw differs("tail of slot \(slot)", receiver.callerQueueTail, last)
      }
    }
    if left != 0 { throw Mismatch(what: "\(left) senders are in no queue") }
  }

  /// The ready queues are the model's, and each process that can run is in the one of its priority.
  private func compareReadyQueues(count: Int) throws {
    let kernel = bench.kernel
    var left = count
    for queue in 0..<16 {
      let expected = model.ready[queue]
      var slot = kernel.processes.queues.head(queue)
      var (index, last) = (0, ProcessSlot.none)
      while slot != .none, left >= 0 {
        guard index < expected.count, expected[index] == Int(slot.rawValue) else {
          throw Mismatch(
            what: "ready queue \(queue): \(slot.rawValue) is at \(index), not \(expected)")
        }
        guard kernel.processes[slot].rts.isEmpty, Int(kernel.processes[slot].priority) == queue
        else {
          throw Mismatch(what: "\(slot.rawValue) is in ready queue \(queue) by mistake")
        }
        (index, left, last) = (index + 1, left - 1, slot)
        slot = kernel.processes[slot].nextReady
      }
      if index != expected.count { throw differs("ready queue \(queue)", index, expected.count) }
      if index > 0, kernel.processes.queues.tail(queue) != last {
        throw differs("tail of ready queue \(queue)", kernel.processes.queues.tail(queue), last)
      }
    }
    if left != 0 { throw Mismatch(what: "\(left) who can run are in no ready queue") }
  }

  // MARK: Privilege structures and SENDA tables

  private func compareStructures() throws {
    for id in 0..<32 {
      let kernel = bench.kernel.privileges[PrivilegeID(rawValue: Int8(id))]
      let expected = model.structures[id]
      let owner: Int? = kernel.owner == .none ? nil : Int(kernel.owner.rawValue)
      if owner != expected.owner {
        throw differs("owner of structure \(id)", owner, expected.owner)
      }
      if owner == nil { continue }
      if kernel.pendingNotifications != expected.notifications {
        throw differs(
          "notifications of structure \(id)", kernel.pendingNotifications, expected.notifications)
      }
      if kernel.pendingSignals != expected.signals {
        throw differs("signals of structure \(id)", kernel.pendingSignals, expected.signals)
      }
      if Int(kernel.asyncTable.count) != expected.tableSize {
        throw differs(
          "SENDA table of structure \(id)", Int(kernel.asyncTable.count), expected.tableSize)
      }
      if kernel.ipcTo != expected.ipcTo {
        throw differs("ipc_to of structure \(id)", kernel.ipcTo, expected.ipcTo)
      }
      if kernel.signalManager.rawValue != expected.manager {
        throw differs(
          "manager of structure \(id)", kernel.signalManager.rawValue, expected.manager)
      }
    }
  }

  /// What the kernel has written into the senders' tables: into the one that was registered just now,
  /// and into those that wait.
  private func compareTables(of step: IPCModelStep) throws {
    if case .senda(let caller, _, _, _) = step { try compareTable(of: caller) }
    for id in 15..<32 where model.structures[id].tableSize > 0 {
      if let owner = model.structures[id].owner { try compareTable(of: owner) }
    }
    // A table in which nothing is left is no longer registered; now and then all are looked at.
    guard stepCount % 16 == 0 else { return }
    for slot in model.slots where !model[slot].table.isEmpty { try compareTable(of: slot) }
  }

  private func compareTable(of slot: Int) throws {
    let memory = bench.tables.memory
    for (index, entry) in model[slot].table.enumerated() {
      guard let place = place(slot, Self.tablePlace + UInt32(index) * 48) else { continue }
      if memory.loadWord(at: place) != entry.flags {
        throw differs(
          "flags of entry \(index) of slot \(slot)", memory.loadWord(at: place), entry.flags)
      }
      if memory.loadWord(at: place + 8) != UInt32(bitPattern: entry.result) {
        throw differs(
          "result of entry \(index) of slot \(slot)", memory.loadWord(at: place + 8),
          UInt32(bitPattern: entry.result))
      }
    }
  }
}

extension IPCModel {
  /// The system as it stands after its boot: who is there, and what they may do.
  init(bootedAs kernel: Kernel) {
    processes = kernel.processes.allSlots.map { slot in
      let process = kernel.processes[slot]
      var copy = ModelProcess(endpoint: process.endpoint.rawValue)
      copy.rts = process.rts.rawValue
      copy.structure = Int(process.privilege.rawValue)
      copy.priority = Int(process.priority)
      return copy
    }
    structures = PrivilegeTable.allIDs.map { id in
      let structure = kernel.privileges[id]
      return ModelStructure(
        owner: structure.owner == .none ? nil : Int(structure.owner.rawValue),
        flags: structure.flags.rawValue, trapMask: structure.trapMask.rawValue,
        ipcTo: structure.ipcTo, manager: structure.signalManager.rawValue)
    }
    for slot in slots where self[slot].rts == 0 { ready[self[slot].priority].append(slot) }
    current = Int(kernel.current.rawValue)
  }
}
