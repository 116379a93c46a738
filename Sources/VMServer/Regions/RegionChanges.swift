import I386

/// The two doors of the region trees, so that whoever watches VM hears of every change.
extension VMServer {
  /// Adds a region to a process; false, and nothing changes, if it would overlap another one.
  mutating func insertRegion(_ region: VirtualRegion, of slot: Int) -> Bool {
    var root = spaces[slot].regions
    guard regions.insert(region, into: &root) else { return false }
    spaces[slot].regions = root
    gate.noteRegion(region, isNew: true, in: spaces[slot].directory, of: spaces[slot].endpoint)
    return true
  }

  /// Forgets the region that begins at an address. Its pages are not touched.
  mutating func forgetRegion(startingAt start: LinearAddress, of slot: Int) {
    var root = spaces[slot].regions
    guard let region = regions.remove(startingAt: start, from: &root) else { return }
    spaces[slot].regions = root
    gate.noteRegion(region, isNew: false, in: spaces[slot].directory, of: spaces[slot].endpoint)
  }
}
