import I386
import Machine
import Testing

/// The doors to guest memory, at every boundary of the three ranges.
@Suite struct GuestMemoryTests {
  private static let ramByteCount: UInt32 = 1 << 20
  private let memory: GuestMemory

  init() throws { memory = try GuestMemory(ramByteCount: Self.ramByteCount) }

  /// First and one past the last address of RAM, and of the stub with the arena behind it. The
  /// stub's range and the arena's touch, and are different memory.
  private static let ranges: [(UInt64, UInt64)] = [
    (0, 0x10_0000), (0xF000_0000, 0xF040_0000), (0xF040_0000, 0xF840_0000),
  ]

  private static func isMemory(_ start: UInt64, _ byteCount: UInt64) -> Bool {
    ranges.contains { start >= $0.0 && start + byteCount <= $0.1 }
  }

  /// Addresses around every boundary, and where 32 bits end.
  private static let addresses: [UInt64] = {
    let boundaries = ranges.map(\.0) + ranges.map(\.1) + [0x8000_0000, 0x1_0000_0000]
    let around = boundaries.flatMap { boundary in
      (0..<10).map { boundary &+ $0 &- 5 }
    }
    return around.filter { $0 <= UInt64(UInt32.max) }
  }()

  @Test(arguments: addresses)
  func everyDoorTestsTheWholeRange(_ address: UInt64) {
    let place = PhysicalAddress(UInt32(address))
    let isWord = Self.isMemory(address, 4)
    #expect(memory.storeWord(0x1234_5678, at: place) == isWord)
    #expect(memory.loadWord(at: place) == (isWord ? 0x1234_5678 : nil))
    #expect(memory.store(UInt64(7), at: place) == Self.isMemory(address, 8))
    #expect(memory.load(UInt64.self, at: place) == (Self.isMemory(address, 8) ? 7 : nil))
    #expect((memory.load(UInt8.self, at: place) != nil) == Self.isMemory(address, 1))
    for count in 0...9 {
      // A range of no bytes is memory where memory begins, goes on or ends.
      let isRange = Self.isMemory(address, UInt64(count))
      #expect(memory.fill(place, byteCount: count, with: 0xAB) == isRange)
      #expect(memory.copy(from: place, to: PhysicalAddress(0x800), byteCount: count) == isRange)
      #expect(memory.copy(from: PhysicalAddress(0x800), to: place, byteCount: count) == isRange)
      var bytes = [UInt8](repeating: 0, count: count)
      #expect(write(bytes, at: place) == isRange)
      #expect(read(place, into: &bytes) == isRange)
    }
  }

  private func write(_ bytes: [UInt8], at address: PhysicalAddress) -> Bool {
    unsafe memory.write(bytes.span.bytes, at: address)
  }

  private func read(_ address: PhysicalAddress, into bytes: inout [UInt8]) -> Bool {
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    return memory.read(address, into: &raw)
  }

  @Test func negativeCountsAreRefused() {
    #expect(!memory.fill(PhysicalAddress(16), byteCount: -1, with: 0))
    #expect(!memory.copy(from: PhysicalAddress(16), to: PhysicalAddress(32), byteCount: -1))
  }

  @Test func nothingChangesWhereADoorRefuses() {
    let last = PhysicalAddress(Self.ramByteCount - 4)
    memory.storeWord(0x5555_5555, at: last)
    #expect(!memory.storeWord(0, at: last + 2))
    #expect(!memory.fill(last, byteCount: 5, with: 0))
    #expect(!write([1, 2, 3, 4, 5], at: last))
    #expect(!memory.copy(from: PhysicalAddress(0), to: last, byteCount: 5))
    #expect(memory.loadWord(at: last) == 0x5555_5555)
  }

  @Test func bytesGoInAndOut() {
    let bytes = (0..<100).map { UInt8($0) }
    #expect(write(bytes, at: PhysicalAddress(0xFFF)))
    var back = [UInt8](repeating: 0xFF, count: 100)
    #expect(read(PhysicalAddress(0xFFF), into: &back))
    #expect(back == bytes)
    #expect(memory.loadWord(at: PhysicalAddress(0xFFF + 4)) == 0x0706_0504)
  }

  @Test func overlappingCopiesKeepTheirBytes() {
    #expect(write((0..<64).map { UInt8($0) }, at: PhysicalAddress(100)))
    memory.copy(from: PhysicalAddress(100), to: PhysicalAddress(110), byteCount: 54)
    #expect(memory.load(UInt8.self, at: PhysicalAddress(163)) == 53)
    memory.copy(from: PhysicalAddress(110), to: PhysicalAddress(100), byteCount: 54)
    #expect(
      (0..<54).map { memory.load(UInt8.self, at: PhysicalAddress(100 + $0)) ?? 0xFF }
        == (0..<54).map { UInt8($0) })
  }

  @Test func freshMemoryIsZero() {
    for place in [0, 0xF_FFFC, 0xF000_0000, 0xF03F_FFFC, 0xF040_0000, 0xF83F_FFFC] as [UInt32] {
      #expect(memory.loadWord(at: PhysicalAddress(place)) == 0)
    }
  }

  @Test func ramIsWhatProcessesMayHave() {
    #expect(memory.isRAM(PhysicalAddress(0), byteCount: Self.ramByteCount))
    #expect(!memory.isRAM(PhysicalAddress(0), byteCount: Self.ramByteCount + 1))
    #expect(!memory.isRAM(PhysicalAddress(1), byteCount: Self.ramByteCount))
    #expect(!memory.isRAM(PhysicalAddress(.max), byteCount: 2))
    #expect(!memory.isRAM(GuestMemory.arenaStart, byteCount: 4))
    #expect(!memory.isRAM(GuestMemory.stubStart, byteCount: 4))
  }

  @Test func arenaPages() {
    #expect(GuestMemory.isArenaPage(GuestMemory.arenaStart))
    #expect(GuestMemory.isArenaPage(PhysicalAddress(0xF83F_F000)))
    #expect(!GuestMemory.isArenaPage(PhysicalAddress(0xF840_0000)))
    #expect(!GuestMemory.isArenaPage(PhysicalAddress(0xF03F_F000)))
    #expect(!GuestMemory.isArenaPage(GuestMemory.arenaStart + 4))
    #expect(!GuestMemory.isArenaPage(PhysicalAddress(0)))
  }

  @Test(arguments: [GuestMemory.minimumRAMByteCount, GuestMemory.maximumRAMByteCount])
  func sizesAtTheLimitsAreMade(byteCount: UInt32) throws {
    let memory = try GuestMemory(ramByteCount: byteCount)
    #expect(memory.storeWord(1, at: PhysicalAddress(byteCount - 4)))
    #expect(!memory.storeWord(1, at: PhysicalAddress(byteCount - 3)))
  }

  @Test func otherSizesAreMistakes() async {
    await #expect(processExitsWith: .failure) { _ = try GuestMemory(ramByteCount: 0xF_F000) }
    await #expect(processExitsWith: .failure) { _ = try GuestMemory(ramByteCount: 0xC000_1000) }
    await #expect(processExitsWith: .failure) { _ = try GuestMemory(ramByteCount: 0x10_0001) }
  }
}
