import I386
import MinixABI
import Testing

@testable import VMServer

/// ABI 9.2: REMAP, SHM_UNMAP, GETPHYS and GETREF.
@Suite struct SharedMemoryTests {
  let bench = VMBench(frames: 40)
  let (owner, other, service): (Endpoint, Endpoint, Endpoint)
  /// Four pages that the owner shares.
  let shared: UInt32

  private static let top = AddressSpaceLayout.stackTop

  init() {
    (owner, other) = (bench.process(11), bench.process(12))
    service = Endpoint(generation: 1, slot: ProcessSlot(rawValue: 13))
    bench.vm.createAddressSpace(for: service, isSystem: true)
    shared = bench.mmap(owner, count: 0x4000, flags: 0x0D)[word: 20]
    _ = bench.mmap(owner, count: 0x1000, flags: 0x0C)
    _ = bench.kernel.takeCalls()
  }

  private func remap(
    _ destination: Endpoint? = nil, _ source: Endpoint? = nil, size: UInt32 = 0x4000,
    to: UInt32 = 0, from: UInt32? = nil
  ) -> Message {
    var request = Message(type: VMCallNumber.remap.messageType)
    request[endpoint: 8] = destination ?? other
    request[endpoint: 12] = source ?? owner
    request[word: 16] = size
    request[word: 20] = to
    request[word: 24] = from ?? shared
    return bench.call(service, request) ?? Message(type: 12345)
  }

  private func ask(_ call: VMCallNumber, _ who: Endpoint, _ address: UInt32) -> Message {
    var request = Message(type: call.messageType)
    request[endpoint: 8] = who
    request[word: 20] = address
    return bench.call(service, request) ?? Message(type: 12345)
  }

  private func references(_ who: Endpoint, _ address: UInt32) -> UInt32 {
    ask(.getReference, who, address)[word: 12]
  }

  @Test func oneMemory() {
    let reply = remap()
    #expect((reply.type, reply[word: 28]) == (0, Self.top))
    #expect(bench.kernel.takeCalls() == [], "nothing is copied or cleared")
    #expect(bench.pagesUsed == 5)
    for page: UInt32 in 0..<4 {
      let entry = bench.entry(owner, shared + page * 4096)
      #expect(entry.isWritable && bench.entry(other, Self.top + page * 4096) == entry)
      #expect(bench.references(entry.frame) == 2)
    }
    #expect(bench.regions(other).last?.flags == [.anonymous, .writable, .shared])
    // A third time, exactly there; and once more in the same process.
    #expect(remap(to: 0x2000_0000)[word: 28] == 0x2000_0000)
    #expect(remap(owner, other, size: 0x3001, from: Self.top).type == 0)
    #expect(references(owner, shared) == 4 && references(other, 0x2000_0000) == 4)
    let physical = ask(.getPhysical, other, 0x2000_0000)
    #expect((physical.type, physical[word: 24]) == (0, bench.entry(owner, shared).frame.rawValue))
    // The memory outlives whoever has made it.
    #expect(bench.end(owner) == [0, 0])
    #expect(references(other, Self.top) == 2 && bench.pagesUsed == 4)
    #expect(ask(.sharedUnmap, other, Self.top).type == 0)
    #expect(references(other, 0x2000_0000) == 1)
    #expect(bench.munmap(other, 0x2000_0000, count: 0x1000) == 0)
    #expect(references(other, 0x2000_1000) == 1, "the region begins there now")
    #expect(ask(.sharedUnmap, other, 0x2000_1000).type == 0)
    #expect(bench.pagesUsed == 0 && bench.regions(other).count == 2)
  }

  private struct Refusal {
    var destination: Endpoint?
    var source: Endpoint?
    var size: UInt32 = 0x4000
    var to: UInt32 = 0
    var from: UInt32?
    var result: ResultCode
  }

  private static let stranger = Endpoint(generation: 2, slot: ProcessSlot(rawValue: 11))
  private static let refusals = [
    Refusal(destination: stranger, result: .einval),
    Refusal(destination: .itself, result: .einval),
    Refusal(destination: .vfs, result: .einval),
    Refusal(source: stranger, result: .einval),
    Refusal(source: .vfs, result: .einval),
    // No region, and one that is not shared.
    Refusal(from: 0x7000, result: .einval),
    Refusal(from: top + 0x5000, result: .einval),
    Refusal(from: .max, result: .einval),
    Refusal(size: 0x1000, from: top + 0x4000, result: .einval),
    Refusal(size: 0x20000, from: VMBench.heap, result: .einval),
    // Not its start, not its size.
    Refusal(from: top + 1, result: .efault),
    Refusal(from: top + 0x1000, result: .efault),
    Refusal(size: 0x3000, result: .efault),
    Refusal(size: 0x4001, result: .efault),
    Refusal(size: 0, result: .efault),
    Refusal(size: .max, result: .efault),
    // Exactly there, or not at all.
    Refusal(to: VMBench.heap, result: .einval),
    Refusal(to: VMBench.heap - 0x3000, result: .einval),
    Refusal(to: VMBench.heap + 0x1F000, result: .einval),
    Refusal(to: 1, result: .einval),
    Refusal(to: 0x2000_0800, result: .einval),
    Refusal(to: 0xEFFF_D000, result: .enomem),
    Refusal(to: 0xF000_0000, result: .enomem),
    Refusal(to: 0xFFFF_F000, result: .enomem),
  ]

  @Test(arguments: refusals) private func refused(_ test: Refusal) {
    let before = bench.snapshot()
    let reply = remap(
      test.destination, test.source, size: test.size, to: test.to, from: test.from)
    #expect(reply.type == test.result.rawValue)
    #expect(bench.snapshot() == before)
    #expect(bench.kernel.takeCalls() == [])
  }

  /// There is room for the region, but none for its page table.
  @Test func noTables() {
    let bench = VMBench(frames: 40, tables: 1)
    let (owner, other) = (bench.process(11), bench.process(12))
    let service = Endpoint(generation: 1, slot: ProcessSlot(rawValue: 13))
    bench.vm.createAddressSpace(for: service, isSystem: true)
    #expect(bench.mmap(owner, count: 0x4000, flags: 0x0D).type == 0)
    let before = bench.snapshot()
    var request = Message(type: VMCallNumber.remap.messageType)
    request[endpoint: 8] = other
    request[endpoint: 12] = owner
    request[word: 16] = 0x4000
    request[word: 24] = Self.top
    #expect(bench.call(service, request)?.type == ResultCode.enomem.rawValue)
    #expect(bench.snapshot() == before)
  }

  /// Shared memory that was never allocated: there is a region, and no block.
  @Test func withoutBlocks() {
    let empty = bench.mmap(owner, count: 0x2000, flags: 0x05)[word: 20]
    #expect(ask(.getPhysical, owner, empty).type == ResultCode.einval.rawValue)
    #expect(ask(.getReference, owner, empty).type == ResultCode.einval.rawValue)
    #expect(remap(size: 0x2000, from: empty).type == 0)
    #expect(bench.pagesUsed == 5)
    #expect(ask(.sharedUnmap, owner, empty).type == 0)
  }

  @Test(
    arguments: [
      (.sharedUnmap, ResultCode.efault), (.getPhysical, .einval), (.getReference, .einval),
    ] as [(VMCallNumber, ResultCode)])
  func wrongPlaces(_ call: VMCallNumber, _ result: ResultCode) {
    let before = bench.snapshot()
    for who in [Self.stranger, .itself, .none, .vfs] {
      #expect(ask(call, who, shared).type == ResultCode.einval.rawValue)
    }
    for address in [
      0, 0x7000, shared + 1, shared + 0x1000, shared + 0x4000, VMBench.heap, .max,
    ] { #expect(ask(call, owner, address).type == result.rawValue, "\(address)") }
    #expect(bench.snapshot() == before)
    // A user has no such calls.
    var request = Message(type: call.messageType)
    request[endpoint: 8] = owner
    request[word: 20] = shared
    #expect(bench.call(owner, request)?.type == ResultCode.enosys.rawValue)
    #expect(bench.snapshot() == before)
  }
}
