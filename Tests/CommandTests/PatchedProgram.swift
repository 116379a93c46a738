import Foundation
import GuestPrograms
import Testing

/// A shipped program with single fields of its ELF headers changed: what linkers would never make.
struct PatchedProgram {
  private(set) var bytes: Data

  init(of name: String = "hello") throws {
    let path = try #require(ShippedPrograms.path(of: name))
    bytes = try Data(contentsOf: URL(filePath: path))
  }

  /// A field of a program header, by its offset.
  enum Field: Int {
    case type = 0
    case fileOffset = 4
    case address = 8
    case fileByteCount = 16
    case memoryByteCount = 20
  }

  /// The program with a field of its `index`-th program header changed.
  func setting(_ field: Field, ofHeader index: Int, to value: UInt32) -> Self {
    let headers = Int(word(at: 28))
    return setting(at: headers + index * 32 + field.rawValue, to: value)
  }

  /// The program with four bytes changed.
  func setting(at offset: Int, to value: UInt32) -> Self {
    var copy = self
    for index in 0..<4 {
      copy.bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
    }
    return copy
  }

  /// The program's beginning.
  func cut(to count: Int) -> Self {
    var copy = self
    copy.bytes = bytes.prefix(count)
    return copy
  }

  func word(at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * $1) }
  }
}
