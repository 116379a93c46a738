/// The error code that the CPU pushes for #PF.
///
/// Source: SDM 3A, "Page-Fault Exceptions".
@frozen
public struct PageFaultErrorCode: OptionSet, Hashable, Sendable, BitwiseCopyable {
  /// The code as the trap frame holds it.
  public var rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// P, bit 0: the page was present; the access was refused.
  @inlinable public static var protection: PageFaultErrorCode { .init(rawValue: 0x01) }
  /// W/R, bit 1: the access was a write.
  @inlinable public static var write: PageFaultErrorCode { .init(rawValue: 0x02) }
  /// U/S, bit 2: the access was made in user mode.
  @inlinable public static var user: PageFaultErrorCode { .init(rawValue: 0x04) }
  /// RSVD, bit 3: a reserved bit was set in an entry.
  @inlinable public static var reservedBit: PageFaultErrorCode { .init(rawValue: 0x08) }
  /// I/D, bit 4: the access was an instruction fetch, where the CPU reports it.
  @inlinable public static var instructionFetch: PageFaultErrorCode { .init(rawValue: 0x10) }
}

extension PageFaultErrorCode: CustomStringConvertible {
  /// The access in words, such as "user write to a page that is not present".
  public var description: String {
    let who = contains(.user) ? "user" : "supervisor"
    let what =
      contains(.instructionFetch) ? "fetch from" : contains(.write) ? "write to" : "read of"
    let which =
      contains(.reservedBit)
      ? "a page whose entry has a reserved bit"
      : contains(.protection) ? "a protected page" : "a page that is not present"
    return "\(who) \(what) \(which)"
  }
}
