public import I386
import Stub

/// What every page directory holds above user space: the stub and its window on the arena.
public enum StubMappings {
  /// Installs the stub's entries in a directory that has never been in CR3. Above them VM puts what
  /// the kernel wants mapped.
  ///
  /// Supervisor only; 4 MiB pages with the accessed and dirty bits preset, so that the CPU never
  /// writes to a directory on their account.
  public static func install(in directory: PhysicalAddress, of memory: GuestMemory) {
    for index in firstIndex..<endIndex {
      memory.storeWord(entry(at: index).rawValue, at: directory + index * 4)
    }
  }

  /// The directory indexes of the stub's first address, and of the first one above its window.
  public static var firstIndex: UInt32 { UInt32(STUB_BASE) >> 22 }
  public static var endIndex: UInt32 { (UInt32(STUB_ARENA) + UInt32(STUB_ARENA_BYTES)) >> 22 }

  /// The entry that every directory has at an index of the stub's.
  public static func entry(at index: UInt32) -> PageDirectoryEntry {
    guard (firstIndex..<endIndex).contains(index) else { return .absent }
    return PageDirectoryEntry(supervisorLargePage: PhysicalAddress(index << 22))
  }
}
