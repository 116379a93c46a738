import Foundation

/// What the tests ask of an ELF32 file; no more than headers and symbols.
struct ELFFile {
  struct Segment: Equatable {
    static let load: UInt32 = 1
    static let dynamic: UInt32 = 2
    static let interpreter: UInt32 = 3

    let type: UInt32
    let fileOffset: UInt32
    let address: UInt32
    let fileSize: UInt32
    let memorySize: UInt32
    let flags: Flags

    var firstPage: UInt32 { address / 4096 }
    /// The page after the last one.
    var endPage: UInt32 { (address + memorySize + 4095) / 4096 }
  }

  /// `PF_X`, `PF_W`, `PF_R`.
  struct Flags: OptionSet {
    static let executable = Flags(rawValue: 1)
    static let writable = Flags(rawValue: 2)
    static let readable = Flags(rawValue: 4)

    let rawValue: UInt32
  }

  let identification: [UInt8]
  let type: UInt16
  let machine: UInt16
  let entry: UInt32
  let segments: [Segment]
  let sectionNames: [String]
  let symbols: [String: UInt32]

  init(path: String) throws {
    let file = Bytes(try Data(contentsOf: URL(filePath: path)))
    identification = Array(file.bytes.prefix(16))
    type = UInt16(truncatingIfNeeded: file.half(at: 16))
    machine = UInt16(truncatingIfNeeded: file.half(at: 18))
    entry = file.word(at: 24)

    let programHeaders = Int(file.word(at: 28))
    segments = (0..<file.half(at: 44)).map { index in
      let header = programHeaders + index * 32
      return Segment(
        type: file.word(at: header), fileOffset: file.word(at: header + 4),
        address: file.word(at: header + 8), fileSize: file.word(at: header + 16),
        memorySize: file.word(at: header + 20),
        flags: Flags(rawValue: file.word(at: header + 24)))
    }

    let sectionHeaders = Int(file.word(at: 32))
    let sections = (0..<file.half(at: 48)).map { sectionHeaders + $0 * 40 }
    let names = Int(file.word(at: sections[file.half(at: 50)] + 16))
    sectionNames = sections.map { file.string(at: names + Int(file.word(at: $0))) }
    symbols = Self.symbols(in: file, sections: sections)
  }

  var loads: [Segment] { segments.filter { $0.type == Segment.load } }

  private static func symbols(in file: Bytes, sections: [Int]) -> [String: UInt32] {
    var symbols: [String: UInt32] = [:]
    for table in sections where file.word(at: table + 4) == 2 {
      let strings = Int(file.word(at: sections[Int(file.word(at: table + 24))] + 16))
      let first = Int(file.word(at: table + 16))
      for entry in stride(from: first, to: first + Int(file.word(at: table + 20)), by: 16) {
        symbols[file.string(at: strings + Int(file.word(at: entry)))] = file.word(at: entry + 4)
      }
    }
    return symbols
  }
}

/// Little-endian fields of a file.
private struct Bytes {
  let bytes: [UInt8]

  init(_ data: Data) { bytes = Array(data) }

  func half(at offset: Int) -> Int { Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 }

  func word(at offset: Int) -> UInt32 { UInt32(half(at: offset) | half(at: offset + 2) << 16) }

  func string(at offset: Int) -> String {
    String(decoding: bytes[offset...].prefix { $0 != 0 }, as: UTF8.self)
  }
}
