public import I386

/// The memory of a resident server that copies to and from processes: a plain buffer that stands at
/// linear address 0x1000 of an address space which has nothing else.
///
/// With it SYS_VIRCOPY and its kin treat a resident server like any process.
public final class ResidentMemory {
  /// Where the buffer begins for whoever names it in a message.
  public static let start = LinearAddress(0x1000)

  private var bytes: [UInt8]

  /// - Parameter byteCount: the buffer's size.
  public init(byteCount: Int) {
    bytes = [UInt8](repeating: 0, count: byteCount)
  }

  /// Whether a range lies in the buffer.
  func contains(_ address: LinearAddress, byteCount: UInt32) -> Bool {
    address >= Self.start
      && UInt64(address.rawValue - Self.start.rawValue) + UInt64(byteCount) <= UInt64(bytes.count)
  }

  /// The first bytes of the buffer.
  public func prefix(_ byteCount: Int) -> ArraySlice<UInt8> { bytes.prefix(byteCount) }

  /// The bytes of a range that ``contains(_:byteCount:)`` has approved.
  func bytes(at address: LinearAddress, byteCount: UInt32) -> [UInt8] {
    let offset = Int(address.rawValue - Self.start.rawValue)
    return Array(bytes[offset..<offset + Int(byteCount)])
  }

  /// Replaces a range that ``contains(_:byteCount:)`` has approved.
  func store(_ new: [UInt8], at address: LinearAddress) {
    let offset = Int(address.rawValue - Self.start.rawValue)
    bytes.replaceSubrange(offset..<offset + new.count, with: new)
  }

  /// Lends a range that ``contains(_:byteCount:)`` has approved.
  func withBytes<R>(
    at address: LinearAddress, byteCount: UInt32, _ body: (inout MutableRawSpan) -> R
  ) -> R {
    let offset = Int(address.rawValue - Self.start.rawValue)
    return unsafe bytes.withUnsafeMutableBytes { buffer in
      let part = unsafe UnsafeMutableRawBufferPointer(
        rebasing: buffer[offset..<offset + Int(byteCount)])
      var span = unsafe MutableRawSpan(_unsafeBytes: part)
      return body(&span)
    }
  }
}
