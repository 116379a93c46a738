import FlightRecorder
public import I386

/// What is done to neighbouring entries of a table or directory at once.
extension PageTables {
  /// How many entries come before the first that is present.
  ///
  /// - Parameters:
  ///   - count: how many there are, all of them in one page of the arena; a precondition.
  ///   - entry: the first one's physical address.
  /// - Returns: `count` if none is present.
  public func leadingAbsentCount(_ count: UInt32, at entry: PhysicalAddress) -> UInt32 {
    guard count > 0 else { return 0 }
    return memory.leadingAbsentCount(count, at: entry)
  }

  /// How many entries come behind the last that is present; `count` if none is.
  public func trailingAbsentCount(_ count: UInt32, at entry: PhysicalAddress) -> UInt32 {
    guard count > 0 else { return 0 }
    return memory.trailingAbsentCount(count, at: entry)
  }

  /// Changes those entries of one page table that are present.
  ///
  /// - Parameters:
  ///   - count: how many there are, all of them in one page table; a precondition.
  ///   - entry: the first one's physical address.
  ///   - linear: the page that it translates.
  ///   - directory: the address space that they belong to.
  ///   - kept: the bits that stay.
  ///   - added: the bits that are set besides.
  public func changeEntries(
    _ count: UInt32, at entry: PhysicalAddress, translating linear: LinearAddress,
    in directory: PhysicalAddress, keeping kept: UInt32, adding added: UInt32
  ) {
    guard count > 0 else { return }
    let isLoaded = directory == loadedDirectory
    memory.withEntries(count, at: entry) { entries in
      // Neighbours that have changed, up to the one at hand.
      var changed: UInt32 = 0
      var index = 0
      while index < entries.count {
        let old = entries[index]
        let new = old & kept | added
        if old & PageEntryBits.present != 0 && new != old {
          entries[index] = new
          changed &+= 1
          if recorder.isFull { recorder.turn() }
          recorder.recordEdit(
            of: entry + UInt32(index) &* 4, from: old, to: new,
            translating: linear + UInt32(index) &* 4096, in: directory)
        } else if changed > 0 {
          record(changed, before: UInt32(index), of: entry, linear, isLoaded)
          changed = 0
        }
        index &+= 1
      }
      if changed > 0 { record(changed, before: count, of: entry, linear, isLoaded) }
    }
  }

  /// Records the edit of a run of entries that ends before an index.
  ///
  /// - Parameters:
  ///   - first: the entry with index 0.
  ///   - linear: the page that it translates.
  ///   - isLoaded: whether in the address space that is loaded now.
  func record(
    _ count: UInt32, before end: UInt32, of first: PhysicalAddress, _ linear: LinearAddress,
    _ isLoaded: Bool
  ) {
    let start = end &- count
    edits.record(
      entry: first + start &* 4, count: count, linear: isLoaded ? linear + start &* 4096 : nil)
  }
}
