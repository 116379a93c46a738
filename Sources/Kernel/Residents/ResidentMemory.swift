public import I386

/// The memory of a resident server that copies to and from processes: a plain buffer that stands at
/// linear address 0x1000 of an address space which has nothing else.
///
/// With it SYS_VIRCOPY and its kin treat a resident server like any process.
public final class ResidentMemory {
  /// Where the buffer begins for whoever names it in a message.
  public static let start = LinearAddress(0x1000)

  let buffer: KernelBuffer

  /// - Parameter byteCount: the buffer's size.
  public init(byteCount: Int) {
    buffer = KernelBuffer(byteCount: byteCount)
  }

  /// Where an address lies in the buffer, if a whole range does from there.
  func offset(of address: LinearAddress, byteCount: UInt32) -> Int? {
    let offset = Int(address.rawValue) - Int(Self.start.rawValue)
    return buffer.contains(offset, byteCount: byteCount) ? offset : nil
  }

  /// Stores words at the buffer's start.
  ///
  /// - Parameter words: as many as the buffer has room for; a precondition.
  /// - Returns: their address for whoever names it in a message.
  public func store(_ words: [UInt32]) -> UInt32 {
    var image = KernelImage(byteCount: words.count * 4)
    for (index, word) in words.enumerated() { image[word: index * 4] = word }
    precondition(buffer.contains(0, byteCount: UInt32(image.bytes.count)))
    buffer.replace(
      at: 0, byteCount: UInt32(image.bytes.count), by: KernelBuffer(image.bytes), at: 0)
    return Self.start.rawValue
  }

  /// Stores bytes.
  ///
  /// - Parameters:
  ///   - bytes: as many as the buffer has room for from there; a precondition.
  ///   - offset: how far behind the buffer's start.
  /// - Returns: their address for whoever names it in a message.
  @discardableResult
  public func store(_ bytes: some Collection<UInt8>, at offset: Int = 0) -> UInt32 {
    precondition(buffer.contains(offset, byteCount: UInt32(bytes.count)))
    buffer.replace(
      at: offset, byteCount: UInt32(bytes.count), by: KernelBuffer(Array(bytes)), at: 0)
    return Self.start.rawValue + UInt32(offset)
  }

  /// The word at an offset from the buffer's start, which is a multiple of 4.
  public func word(at offset: Int) -> UInt32 {
    buffer.bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// The first bytes of the buffer.
  public func prefix(_ byteCount: Int) -> ArraySlice<UInt8> { buffer.bytes.prefix(byteCount) }
}
