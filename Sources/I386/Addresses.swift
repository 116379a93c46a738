/// An address as paging sees it before translation. Segments are flat here, so it is the pointer.
@frozen
public struct LinearAddress: RawRepresentable, Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The 32 bits.
  public var rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  @inlinable
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// The page that the address lies in.
  @inlinable public var pageStart: LinearAddress { LinearAddress(rawValue & ~0xFFF) }
  /// Bits 11…0: the byte within the page.
  @inlinable public var pageOffset: UInt32 { rawValue & 0xFFF }
  /// Bits 31…22: which page-directory entry translates it.
  @inlinable public var directoryIndex: UInt32 { rawValue &>> 22 }
  /// Bits 21…12: which page-table entry translates it.
  @inlinable public var tableIndex: UInt32 { (rawValue &>> 12) & 0x3FF }

  @inlinable
  public static func < (a: LinearAddress, b: LinearAddress) -> Bool { a.rawValue < b.rawValue }

  /// The address `byteCount` bytes up, wrapping as the CPU does.
  @inlinable
  public static func + (address: LinearAddress, byteCount: UInt32) -> LinearAddress {
    LinearAddress(address.rawValue &+ byteCount)
  }
}

/// An address on the guest's memory bus.
@frozen
public struct PhysicalAddress: RawRepresentable, Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The 32 bits; the guest has no PAE.
  public var rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  @inlinable
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// The frame that the address lies in.
  @inlinable public var frameStart: PhysicalAddress { PhysicalAddress(rawValue & ~0xFFF) }

  @inlinable
  public static func < (a: PhysicalAddress, b: PhysicalAddress) -> Bool { a.rawValue < b.rawValue }

  /// The address `byteCount` bytes up, wrapping.
  @inlinable
  public static func + (address: PhysicalAddress, byteCount: UInt32) -> PhysicalAddress {
    PhysicalAddress(address.rawValue &+ byteCount)
  }
}

extension LinearAddress: CustomStringConvertible {
  /// Eight hexadecimal digits.
  public var description: String { hexadecimal(rawValue) }
}

extension PhysicalAddress: CustomStringConvertible {
  /// Eight hexadecimal digits.
  public var description: String { hexadecimal(rawValue) }
}

/// `0x` and eight digits.
public func hexadecimal(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}
