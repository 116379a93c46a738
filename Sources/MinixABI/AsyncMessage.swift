/// An entry of the table that SENDA registers (`asynmsg_t`), 48 bytes: flags@0, dst@4, result@8,
/// msg@12.
///
/// Source: minix `include/minix/ipc.h`; ABI 3.11.
@frozen
public enum AsyncMessageLayout {
  /// The size of an entry in bytes.
  @inlinable public static var byteCount: UInt32 { 48 }
  /// Where the destination's endpoint stands.
  @inlinable public static var destinationOffset: UInt32 { 4 }
  /// Where the kernel writes the result.
  @inlinable public static var resultOffset: UInt32 { 8 }
  /// Where the message begins.
  @inlinable public static var messageOffset: UInt32 { 12 }
  /// The most entries that SENDA takes: 16 × (`NR_TASKS` + `NR_PROCS`).
  @inlinable public static var maximumCount: UInt32 { 16 * (4 + 256) }
}

/// The flags of an entry (`AMF_…`).
@frozen
public struct AsyncMessageFlags: OptionSet, Sendable, BitwiseCopyable {
  /// The word as it stands in the table.
  public var rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `AMF_VALID` 1: the entry holds a message. `AMF_EMPTY` is the absence of every flag.
  @inlinable public static var valid: AsyncMessageFlags { AsyncMessageFlags(rawValue: 1) }
  /// `AMF_DONE` 2: the kernel has dealt with it; the result is there.
  @inlinable public static var done: AsyncMessageFlags { AsyncMessageFlags(rawValue: 2) }
  /// `AMF_NOTIFY` 4: accepted, without effect.
  @inlinable public static var notify: AsyncMessageFlags { AsyncMessageFlags(rawValue: 4) }
  /// `AMF_NOREPLY` 8: does not satisfy a SENDREC.
  @inlinable public static var noReply: AsyncMessageFlags { AsyncMessageFlags(rawValue: 8) }

  /// Whether a table may say this: a message, and no unknown flag.
  @inlinable public var isWellFormed: Bool { contains(.valid) && rawValue & ~0xF == 0 }
}
