public import I386
public import KVM
public import Stub

/// The guest's physical memory: RAM from address 0, the stub's pages, and the page-table arena.
///
/// RAM is what processes and kernel calls may have; the stub and the arena are not guest RAM to any
/// of them. Everything is committed page by page as it is touched. All access from the host goes
/// through the checked doors of `GuestMemory+Unsafe.swift`; a guest address is never a pointer.
public final class GuestMemory {
  @usableFromInline let ram: MemoryMapping
  @usableFromInline let stub: MemoryMapping
  @usableFromInline let arena: MemoryMapping

  /// Whose x87 and SSE state is on the CPU, and how to get at it there; see `FPUAreas.swift`.
  var loadedFPUArea: FPUArea?
  var liveFPU: FXSAVESource?

  /// RAM's size in bytes; RAM begins at physical address 0.
  public let ramByteCount: UInt32

  /// The least that a run can be asked to live in.
  public static var minimumRAMByteCount: UInt32 { 1 << 20 }
  /// 3 GiB: the stub's window and the old Intel hosts' pages lie above.
  public static var maximumRAMByteCount: UInt32 { 0xC000_0000 }

  /// The stub's pages.
  @inlinable public static var stubStart: PhysicalAddress { PhysicalAddress(UInt32(STUB_BASE)) }
  /// The page of the kernel's own that VM maps in every address space. It is not guest RAM.
  public static var kernelPage: PhysicalAddress { PhysicalAddress(UInt32(STUB_KERNEL_PAGE)) }
  /// The first page-table page.
  @inlinable public static var arenaStart: PhysicalAddress { PhysicalAddress(UInt32(STUB_ARENA)) }
  /// The arena's size in bytes.
  @inlinable public static var arenaByteCount: UInt32 { UInt32(STUB_ARENA_BYTES) }

  /// Maps the memory; nothing is committed yet.
  ///
  /// - Parameter ramByteCount: a multiple of 4096 between the two limits; a precondition.
  public init(ramByteCount: UInt32) throws(KVMError) {
    precondition(
      ramByteCount & 0xFFF == 0 && ramByteCount >= Self.minimumRAMByteCount
        && ramByteCount <= Self.maximumRAMByteCount, "guest RAM of \(ramByteCount) bytes")
    self.ramByteCount = ramByteCount
    ram = try MemoryMapping(byteCount: Int(ramByteCount), options: [.hugePages, .notInherited])
    stub = try MemoryMapping(byteCount: Int(STUB_BYTES), options: .notInherited)
    arena = try MemoryMapping(byteCount: Int(STUB_ARENA_BYTES), options: .notInherited)
  }

  /// Whether `[address, address + byteCount)` is RAM, without wrapping.
  @inlinable @inline(__always)
  public func isRAM(_ address: PhysicalAddress, byteCount: UInt32) -> Bool {
    UInt64(address.rawValue) + UInt64(byteCount) <= UInt64(ramByteCount)
  }

  /// Whether `[address, address + byteCount)` lies in the arena, without wrapping.
  public static func isArena(_ address: PhysicalAddress, byteCount: UInt32) -> Bool {
    address >= arenaStart
      && UInt64(address.rawValue - arenaStart.rawValue) + UInt64(byteCount)
        <= UInt64(arenaByteCount)
  }

  /// Whether the address is that of a whole page-table page in the arena.
  public static func isArenaPage(_ address: PhysicalAddress) -> Bool {
    address.rawValue & 0xFFF == 0 && address >= arenaStart
      && address.rawValue - arenaStart.rawValue < arenaByteCount
  }
}
