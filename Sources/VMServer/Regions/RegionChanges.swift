import I386

/// The two doors of the region trees, so that whoever watches VM hears of every change.
extension VMServer {
  /// Adds a region to a process; false, and nothing changes, if it would overlap another one.
  mutating func insertRegion(_ region: VirtualRegion, of slot: Int) -> Bool {
    let spaces = spaces
    guard regions.insert(region, into: &spaces[slot].regions) else { return false }
    gate.noteRegion(region, isNew: true, in: spaces[slot].directory, of: spaces[slot].endpoint)
    return true
  }

  /// Forgets the region that begins at an address. Its pages are not touched.
  mutating func forgetRegion(startingAt start: LinearAddress, of slot: Int) {
    let spaces = spaces
    guard let region = regions.remove(startingAt: start, from: &spaces[slot].regions) else {
      return
    }
    gate.noteRegion(region, isNew: false, in: spaces[slot].directory, of: spaces[slot].endpoint)
  }
}
