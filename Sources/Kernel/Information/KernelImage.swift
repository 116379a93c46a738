import MinixABI

/// The bytes of a structure as a process sees it in memory: little endian, fields by byte offset.
///
/// The kernel's own tables are Swift values; what SYS_GETINFO and its kin hand out is marshalled into
/// one of these, field by field, so that nothing of the host gets into a guest.
struct KernelImage: Equatable {
  private(set) var bytes: [UInt8]

  /// All zeros.
  init(byteCount: Int) {
    bytes = [UInt8](repeating: 0, count: byteCount)
  }

  /// Bytes that came from a process.
  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The byte at an offset.
  subscript(byte offset: Int) -> UInt8 {
    get { bytes[offset] }
    set { bytes[offset] = newValue }
  }

  /// The 16-bit number at an offset.
  subscript(short offset: Int) -> UInt16 {
    get { UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 }
    set {
      bytes[offset] = UInt8(truncatingIfNeeded: newValue)
      bytes[offset + 1] = UInt8(truncatingIfNeeded: newValue >> 8)
    }
  }

  /// The 32-bit number at an offset.
  subscript(word offset: Int) -> UInt32 {
    get { UInt32(self[short: offset]) | UInt32(self[short: offset + 2]) << 16 }
    set {
      self[short: offset] = UInt16(truncatingIfNeeded: newValue)
      self[short: offset + 2] = UInt16(truncatingIfNeeded: newValue >> 16)
    }
  }

  /// The signed 32-bit number at an offset.
  subscript(int offset: Int) -> Int32 {
    get { Int32(bitPattern: self[word: offset]) }
    set { self[word: offset] = UInt32(bitPattern: newValue) }
  }

  /// The endpoint at an offset.
  subscript(endpoint offset: Int) -> Endpoint {
    get { Endpoint(rawValue: self[int: offset]) }
    set { self[int: offset] = newValue.rawValue }
  }

  /// Stores a message.
  mutating func store(_ message: Message, at offset: Int) {
    for index in 0..<9 { self[word: offset + 4 * index] = message.words[index] }
  }

  /// Stores text, cut off where the field ends; the rest of the field stays as it is.
  mutating func store(_ text: String, at offset: Int, byteCount: Int) {
    for (index, byte) in text.utf8.prefix(byteCount).enumerated() { bytes[offset + index] = byte }
  }

  /// Stores another structure, of which this one is made.
  mutating func store(_ part: KernelImage, at offset: Int) {
    bytes.replaceSubrange(offset..<offset + part.bytes.count, with: part.bytes)
  }

  /// One after the other.
  static func array(of parts: some Sequence<KernelImage>) -> KernelImage {
    KernelImage(bytes: parts.flatMap(\.bytes))
  }
}
