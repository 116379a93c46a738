public import I386

extension PageTables {
  /// Copies the present entries of a run from one page table into another, where they are absent:
  /// what a fork does for every page, in one loop.
  ///
  /// - Parameters:
  ///   - count: how many entries, all of them in one page table; a precondition.
  ///   - source: the first one's physical address.
  ///   - target: where its copy goes; in the arena as well.
  ///   - linear: the page that the first one translates.
  ///   - directory: the address space that the source belongs to.
  ///   - isReadOnly: whether source and copy lose the right to write.
  public func copyEntries(
    _ count: UInt32, from source: PhysicalAddress, to target: PhysicalAddress,
    translating linear: LinearAddress, in directory: PhysicalAddress, isReadOnly: Bool
  ) {
    guard count > 0 else { return }
    for start in [source, target] {
      precondition(
        GuestMemory.isArenaPage(start.frameStart) && (start.rawValue & 0xFFF) + count * 4 <= 4096,
        "\(count) entries at \(start)")
    }
    let kept = isReadOnly ? ~PageEntryBits.writable : .max
    // What the CPU has noted of the source's use is not the copy's.
    let copied = kept & ~(PageEntryBits.accessed | PageEntryBits.dirty)
    for index in 0..<count {
      let entry = source + index &* 4
      let old = load(entry)
      guard old & PageEntryBits.present != 0 else { continue }
      memory.storeWord(old & copied, at: target + index &* 4)
      guard old & kept != old else { continue }
      store(old & kept, at: entry, translating: linear + index &* 4096, in: directory)
    }
  }
}
