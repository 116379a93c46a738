public import I386
import Stub

/// What every page directory holds above user space: the stub and its window on the arena.
public enum StubMappings {
  /// Installs the stub's entries in a directory.
  ///
  /// Supervisor only; 4 MiB pages with the accessed and dirty bits preset, so that the CPU never
  /// writes to a directory on their account.
  public static func install(in directory: PhysicalAddress, of memory: GuestMemory) {
    for index in firstIndex..<1024 {
      memory.storeWord(entry(at: index).rawValue, at: directory + index * 4)
    }
  }

  /// The directory index of the stub's first address.
  public static var firstIndex: UInt32 { UInt32(STUB_BASE) >> 22 }

  /// The entry that every directory has at an index from ``firstIndex`` on.
  public static func entry(at index: UInt32) -> PageDirectoryEntry {
    let address = index << 22
    guard address < UInt32(STUB_ARENA) + UInt32(STUB_ARENA_BYTES) else { return .absent }
    return PageDirectoryEntry(supervisorLargePage: PhysicalAddress(address))
  }
}
