/// A software walk of two-level page tables: how the host translates for a process.
///
/// It judges as the CPU does at CPL 3 with CR0.WP and CR4.PSE set, and touches no accessed or
/// dirty bit. Source: SDM 3A, "32-Bit Paging" and "Determination of Access Rights".
@frozen
public enum PageWalk {
  /// What the walk found for one address.
  @frozen
  public enum Outcome: Equatable, Sendable, BitwiseCopyable {
    /// The address translates, and the access is allowed.
    case mapped(PhysicalAddress)
    /// An entry on the way is not present.
    case notPresent
    /// The entries are present but forbid the access.
    case forbidden
  }

  /// Translates one linear address for a user-mode access.
  ///
  /// - Parameters:
  ///   - address: the linear address.
  ///   - directory: the page directory's physical address (CR3).
  ///   - isWrite: whether the access writes.
  ///   - load: reads the 32-bit entry at a physical address.
  @inlinable
  public static func translate(
    _ address: LinearAddress, directory: PhysicalAddress, isWrite: Bool,
    load: (PhysicalAddress) -> UInt32
  ) -> Outcome {
    let pde = PageDirectoryEntry(
      rawValue: load(directory.frameStart + address.directoryIndex &* 4))
    guard pde.isPresent else { return .notPresent }
    if pde.mapsLargePage {
      guard pde.isUser, pde.isWritable || !isWrite else { return .forbidden }
      return .mapped(
        PhysicalAddress((pde.rawValue & 0xFFC0_0000) | (address.rawValue & 0x003F_FFFF)))
    }
    let pte = PageTableEntry(rawValue: load(pde.table + address.tableIndex &* 4))
    guard pte.isPresent else { return .notPresent }
    guard pde.isUser, pte.isUser, !isWrite || (pde.isWritable && pte.isWritable) else {
      return .forbidden
    }
    return .mapped(pte.frame + address.pageOffset)
  }
}
