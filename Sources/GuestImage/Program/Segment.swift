/// A part of the program that is to be in memory when it starts (`PT_LOAD`).
///
/// A segment of a `ProgramImage` has been checked: it is not empty, lies in user
/// space clear of the stack region, shares no byte with another segment, and its
/// file bytes exist.
public struct Segment: Equatable, Sendable {
  /// The linear address of its first byte (`p_vaddr`).
  public let address: UInt32
  /// Its bytes in memory (`p_memsz`); those that the file does not give are zero.
  public let memoryByteCount: Int
  /// Where its bytes begin in the file (`p_offset`); 0 when it has none.
  public let fileOffset: Int
  /// How many of its bytes the file gives (`p_filesz`).
  public let fileByteCount: Int
  /// Whether the program may write to it (`PF_W`).
  public let isWritable: Bool
  /// Whether it holds code (`PF_X`); i386 paging cannot enforce it.
  public let isExecutable: Bool

  /// The first address after it.
  public var endAddress: UInt32 { address + UInt32(memoryByteCount) }
  /// The first address after the bytes that the file gives.
  var fileEndAddress: UInt32 { address + UInt32(fileByteCount) }

  /// Whether the byte at `address` is the segment's.
  public func contains(_ address: UInt32) -> Bool {
    address >= self.address && address < endAddress
  }
}
