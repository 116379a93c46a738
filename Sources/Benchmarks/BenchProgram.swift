import GuestImage

/// The program that every played process has: a page of text, and data of which the file has one page
/// and demand-zero faults bring the rest. Its instructions are never executed.
enum BenchProgram {
  static var text: UInt32 { 0x0804_8000 }
  /// Where its message stands.
  static var message: UInt32 { 0x0804_9000 }
  /// Where its name stands: in the file already, so that EXEC finds it there each time.
  static var nameAddress: UInt32 { message + 64 }
  /// The first program's in a run.
  static var name: StaticString { "p0" }
  /// The first page that the file does not fill.
  static var emptyMemory: UInt32 { 0x0804_A000 }
  /// Bytes from there on.
  static var emptyByteCount: UInt32 { 1 << 30 }

  static func image() throws(ImageError) -> ProgramImage {
    var words: [UInt32] = [0x464C_457F, 0x0001_0101, 0, 0]
    // Executable, i386, version, entry, program headers, no sections, flags, sizes and counts.
    words += [3 << 16 | 2, 1, text, 52, 0, 0, 32 << 16 | 52, 40 << 16 | 2, 0]
    words += header(at: text, offset: 0x1000, memoryByteCount: 0x1000, flags: 5)
    words += header(
      at: message, offset: 0x2000, memoryByteCount: 0x1000 + emptyByteCount, flags: 6)
    var file = words.flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
    file += [UInt8](repeating: 0, count: 0x3000 - file.count)
    for (index, byte) in "\(name)".utf8.enumerated() { file[0x2000 + 64 + index] = byte }
    return try ProgramImage(FileContents(path: "bench", bytes: file))
  }

  /// PT_LOAD of one page of the file.
  private static func header(
    at address: UInt32, offset: UInt32, memoryByteCount: UInt32, flags: UInt32
  ) -> [UInt32] {
    [1, offset, address, address, 0x1000, memoryByteCount, flags, 0x1000]
  }
}
