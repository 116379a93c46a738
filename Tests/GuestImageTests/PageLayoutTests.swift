import GuestImage
import TestSupport
import Testing

/// Pages: what VM makes regions of, and what they hold at the start.
@Suite struct PageLayoutTests {
  private func image(_ parts: [ELFBuilder.Part]) throws -> ProgramImage {
    var builder = ELFBuilder()
    builder.parts = parts
    builder.entry = parts.first { $0.flags & 1 != 0 }?.address ?? 0
    return try ProgramImage(bytes: builder.build())
  }

  @Test func neighboursWithOneProtectionJoin() throws {
    let layout = try image([
      .init(address: 0x1000, bytes: [1], memoryByteCount: 0x1000, flags: 5),
      .init(address: 0x2000, memoryByteCount: 0x1000, flags: 5),
      .init(address: 0x3000, bytes: [2], memoryByteCount: 0x1, flags: 5),
      .init(address: 0x5000, bytes: [3], memoryByteCount: 0x1001, flags: 6),
    ]).layout()
    #expect(
      layout == [
        PageRange(
          pages: PageSpan(address: 0x1000, pageCount: 3), isWritable: false, isExecutable: true,
          filled: [
            PageSpan(address: 0x1000, pageCount: 1), PageSpan(address: 0x3000, pageCount: 1),
          ]),
        PageRange(
          pages: PageSpan(address: 0x5000, pageCount: 2), isWritable: true, isExecutable: false,
          filled: [PageSpan(address: 0x5000, pageCount: 1)]),
      ])
  }

  @Test func aSharedPageHasBothProtections() throws {
    let image = try image([
      .init(address: 0x1000, bytes: [UInt8](repeating: 1, count: 0x1800), flags: 5),
      .init(
        address: 0x2800, bytes: [UInt8](repeating: 2, count: 0x900), memoryByteCount: 0x2000,
        flags: 6),
    ])
    #expect(
      image.layout() == [
        PageRange(
          pages: PageSpan(address: 0x1000, pageCount: 1), isWritable: false, isExecutable: true,
          filled: [PageSpan(address: 0x1000, pageCount: 1)]),
        PageRange(
          pages: PageSpan(address: 0x2000, pageCount: 1), isWritable: true, isExecutable: true,
          filled: [PageSpan(address: 0x2000, pageCount: 1)]),
        PageRange(
          pages: PageSpan(address: 0x3000, pageCount: 2), isWritable: true, isExecutable: false,
          filled: [PageSpan(address: 0x3000, pageCount: 1)]),
      ])
    let shared = image.page(at: 0x2000)
    #expect(shared.bytes[..<0x800].allSatisfy { $0 == 1 })
    #expect(shared.bytes[0x800...].allSatisfy { $0 == 2 })
    #expect(image.page(at: 0x3ABC).bytes[..<0x100].allSatisfy { $0 == 2 })
    #expect(image.page(at: 0x3ABC).bytes[0x100...].allSatisfy { $0 == 0 })
    let bss = image.page(at: 0x4000)
    #expect(!bss.isFilled && bss.bytes.allSatisfy { $0 == 0 })
  }

  @Test func aPageAtTheEndOfUserSpaceFills() throws {
    let image = try image([
      .init(address: 0x1000, bytes: [1], flags: 5), .init(address: 0xEFFF_FFFF, bytes: [7]),
    ])
    #expect(image.page(at: 0xEFFF_F000).bytes.last == 7)
    #expect(!image.page(at: 0xFFFF_F000).isFilled)
    #expect(image.layout().last?.pages == PageSpan(address: 0xEFFF_F000, pageCount: 1))
  }

  /// Random small segments against a dictionary of bytes.
  @Test(arguments: UInt64(1)...60)
  func matchesTheNaiveModel(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var parts: [ELFBuilder.Part] = []
    var bytes: [UInt32: UInt8] = [:]
    var protections: [UInt32: (writable: Bool, executable: Bool)] = [:]
    var filled: Set<UInt32> = []
    var address = UserSpace.start
    for index in 0..<Int.random(in: 1...12, using: &random) {
      address += UInt32.random(in: 0...1, using: &random) * .random(in: 0...0x2800, using: &random)
      let memory = UInt32.random(in: 1...0x2800, using: &random)
      let file = UInt32.random(in: 0...memory, using: &random)
      let flags: UInt32 = index == 0 ? 5 : [4, 5, 6, 7].randomElement(using: &random) ?? 4
      let content = (0..<file).map { _ in UInt8.random(in: 1...255, using: &random) }
      parts.append(
        .init(address: address, bytes: content, memoryByteCount: memory, flags: flags))
      for (offset, byte) in content.enumerated() {
        bytes[address + UInt32(offset)] = byte
        filled.insert((address + UInt32(offset)) & ~4095)
      }
      for page in stride(from: address & ~4095, to: address + memory, by: 4096) {
        let old = protections[page] ?? (false, false)
        protections[page] = (old.writable || flags & 2 != 0, old.executable || flags & 1 != 0)
      }
      address += memory
    }
    let image = try image(parts.shuffled(using: &random).sorted { $0.flags == 5 && $1.flags != 5 })
    image.checkInvariants("seed \(seed)")

    var seen: [UInt32: (writable: Bool, executable: Bool)] = [:]
    var seenFilled: Set<UInt32> = []
    for range in image.layout() {
      for page in range.pages.pageAddresses { seen[page] = (range.isWritable, range.isExecutable) }
      for span in range.filled { seenFilled.formUnion(span.pageAddresses) }
    }
    #expect(seen.mapValues { [$0.0, $0.1] } == protections.mapValues { [$0.0, $0.1] })
    #expect(seenFilled == filled)
    for page in protections.keys {
      let expected = (page..<page + 4096).map { bytes[$0] ?? 0 }
      #expect(image.page(at: page).bytes == expected)
      #expect(image.page(at: page).isFilled == filled.contains(page))
    }
  }
}
