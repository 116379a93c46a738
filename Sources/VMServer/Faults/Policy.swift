import I386
import MinixABI

/// The seam at which policies differ: which pages become present besides the one that has to.
extension VMServer {
  /// The page that a process has touched first, and those that the policy adds. Where memory is used
  /// up, the others are left out.
  ///
  /// - Parameter known: where the page's entry stands, if its page table exists.
  @inline(__always)
  mutating func mapFreshPages(
    _ slot: Int, _ region: VirtualRegion, _ page: LinearAddress, at known: PhysicalAddress?
  ) -> FaultOutcome {
    guard mapFreshPage(slot, region, page, at: known) else { return .outOfMemory }
    if case .around(let count) = policy { mapNeighbours(slot, region, page, count) }
    return .zeroFill
  }

  /// Up to so many absent pages, the nearest first, the one above before the one below; none farther
  /// away than that number. So does one fault in `count + 1` do for a sequence, in either direction.
  private mutating func mapNeighbours(
    _ slot: Int, _ region: VirtualRegion, _ page: LinearAddress, _ count: UInt32
  ) {
    let pagesBelow = (page.rawValue - region.start.rawValue) >> 12
    let pagesAbove = (region.end.rawValue - page.rawValue) >> 12 - 1
    var left = count
    for distance in 1...count where left > 0 {
      if distance <= pagesAbove {
        guard mapNeighbour(slot, region, page + distance << 12, &left) else { return }
      }
      if distance <= pagesBelow, left > 0 {
        let neighbour = LinearAddress(page.rawValue - distance << 12)
        guard mapNeighbour(slot, region, neighbour, &left) else { return }
      }
    }
  }

  /// Makes a neighbour present, if it isn't yet; false if memory is used up.
  private mutating func mapNeighbour(
    _ slot: Int, _ region: VirtualRegion, _ page: LinearAddress, _ left: inout UInt32
  ) -> Bool {
    let entryAddress = entryAddress(of: page, in: spaces[slot].directory)
    if let entryAddress, gate.loadEntry(at: entryAddress) & PageEntryBits.present != 0 {
      return true
    }
    left -= 1
    return mapFreshPage(slot, region, page, at: entryAddress)
  }

  /// Makes those pages of a region present that are not.
  ///
  /// - Returns: false if memory is used up; some are present then.
  mutating func populateRest(_ region: VirtualRegion, of slot: Int) -> Bool {
    var page = region.start
    while page < region.end {
      if presentEntry(of: page, slot) == nil, !mapFreshPage(slot, region, page) { return false }
      page = page + 4096
    }
    return true
  }

  /// Makes present what the policy wants present in a new address space: nothing, or all but the
  /// stack.
  mutating func populateAll(of slot: Int) -> Bool {
    guard policy == .eager else { return true }
    var next = LinearAddress(0)
    while let region = regions.firstRegion(from: next, in: spaces[slot].regions) {
      next = region.end
      guard region.end.rawValue != AddressSpaceLayout.stackTop else { continue }
      guard populateRest(region, of: slot) else { return false }
    }
    return true
  }
}
