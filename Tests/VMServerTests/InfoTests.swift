import I386
import MinixABI
import Testing

@testable import VMServer

/// ABI 9.16: INFO.
@Suite struct InfoTests {
  let bench = VMBench(frames: 40)
  let (process, other, asker): (Endpoint, Endpoint, Endpoint)
  /// A buffer in the asker's memory, in one page.
  static let buffer: UInt32 = 0x5000

  private static let stranger = Endpoint(generation: 2, slot: ProcessSlot(rawValue: 11))

  init() {
    (process, other) = (bench.process(11), bench.process(12))
    asker = Endpoint(generation: 1, slot: ProcessSlot(rawValue: 13))
    bench.vm.createAddressSpace(for: asker, isSystem: true)
    let isAdded = bench.add(
      VirtualRegion(
        start: LinearAddress(Self.buffer), byteCount: 0x2000, flags: [.anonymous, .writable]),
      to: asker)
    precondition(isAdded)
  }

  private func ask(
    _ what: Int32, _ who: Endpoint? = nil, count: Int32 = 64, next: UInt32 = 0,
    buffer: UInt32 = buffer, from caller: Endpoint? = nil
  ) -> Message {
    var request = Message(type: VMCallNumber.info.messageType)
    request[int: 8] = what
    request[endpoint: 12] = who ?? process
    request[int: 16] = count
    request[word: 20] = next
    request[word: 28] = buffer
    return bench.call(caller ?? asker, request) ?? Message(type: 12345)
  }

  private var answer: [UInt32]? { bench.kernel.copiedOut?.words }

  @Test func statistics() {
    // The buffer's page is made first, and counts.
    #expect(ask(1).type == 0)
    #expect(answer == [4096, 39, 38, 38])
    #expect(bench.kernel.copiedOut?.to == asker && bench.kernel.copiedOut?.address == Self.buffer)
    #expect(bench.kernel.takeCalls() == ["MEMSET 1000 4096", "VIRCOPY SELF \(asker) 16"])
    _ = bench.mmap(process, count: 0x9000, flags: 0x5C)
    #expect(ask(1).type == 0)
    #expect(answer == [4096, 39, 29, 15], "a run at frame 16 parts the free ones")
  }

  @Test func usage() {
    #expect(ask(2).type == 0)
    #expect(answer == [0, 0, 0])
    // Two pages of its own, one that is copied on write, two that are shared, three direct ones.
    for page: UInt32 in 0..<2 {
      _ = bench.fault(process, VMBench.heap + page * 4096, [.user, .write])
    }
    _ = bench.fault(other, VMBench.heap, [.user, .write])
    let frame = bench.entry(other, VMBench.heap).frame
    bench.share(frame, with: process, at: VMBench.text)
    bench.vm.retain(frame)
    let shared = bench.mmap(process, count: 0x2000, flags: 0x0D)[word: 20]
    #expect(ask(2).type == 0)
    #expect(answer == [0x5000, 0x1000, 0])
    var remap = Message(type: VMCallNumber.remap.messageType)
    remap[endpoint: 8] = other
    remap[endpoint: 12] = process
    remap[word: 16] = 0x2000
    remap[word: 24] = shared
    #expect(bench.call(asker, remap)?.type == 0)
    #expect(ask(2).type == 0)
    #expect(answer == [0x5000, 0x3000, 0x2000])
    #expect(ask(2, other).type == 0)
    #expect(answer == [0x3000, 0x3000, 0x2000])
    bench.kernel.isMemoryAllowed = true
    var map = Message(type: VMCallNumber.mapPhysical.messageType)
    map[endpoint: 8] = .itself
    map[word: 12] = 0x3000
    map[word: 24] = 0x2_0000
    #expect(bench.call(process, map)?.type == 0)
    #expect(ask(2).type == 0)
    #expect(answer == [0x8000, 0x3000, 0x2000])
  }

  @Test func regions() {
    _ = bench.mmap(process, count: 0x3000, flags: 0x04)
    _ = bench.mmap(process, count: 0x1000, flags: 0xFD)
    let reply = ask(3)
    #expect(reply.type == 0 && reply[int: 16] == 4)
    #expect(reply[word: 20] == 0x8000_4000)
    let records: [[UInt32]] = [
      [1, VMBench.text, 0x20000, 5, 0x06], [1, VMBench.heap, 0x20000, 7, 0x06],
      [1, 0x8000_0000, 0x3000, 7, 0x06], [1, 0x8000_3000, 0x1000, 7, 0xF5],
    ]
    #expect(answer == records.flatMap { $0 })
    // Two at a time, and from anywhere.
    let first = ask(3, count: 2)
    #expect((first[int: 16], first[word: 20]) == (2, VMBench.heap + 0x20000))
    #expect(answer == records[..<2].flatMap { $0 })
    let second = ask(3, count: 2, next: first[word: 20])
    #expect((second[int: 16], second[word: 20]) == (2, 0x8000_4000))
    #expect(answer == records[2...].flatMap { $0 })
    let third = ask(3, count: 2, next: VMBench.text + 1)
    #expect(third[int: 16] == 2 && answer == records[1...2].flatMap { $0 })
    // None left, and none wanted: nothing is copied, wherever the buffer is.
    _ = bench.kernel.takeCalls()
    for reply in [ask(3, next: second[word: 20], buffer: 0), ask(3, count: 0, buffer: 0)] {
      #expect(reply.type == 0 && reply[int: 16] == 0)
    }
    #expect(bench.kernel.takeCalls() == [])
  }

  @Test func noMoreThanSixtyFour() {
    for page: UInt32 in 0..<80 {
      let isAdded = bench.add(
        VirtualRegion(
          start: LinearAddress(0x1000_0000 + page * 8192), byteCount: 4096, flags: .anonymous),
        to: process)
      #expect(isAdded)
    }
    let reply = ask(3, count: 100)
    #expect(reply[int: 16] == 64 && answer?.count == 320)
    #expect(ask(3, count: .max, next: reply[word: 20])[int: 16] == 18)
  }

  @Test func refused() {
    let before = bench.snapshot()
    for what: Int32 in [0, 4, -1, .max] {
      #expect(ask(what).type == ResultCode.einval.rawValue)
    }
    for who in [Self.stranger, .itself, .none, .vfs, .system] {
      #expect(ask(2, who).type == ResultCode.einval.rawValue)
      #expect(ask(3, who).type == ResultCode.einval.rawValue)
    }
    #expect(ask(3, count: -1).type == ResultCode.einval.rawValue)
    for buffer: UInt32 in [0, 0x4FF8, 0x6FF8, 0x7000, 0xEFFF_FFF8, 0xFFFF_FFF8] {
      for what: Int32 in [1, 2, 3] {
        let reply = ask(what, buffer: buffer)
        #expect(reply.type == ResultCode.efault.rawValue)
        // The fields are what they were.
        #expect((reply[int: 16], reply[word: 20]) == (64, 0))
      }
    }
    #expect(ask(1, from: process).type == ResultCode.enosys.rawValue)
    #expect(bench.kernel.takeCalls() == [] && bench.snapshot() == before)
    bench.kernel.copyResult = .efault
    #expect(ask(1).type == ResultCode.efault.rawValue)
    #expect(ask(3).type == ResultCode.efault.rawValue)
  }

  /// Not even a page for the buffer is left; and a buffer that may not be written.
  @Test func exhaustion() {
    _ = bench.mmap(process, count: 0x26_000, flags: 0x0C)
    _ = bench.mmap(process, count: 0x1_000, flags: 0x0C)
    #expect(bench.snapshot().freePages == 0)
    let before = bench.snapshot()
    for what: Int32 in [1, 2, 3] {
      #expect(ask(what).type == ResultCode.enomem.rawValue)
    }
    #expect(bench.snapshot() == before)
    let isAdded = bench.add(
      VirtualRegion(start: LinearAddress(0x9000), byteCount: 0x1000, flags: .anonymous), to: asker)
    #expect(isAdded)
    #expect(ask(1, buffer: 0x9000).type == ResultCode.efault.rawValue)
    #expect(bench.snapshot().entries == before.entries)
  }
}

extension VMServer {
  fileprivate mutating func retain(_ frame: PhysicalAddress) { blocks.retain(frame) }
}
