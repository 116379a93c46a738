import I386
import Machine
import MinixABI

@testable import Kernel

/// Messages and SENDA tables in the memory of ring 3.
extension IPCModelRun {
  /// A message like no other; m_source is the sender's to fill with anything.
  mutating func nextMessage() -> Message {
    serial += 1
    var message = Message()
    for index in 0..<9 { message.words[index] = serial &* (2 &* UInt32(index) &+ 0x9E37_79B1) }
    message[int: 4] = 0x2000 | Int32(serial & 0xFFF)
    message[word: 8] = serial
    return message
  }

  func messagePage(of endpoint: Endpoint) -> PhysicalAddress? {
    bench.physical(Guest(endpoint: endpoint), Place.message)
  }

  /// Where a message of a process lies, if that is in its message page.
  func place(_ slot: Int, _ address: UInt32) -> PhysicalAddress? {
    guard address >= Place.message, address <= Place.message + 0xFDC else { return nil }
    return pages[slot].map { $0 + (address - Place.message) }
  }

  func write(_ message: Message, to slot: Int, at address: UInt32) {
    if let place = place(slot, address) {
      bench.tables.memory.store(message, at: place)
    } else {
      bench.write(message, to: guest(slot), at: address)
    }
  }

  func read(_ slot: Int, at address: UInt32) -> Message {
    place(slot, address).flatMap { bench.tables.memory.load(Message.self, at: $0) }
      ?? bench.read(guest(slot), at: address)
  }

  func write(entry index: Int, of slot: Int) {
    let entry = model[slot].table[index]
    guard let place = place(slot, Self.tablePlace + UInt32(index) * 48) else { return }
    bench.tables.memory.storeWord(entry.flags, at: place)
    bench.tables.memory.storeWord(UInt32(bitPattern: entry.destination), at: place + 4)
    bench.tables.memory.storeWord(UInt32(bitPattern: entry.result), at: place + 8)
    bench.tables.memory.store(entry.message, at: place + 12)
  }
}
