import GuestImage

/// Makes small ELF files, good ones and ones that lie.
///
/// The file is: header, program headers, the segments' bytes, then (if there are
/// symbols) symbols, names and section headers.
struct ELFBuilder {
  struct Part {
    var type: UInt32 = 1
    var address: UInt32
    var bytes: [UInt8] = []
    /// Defaults to the number of `bytes`.
    var memoryByteCount: UInt32?
    /// R 4, W 2, X 1.
    var flags: UInt32 = 5
    /// What the header says, when it lies.
    var claimedFileByteCount: UInt32?
    var claimedOffset: UInt32?
  }

  struct Symbol {
    var name: String
    var address: UInt32
    var byteCount: UInt32 = 0
    var type: UInt8 = 2
    var isGlobal = true
    var section: UInt16 = 1
  }

  var identification: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  var type: UInt16 = 2
  var machine: UInt16 = 3
  var entry: UInt32 = 0x0804_8000
  var parts: [Part] = []
  var symbols: [Symbol] = []
  var claimedHeaderOffset: UInt32?
  var claimedHeaderByteCount: UInt16 = 32
  var claimedHeaderCount: UInt16?

  /// A program with text, data and bss, and three symbols.
  static var good: ELFBuilder {
    var builder = ELFBuilder()
    builder.parts = [
      Part(address: 0x0804_8000, bytes: [0x90, 0x90, 0xCD, 0x21, 0xEB, 0xFE]),
      Part(
        address: 0x0804_9010, bytes: Array("data".utf8), memoryByteCount: 0x3000, flags: 6),
    ]
    builder.symbols = [
      Symbol(name: "_start", address: 0x0804_8000, type: 0),
      Symbol(name: "spin", address: 0x0804_8004, byteCount: 2),
      Symbol(name: "greeting", address: 0x0804_9010, byteCount: 4, type: 1),
    ]
    return builder
  }

  func build() -> [UInt8] {
    let dataStart = 52 + 32 * parts.count
    var offsets: [UInt32] = []
    var data: [UInt8] = []
    for part in parts {
      offsets.append(part.claimedOffset ?? UInt32(dataStart + data.count))
      data += part.bytes
    }
    while (dataStart + data.count) % 4 != 0 { data.append(0) }
    let (tail, sectionHeaders) = symbolSections(at: dataStart + data.count)

    var file = identification
    file += le(type) + le(machine) + le(UInt32(1)) + le(entry)
    file += le(claimedHeaderOffset ?? 52)
    file += le(sectionHeaders == 0 ? UInt32(0) : UInt32(sectionHeaders)) + le(UInt32(0))
    file += le(UInt16(52)) + le(claimedHeaderByteCount)
    file += le(claimedHeaderCount ?? UInt16(parts.count)) + le(UInt16(40))
    file += le(UInt16(sectionHeaders == 0 ? 0 : 4)) + le(UInt16(0))
    for (part, offset) in zip(parts, offsets) {
      file += le(part.type) + le(offset) + le(part.address) + le(part.address)
      file += le(part.claimedFileByteCount ?? UInt32(part.bytes.count))
      file += le(part.memoryByteCount ?? UInt32(part.bytes.count))
      file += le(part.flags) + le(UInt32(4))
    }
    return file + data + tail
  }

  /// Symbols, names and section headers as they go at `offset`; and the file
  /// offset of the headers, 0 without symbols.
  private func symbolSections(at offset: Int) -> (bytes: [UInt8], headers: Int) {
    guard !symbols.isEmpty else { return ([], 0) }
    var names: [UInt8] = [0]
    var table = [UInt8](repeating: 0, count: 16)
    for symbol in symbols {
      table += le(UInt32(names.count)) + le(symbol.address) + le(symbol.byteCount)
      table += [(symbol.isGlobal ? 0x10 : 0) | symbol.type, 0] + le(symbol.section)
      names += Array(symbol.name.utf8) + [0]
    }
    while names.count % 4 != 0 { names.append(0) }

    var headers = [UInt8](repeating: 0, count: 40)
    headers += sectionHeader(type: 1, offset: 52, byteCount: 0)
    headers += sectionHeader(
      type: 2, offset: offset, byteCount: table.count, link: 3, entryByteCount: 16)
    headers += sectionHeader(type: 3, offset: offset + table.count, byteCount: names.count)
    return (table + names + headers, offset + table.count + names.count)
  }

  private func sectionHeader(
    type: UInt32, offset: Int, byteCount: Int, link: UInt32 = 0, entryByteCount: UInt32 = 0
  ) -> [UInt8] {
    let zero = le(UInt32(0))
    return zero + le(type) + zero + zero + le(UInt32(offset)) + le(UInt32(byteCount)) + le(link)
      + zero + le(UInt32(4)) + le(entryByteCount)
  }
}

/// The bytes of a number, least significant first.
func le<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
}

extension ProgramImage {
  /// Loads bytes under the name that the expected messages have.
  init(bytes: [UInt8]) throws(ImageError) {
    try self.init(FileContents(path: "p.elf", bytes: bytes))
  }
}
