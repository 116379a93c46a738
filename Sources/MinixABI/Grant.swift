/// The flags of a grant entry (`CPF_…`): what may be done with it, and what it is.
///
/// Source: minix `include/minix/safecopies.h`; ABI 8.7.
@frozen
public struct GrantFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
  /// The entry's first word.
  public var rawValue: UInt32

  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `CPF_READ` 1: the grantee may read.
  @inlinable public static var read: GrantFlags { GrantFlags(rawValue: 0x1) }
  /// `CPF_WRITE` 2: the grantee may write.
  @inlinable public static var write: GrantFlags { GrantFlags(rawValue: 0x2) }
  /// `CPF_MAP` 4: the grantee may map.
  @inlinable public static var map: GrantFlags { GrantFlags(rawValue: 0x4) }
  /// `CPF_USED` 0x100: the entry is in use.
  @inlinable public static var used: GrantFlags { GrantFlags(rawValue: 0x100) }
  /// `CPF_DIRECT` 0x200: memory of the granter.
  @inlinable public static var direct: GrantFlags { GrantFlags(rawValue: 0x200) }
  /// `CPF_INDIRECT` 0x400: passes on a grant that the granter has got itself.
  @inlinable public static var indirect: GrantFlags { GrantFlags(rawValue: 0x400) }
  /// `CPF_MAGIC` 0x800: memory of another process; VFS's alone.
  @inlinable public static var magic: GrantFlags { GrantFlags(rawValue: 0x800) }
  /// `CPF_VALID` 0x1000: the entry's other fields mean something.
  @inlinable public static var valid: GrantFlags { GrantFlags(rawValue: 0x1000) }
}

/// `cp_grant_id_t`: the index of an entry in its granter's table.
@frozen
public struct GrantID: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  public var rawValue: Int32

  @inlinable
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `GRANT_INVALID`.
  @inlinable public static var invalid: GrantID { GrantID(rawValue: -1) }
}

/// An entry of a grant table: nine words, of which the last four depend on the kind.
///
/// Source: minix `include/minix/safecopies.h`, `cp_grant_t`; ABI 15.5.
@frozen
public struct GrantEntry: Sendable, BitwiseCopyable {
  /// The words, in memory order.
  public var words: InlineArray<9, UInt32>

  /// The size of an entry in memory, in bytes.
  @inlinable public static var byteCount: UInt32 { 36 }

  @inlinable
  public init() { words = InlineArray(repeating: 0) }

  /// `cp_flags`@0.
  @inlinable public var flags: GrantFlags { GrantFlags(rawValue: words[0]) }
  /// Direct: `cp_who_to`@4. Indirect: the same. Magic: it is at 8.
  @inlinable public var grantee: Endpoint {
    Endpoint(rawValue: Int32(bitPattern: words[flags.contains(.magic) ? 2 : 1]))
  }
  /// Indirect: `cp_who_from`@8, whose grant it is. Magic: `cp_who_from`@4, whose memory.
  @inlinable public var origin: Endpoint {
    Endpoint(rawValue: Int32(bitPattern: words[flags.contains(.magic) ? 1 : 2]))
  }
  /// Indirect: `cp_grant`@12.
  @inlinable public var grant: GrantID { GrantID(rawValue: Int32(bitPattern: words[3])) }
  /// Direct: `cp_start`@8. Magic: @12.
  @inlinable public var start: UInt32 { words[flags.contains(.magic) ? 3 : 2] }
  /// Direct: `cp_len`@12. Magic: @16.
  @inlinable public var grantedByteCount: UInt32 { words[flags.contains(.magic) ? 4 : 3] }
}
