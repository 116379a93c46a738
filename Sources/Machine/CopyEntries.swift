import FlightRecorder
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
    precondition(source.frameStart != target.frameStart, "\(source) copied to itself")
    precondition(
      GuestMemory.isArenaPage(source.frameStart) && GuestMemory.isArenaPage(target.frameStart),
      "\(source) copied to \(target), not both in the arena")
    let isLoaded = directory == loadedDirectory
    recorder.recordCopiedEntries(
      count, from: source, to: target, translating: linear, in: directory, isReadOnly: isReadOnly)
    let kept = isReadOnly ? ~PageEntryBits.writable : .max
    // What the CPU has noted of the source's use is not the copy's.
    let copied = kept & ~(PageEntryBits.accessed | PageEntryBits.dirty)
    // Neighbours that lose something, up to the one at hand.
    var changed: UInt32 = 0
    var index: UInt32 = 0
    while index < count {
      if isReadOnly {
        let copied = memory.copyWritableEntries(
          count &- index, from: source + index &* 4, to: target + index &* 4)
        changed &+= copied
        index &+= copied
      }
      let end = min(count, index &+ GuestMemory.entriesAtOnce)
      while index < end {
        let old = memory.entry(at: source + index &* 4)
        let isPresent = old & PageEntryBits.present != 0
        if isPresent { memory.storeWord(old & copied, at: target + index &* 4) }
        if isPresent && old & kept != old {
          memory.storeWord(old & kept, at: source + index &* 4)
          changed &+= 1
        } else if changed > 0 {
          record(changed, before: index, of: source, linear, isLoaded)
          changed = 0
        }
        index &+= 1
      }
    }
    if changed > 0 { record(changed, before: count, of: source, linear, isLoaded) }
  }
}
