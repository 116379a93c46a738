import FlightRecorder
import I386
import MinixABI
import Testing

/// The ring keeps what came last, and whoever wants all events gets them in order.
@Suite struct RingTests {
  private static let who = Endpoint(rawValue: 36569)

  private func signal(_ number: UInt32) -> Event { Event(.signal, Self.who, number) }

  @Test(arguments: [0, 1, 11, 12, 13, 24, 25, 1000])
  func keepsTheLast(count: UInt32) {
    let recorder = FlightRecorder(capacity: 32)
    for number in 0..<count { recorder.record(signal(number)) }
    let tail = recorder.tail(100)
    #expect(recorder.total == UInt64(count))
    #expect(tail.count >= min(Int(count), 12))
    #expect(tail == (count - UInt32(tail.count)..<count).map(signal))
    #expect(recorder.tail(2) == tail.suffix(2))
  }

  @Test func neverBeginsWithTheRestOfAMessage() {
    let recorder = FlightRecorder(capacity: 32)
    for _ in 0..<9 {
      recorder.recordMessage(
        Message(type: 4), from: Self.who, to: .vfs, status: IPCStatus(call: .send))
    }
    #expect(
      recorder.tail(6).map(\.kind) == [
        .message, .messageRest, .message, .messageRest, .message, .messageRest,
      ])
    #expect(recorder.tail(3).map(\.kind) == [.message, .messageRest])
  }

  @Test func offMeansNothing() {
    let recorder = FlightRecorder(capacity: 32, isOff: true)
    for number in 0..<20 { recorder.record(signal(UInt32(number))) }
    #expect(recorder.total == 0)
    #expect(recorder.tail(20).isEmpty)
  }

  @Test(arguments: [0, 1, 15, 16, 17, 1000])
  func theDrainGetsAll(count: UInt32) {
    let recorder = FlightRecorder(capacity: 32)
    let blocks = unsafe [
      UnsafeMutableBufferPointer<Event>.allocate(capacity: 16),
      UnsafeMutableBufferPointer<Event>.allocate(capacity: 16),
    ]
    defer { unsafe blocks.forEach { unsafe $0.deallocate() } }
    recorder.record(signal(77))
    let drained = Drained()
    unsafe recorder.attach(first: blocks[0]) { full in
      unsafe drained.events += Array(full)
      drained.turns += 1
      return unsafe blocks[drained.turns % 2]
    }
    for number in 0..<count { recorder.record(signal(number)) }
    if count > 0 { #expect(recorder.tail(1) == [signal(count - 1)]) }
    let rest = unsafe recorder.detach()
    unsafe drained.events += Array(rest)
    #expect(drained.events == (0..<count).map(signal))
    #expect(recorder.total == UInt64(count) + 1)
    recorder.record(signal(99))
    #expect(recorder.tail(1) == [signal(99)])
    #expect(!recorder.isDrained)
  }

  private final class Drained {
    var events: [Event] = []
    var turns = 0
  }
}

/// Every field comes back from where it was put.
@Suite struct EventTests {
  @Test func anEventIsOfFixedSize() {
    #expect(MemoryLayout<Event>.size == Event.byteCount)
    #expect(MemoryLayout<Event>.stride == Event.byteCount)
  }

  @Test func aMessageIsKeptWhole() {
    let recorder = FlightRecorder(capacity: 32)
    var message = Message(type: 0xCFF)
    for offset in stride(from: 8, to: 36, by: 4) {
      message[word: offset] = UInt32(offset) &* 0x0101_0101
    }
    let status = IPCStatus(call: .sendrec)
    recorder.recordMessage(message, from: .pm, to: .vm, status: status)
    let events = recorder.tail(2)
    #expect(
      events[0]
        == Event(
          .message, detail: 3, .pm, 8, 0xCFF, message[word: 8], message[word: 12],
          message[word: 16], message[word: 20]))
    #expect(
      events[1]
        == Event(
          .messageRest, .pm, message[word: 24], message[word: 28],
          message[word: 32]))
  }

  @Test func timesHaveAllTheirBits() {
    let recorder = FlightRecorder(capacity: 32)
    recorder.recordRun(.vm, in: PhysicalAddress(0x1000), at: 0x1234_5678_9ABC_DEF0)
    #expect(recorder.tail(1).first?.cycles == 0x1234_5678_9ABC_DEF0)
    #expect(recorder.tail(1).first?.a == 0x1000)
  }

  @Test(arguments: [
    (Event(.flags, .vm, 8, 0), "VM flags RTS_RECEIVING -> 0"),
    (Event(.signal, .pm, 11), "PM gets SIGSEGV"),
    (
      Event(.trap, .vfs, 14, 6, 0x0804_8000, 0xDEAD_B000),
      "VFS #PF at 0xdeadb000, error 6 (user write to a page that is not present), EIP 0x08048000"
    ),
    (Event(.kernelCall, detail: 0x62B, .vm, 36569, 12), "VM calls SYS_VMCTL/VMCTL_CLEAR_PAGEFAULT"),
    (Event(), "-"),
  ])
  func wordsForPeople(event: Event, words: String) {
    #expect(event.description == words)
  }
}
