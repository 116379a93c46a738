import FlightRecorder
public import I386
public import MinixABI

extension PageTables {
  /// Records which pages of an address space are present, and which of them the CPU has seen written:
  /// at its end, and only for those who get all events.
  ///
  /// - Parameters:
  ///   - who: whose it is.
  ///   - directory: its page directory.
  public func recordPages(of who: Endpoint, in directory: PhysicalAddress) {
    guard recorder.isDrained, directory.rawValue != 0 else { return }
    for index in 0..<StubMappings.firstIndex {
      let entry = PageDirectoryEntry(rawValue: load(directory + index * 4))
      guard entry.isPresent, !entry.mapsLargePage else { continue }
      recordPages(of: who, in: directory, entry.table, LinearAddress(index << 22))
    }
  }

  /// The runs of one page table.
  private func recordPages(
    of who: Endpoint, in directory: PhysicalAddress, _ table: PhysicalAddress,
    _ start: LinearAddress
  ) {
    var run: (first: UInt32, flags: UInt32)?
    for index in 0...UInt32(1024) {
      let entry = index < 1024 ? load(table + index * 4) : 0
      let flags = entry & PageEntryBits.present != 0 ? entry & 0xFFF : nil
      if let run, run.flags != flags {
        recorder.recordPages(
          from: start + run.first * 4096, count: index - run.first, entryFlags: run.flags,
          in: directory, of: who)
      }
      if run?.flags != flags { run = flags.map { (index, $0) } }
    }
  }
}
