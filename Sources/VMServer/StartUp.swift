import I386
public import MinixABI

/// How VM and the kernel come to terms before the first process runs.
///
/// MINIX's VM does this in `servers/vm/arch/i386/pagetable.c` (`pt_init`, `pt_cycle`); ABI 10.6. What
/// it needs besides, because it starts without paging, has no counterpart here: spare pages, the move
/// of its own segments, identity mappings of low memory.
extension VMServer {
  /// The handshake: the kernel says what it wants mapped and hears where it will be, hears where the
  /// page directories are, and works with page faults from then on.
  ///
  /// - Returns: OK, or what the kernel objected to; ENOMEM if there is no page table for its mappings.
  public mutating func start() -> ResultCode {
    guard let table = tablePages.untouchedTable() else { return .enomem }
    kernelTable = table
    let directory = tablePages.directory(ofSlot: Int(Endpoint.vm.slot.rawValue))
    mapKernel(in: directory)
    let mapped = placeKernelMappings(in: table, of: directory)
    guard mapped == .ok else { return mapped }
    let handshake = [
      (VMControl.freePDE, Self.kernelIndex + 1),
      (.pageDirectories, tablePages.firstDirectory.rawValue),
      (.setCR3, directory.rawValue),
    ]
    for (parameter, value) in handshake {
      let result = gate.vmControl(parameter, .itself, value)
      guard result == .ok else { return result }
    }
    return gate.vmControlEnablePaging(placePagingArgument())
  }

  /// The two words that VMCTL_ENABLE_PAGING reads: a pointer to VM's segment map, which stands behind
  /// them, and the kernel's limit, which in a flat world is as high as can be.
  private func placePagingArgument() -> UInt32 {
    let map = AddressSpaceLayout.flatSegmentMap
    let address = gate.place([0, 0] + map)
    return gate.place([address + 8, .max] + map)
  }

  /// Maps what the kernel wants, one thing behind the other from ``AddressSpaceLayout/kernelMappings``
  /// on: everybody may read there, nobody but the kernel write.
  private func placeKernelMappings(
    in table: PhysicalAddress, of directory: PhysicalAddress
  ) -> ResultCode {
    var page = LinearAddress(AddressSpaceLayout.kernelMappings)
    var index: UInt32 = 0
    while case .success(let mapping) = gate.vmControlGetMapping(index) {
      let start = page
      guard (mapping.address | mapping.byteCount) & 0xFFF == 0,
        mapping.byteCount >> 12 <= 1024 - page.tableIndex
      else { return .einval }
      for offset in stride(from: 0, to: mapping.byteCount, by: 4096) {
        var entry = PageTableEntry(
          frame: PhysicalAddress(mapping.address + offset), isWritable: false)
        if mapping.flags & KernelMapping.uncached != 0 {
          entry.rawValue |= PageEntryBits.writeThrough | PageEntryBits.cacheDisable
        }
        gate.storeEntry(
          entry.rawValue, at: table + page.tableIndex * 4, translating: page, in: directory)
        page = page + 4096
      }
      let result = gate.vmControlReplyMapping(index, start.rawValue)
      guard result == .ok else { return result }
      index += 1
    }
    return .ok
  }

  /// Puts the kernel's mappings into a directory.
  func mapKernel(in directory: PhysicalAddress) {
    guard let kernelTable else { return }
    gate.storeEntry(
      PageDirectoryEntry(table: kernelTable).rawValue, at: directory + Self.kernelIndex * 4,
      translating: LinearAddress(AddressSpaceLayout.kernelMappings), in: directory)
  }

  private static var kernelIndex: UInt32 { AddressSpaceLayout.kernelMappings >> 22 }
}
