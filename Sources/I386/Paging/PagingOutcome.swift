/// What became of an access and of the entries that it went through.
@frozen
public struct PagingOutcome: Hashable, Sendable, BitwiseCopyable {
  /// The page fault's error code, or ``noFault``.
  public var error: UInt32
  /// Where the access went; 0 if it faulted.
  public var physical: UInt32
  /// The directory entry afterwards.
  public var directoryEntry: UInt32
  /// The table entry afterwards; 0 if no table was walked.
  public var tableEntry: UInt32
  /// Whether a table was walked.
  public var walkedTable: Bool
  /// The physical address of the table's entry, if one was walked.
  public var walkedEntry: PhysicalAddress
  /// Bits of the directory entry that the manual leaves open: A, where the walk used the entry but a
  /// fault came after. Processors differ, and so do kernels that walk for them.
  public var openDirectoryBits: UInt32

  /// ``error`` of an access that is allowed; no error code has all bits.
  @inlinable public static var noFault: UInt32 { 0xFFFF_FFFF }

  @inlinable public var isFault: Bool { error != Self.noFault }

  @inlinable
  init(directoryEntry: UInt32) {
    error = Self.noFault
    physical = 0
    self.directoryEntry = directoryEntry
    tableEntry = 0
    walkedTable = false
    walkedEntry = PhysicalAddress(0)
    openDirectoryBits = 0
  }
}
