/// A MINIX message: exactly 36 bytes, nine little-endian words.
///
/// `m_source` at offset 0, `m_type` at 4, the payload union at 8…35. The payload is reached by byte
/// offset, as the ABI states its fields; the aliases in `Message+….swift` give the famous names.
///
/// Source: minix `include/minix/ipc.h`.
@frozen
public struct Message: BitwiseCopyable, Sendable {
  /// The nine words, in memory order.
  public var words: InlineArray<9, UInt32>

  /// The size of a message in memory, in bytes.
  @inlinable public static var byteCount: Int { 36 }

  /// An all-zero message.
  @inlinable
  public init() {
    words = [0, 0, 0, 0, 0, 0, 0, 0, 0]
  }

  /// A message with `m_type` set and everything else zero.
  @inlinable
  public init(type: Int32) {
    self.init()
    self.type = type
  }

  /// `m_source`: the sender's endpoint, filled by the kernel.
  @inlinable public var source: Endpoint {
    get { Endpoint(rawValue: self[int: 0]) }
    set { self[int: 0] = newValue.rawValue }
  }

  /// `m_type`: the request number, the result, or the notification type.
  @inlinable public var type: Int32 {
    get { self[int: 4] }
    set { self[int: 4] = newValue }
  }

  /// The word at a byte offset that is a multiple of 4.
  @inlinable public subscript(word offset: Int) -> UInt32 {
    get { words[offset &>> 2] }
    set { words[offset &>> 2] = newValue }
  }

  /// The word at a byte offset that is a multiple of 4, read as `int`.
  @inlinable public subscript(int offset: Int) -> Int32 {
    get { Int32(bitPattern: words[offset &>> 2]) }
    set { words[offset &>> 2] = UInt32(bitPattern: newValue) }
  }

  /// The signed 16-bit field at an even byte offset (`m2_s1` and its kin).
  @inlinable public subscript(short offset: Int) -> Int16 {
    get { Int16(truncatingIfNeeded: words[offset &>> 2] &>> UInt32((offset & 2) &* 8)) }
    set {
      let shift = UInt32((offset & 2) &* 8)
      let kept = words[offset &>> 2] & ~(0xFFFF &<< shift)
      words[offset &>> 2] = kept | (UInt32(UInt16(bitPattern: newValue)) &<< shift)
    }
  }

  /// The endpoint stored at a byte offset that is a multiple of 4.
  @inlinable public subscript(endpoint offset: Int) -> Endpoint {
    get { Endpoint(rawValue: self[int: offset]) }
    set { self[int: offset] = newValue.rawValue }
  }
}

extension Message: Equatable {
  @inlinable
  public static func == (a: Message, b: Message) -> Bool {
    for index in 0..<9 where a.words[index] != b.words[index] { return false }
    return true
  }
}
