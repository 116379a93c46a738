/// What a call of the DEVIO family does: a direction, a size, and whether its buffer is a grant.
///
/// Source: minix `include/minix/devio.h`; ABI 8.9.
@frozen
public struct DeviceIORequest: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// `DIO_REQUEST`.
  public var rawValue: Int32

  @inlinable
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `_DIO_INPUT`; whatever else stands in the low digit is output to SYS_DEVIO.
  @inlinable public var isInput: Bool { rawValue & 0xF == 1 }
  /// `_DIO_OUTPUT`.
  @inlinable public var isOutput: Bool { rawValue & 0xF == 2 }
  /// `_DIO_SAFE`: the buffer is a grant.
  @inlinable public var isSafe: Bool { rawValue & 0xF00 == 0x100 }
  /// The size of one access in bytes: `_DIO_BYTE` 0x10, `_DIO_WORD` 0x20, `_DIO_LONG` 0x30; nil for
  /// another.
  @inlinable public var byteCount: UInt32? {
    switch rawValue & 0xF0 {
    case 0x10: 1
    case 0x20: 2
    case 0x30: 4
    default: nil
    }
  }
}
