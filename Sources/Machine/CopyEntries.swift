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
    let isLoaded = directory == loadedDirectory
    recorder.recordCopiedEntries(
      count, from: source, to: target, translating: linear, in: directory, isReadOnly: isReadOnly)
    let kept = isReadOnly ? ~PageEntryBits.writable : .max
    // What the CPU has noted of the source's use is not the copy's.
    let copied = kept & ~(PageEntryBits.accessed | PageEntryBits.dirty)
    memory.withEntries(count, at: source) { sources in
      memory.withEntries(count, at: target) { targets in
        // Neighbours that lose something, up to the one at hand.
        var changed: UInt32 = 0
        for index in sources.indices {
          let old = sources[index]
          let isPresent = old & PageEntryBits.present != 0
          if isPresent { targets[index] = old & copied }
          if isPresent && old & kept != old {
            sources[index] = old & kept
            changed &+= 1
          } else if changed > 0 {
            let first = UInt32(index) &- changed
            edits.record(
              entry: source + first &* 4, count: changed,
              linear: isLoaded ? linear + first &* 4096 : nil)
            changed = 0
          }
        }
        guard changed > 0 else { return }
        let first = count &- changed
        edits.record(
          entry: source + first &* 4, count: changed,
          linear: isLoaded ? linear + first &* 4096 : nil)
      }
    }
  }
}
