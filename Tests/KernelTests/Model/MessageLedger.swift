import Machine
import MinixABI

@testable import Kernel

/// What has become of each message, read off the kernel alone: none arrives twice, and none that
/// waits to be taken vanishes unless its sender hears of it or dies.
struct MessageLedger {
  /// By serial number, whether it has arrived.
  private var hasArrived: [Bool] = []
  /// By slot, what arrived last and what waits to be taken, by serial number; 0 for nothing.
  private var arrived = Array(repeating: UInt32(0), count: 64)
  private var waiting = Array(repeating: UInt32(0), count: 64)
  private var senders = Array(repeating: Int32(0), count: 64)

  /// - Returns: what is wrong, if anything is.
  mutating func observe(
    _ processes: borrowing ProcessTable, slots: Range<Int>, _ step: IPCModelStep
  ) -> String? {
    for slot in slots where slot >= 0 {
      let process = processes[ProcessSlot(rawValue: Int32(slot))]
      guard process.misc.rawValue & ModelMisc.deliver != 0,
        process.rts.rawValue != ModelRTS.slotFree,
        process.deliverMessage.type & 0xFF00 != 0x1000
      else { continue }
      let serial = process.deliverMessage[word: 8]
      if serial == arrived[slot] { continue }
      arrived[slot] = serial
      while hasArrived.count <= Int(serial) { hasArrived.append(false) }
      if hasArrived[Int(serial)] { return "message \(serial) arrives twice" }
      hasArrived[Int(serial)] = true
    }
    for slot in slots where slot >= 0 {
      let process = processes[ProcessSlot(rawValue: Int32(slot))]
      let isSending = process.rts.rawValue & ModelRTS.sending != 0
      let serial = isSending ? process.sendMessage[word: 8] : 0
      let before = waiting[slot]
      if before != 0, serial != before, !isAccountedFor(before, process, senders[slot], step) {
        return "message \(before) of slot \(slot) is lost"
      }
      waiting[slot] = serial
      senders[slot] = process.endpoint.rawValue
    }
    return nil
  }

  private func isAccountedFor(
    _ serial: UInt32, _ process: Process, _ sender: Int32, _ step: IPCModelStep
  ) -> Bool {
    if Int(serial) < hasArrived.count, hasArrived[Int(serial)] { return true }
    if process.rts.rawValue == ModelRTS.slotFree || process.endpoint.rawValue != sender {
      return true
    }
    // VM itself has asked the kernel to forget who waits for it.
    if case .clearReferences = step { return true }
    return Int32(bitPattern: process.frame.eax) == ModelError.edeadsrcdst
  }
}
