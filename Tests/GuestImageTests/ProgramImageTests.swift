import GuestImage
import Testing

/// What a good program turns into.
@Suite struct ProgramImageTests {
  @Test func segmentsAreAsInTheFile() throws {
    let image = try ProgramImage(bytes: ELFBuilder.good.build())
    #expect(image.entry == 0x0804_8000)
    #expect(image.endAddress == 0x0804_C010)
    try #require(image.segments.count == 2)

    let (text, data) = (image.segments[0], image.segments[1])
    #expect(text.address == 0x0804_8000 && text.memoryByteCount == 6 && text.fileByteCount == 6)
    #expect(text.isExecutable && !text.isWritable)
    #expect(data.isWritable && !data.isExecutable && data.memoryByteCount == 0x3000)
    #expect(image.contents(of: data).elementsEqual("data".utf8))
    #expect(image.segment(containing: 0x0804_8005) == text)
    #expect(image.segment(containing: 0x0804_8006) == nil)
  }

  @Test func segmentsAreOrderedAndEmptyOnesDropped() throws {
    var builder = ELFBuilder.good
    builder.parts.append(.init(address: 0, memoryByteCount: 0))
    builder.parts.append(.init(type: 0x6474_E551, address: 0))
    builder.parts.reverse()
    let image = try ProgramImage(bytes: builder.build())
    #expect(image.segments.map(\.address) == [0x0804_8000, 0x0804_9010])
  }

  @Test(
    "Segments may touch every limit",
    arguments: [
      (0x1000, 1), (0x7BFF_FFFF, 1), (0x8000_0000, 1), (0xEFFF_FFFF, 1), (0x8000_0000, 0x7000_0000),
    ] as [(UInt32, UInt32)])
  func limits(address: UInt32, byteCount: UInt32) throws {
    var builder = ELFBuilder.good
    builder.parts[1] = .init(address: address, memoryByteCount: byteCount, flags: 6)
    let image = try ProgramImage(bytes: builder.build())
    image.checkInvariants("\(address) \(byteCount)")
    #expect(image.segments.contains { $0.address == address && $0.memoryByteCount == byteCount })
  }

  @Test func symbolsNameAddresses() throws {
    let image = try ProgramImage(bytes: ELFBuilder.good.build())
    let cases: [(UInt32, String?)] = [
      (0x0804_7FFF, nil), (0x0804_8000, "_start"), (0x0804_8003, "_start+0x3"),
      (0x0804_8004, "spin"), (0x0804_8005, "spin+0x1"), (0x0804_8006, nil),
      (0x0804_9010, "greeting"), (0x0804_9013, "greeting+0x3"), (0x0804_9014, nil),
    ]
    for (address, name) in cases {
      #expect(image.symbol(containing: address)?.description == name)
    }
  }

  @Test func theBestSymbolWins() throws {
    var builder = ELFBuilder.good
    builder.parts[0].bytes = [UInt8](repeating: 0x90, count: 64)
    builder.symbols = [
      .init(name: "outer", address: 0x0804_8000, byteCount: 32),
      .init(name: "inner", address: 0x0804_8008, byteCount: 8),
      .init(name: "local", address: 0x0804_8008, byteCount: 8, isGlobal: false),
      .init(name: "inside", address: 0x0804_8010, type: 0),
      .init(name: "absolute", address: 0x0804_8024, type: 0, section: 0xFFF1),
      .init(name: "undefined", address: 0x0804_8024, type: 0, section: 0),
      .init(name: "label", address: 0x0804_8028, type: 0),
      .init(name: "section", address: 0x0804_8030, type: 3),
      .init(name: "far", address: 0x9000_0000, byteCount: 16),
    ]
    let image = try ProgramImage(bytes: builder.build())
    let cases: [(UInt32, String?)] = [
      (0x00, "outer"), (0x08, "inner"), (0x0F, "inner+0x7"), (0x10, "outer+0x10"),
      (0x1F, "outer+0x1f"), (0x20, nil), (0x27, nil), (0x28, "label"), (0x3F, "label+0x17"),
    ]
    for (offset, name) in cases {
      #expect(image.symbol(containing: 0x0804_8000 + offset)?.description == name)
    }
    #expect(image.symbol(containing: 0x9000_0000) == nil)
  }

  @Test func aStrippedProgramHasNoSymbolsAndNoLines() throws {
    var builder = ELFBuilder.good
    builder.symbols = []
    let image = try ProgramImage(bytes: builder.build())
    #expect(image.symbol(containing: image.entry) == nil)
    #expect(image.sourceLines().isEmpty)
    #expect(image.sourceLines().sourceLine(of: image.entry) == nil)
  }
}
