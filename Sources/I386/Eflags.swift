/// EFLAGS, as far as a monitor must know it. Source: SDM 1, "EFLAGS Register".
@frozen
public struct Eflags: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The 32 bits.
  public var rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// What a process may choose: CF PF AF ZF SF TF DF OF NT RF AC ID.
  @inlinable public static var userMask: UInt32 { 0x0025_4DD5 }
  /// Bit 1, always set, and IF, which ring 3 always has.
  @inlinable public static var forced: UInt32 { 0x0000_0202 }
  /// RF, bit 16; whether a frame holds it depends on how the host's KVM emulates.
  @inlinable public static var resume: UInt32 { 0x0001_0000 }
  /// VM, bit 17: virtual-8086 mode.
  @inlinable public static var virtual8086: UInt32 { 0x0002_0000 }
  /// TF, bit 8: a #DB after every instruction.
  @inlinable public static var trap: UInt32 { 0x0000_0100 }
  /// DF, bit 10.
  @inlinable public static var direction: UInt32 { 0x0000_0400 }

  /// The flags with which ring 3 may be resumed: IOPL 0, IF set, no VM.
  @inlinable public var sanitizedForUser: Eflags {
    Eflags(rawValue: (rawValue & Self.userMask) | Self.forced)
  }
}
