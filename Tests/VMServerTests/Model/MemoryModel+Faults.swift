import MinixABI

@testable import VMServer

/// Faults and memory requests: ABI 9.6 to 9.10.
extension MemoryModel {
  mutating func fault(_ slot: Int, _ page: UInt32, isWrite: Bool) -> FaultOutcome {
    guard let region = region(slot, page), region.isWritable || !isWrite else { return .segv }
    guard let block = spaces[slot]?.pages[page]?.block else {
      guard mapFresh(slot, page) else { return .outOfMemory }
      if case .around(let count) = policy { mapNeighbours(slot, region, page, count) }
      return .zeroFill
    }
    if !isWrite || isWritable(slot, page) { return .protection }
    if block.isGranted { return .segv }
    return copy(slot, page) ? .copyOnWrite : .outOfMemory
  }

  private mutating func mapNeighbours(
    _ slot: Int, _ region: ModelRegion, _ page: UInt32, _ count: UInt32
  ) {
    let absent = (1...count).flatMap { [page &+ $0, page &- $0] }.filter {
      region.start <= $0 && $0 < region.end && spaces[slot]?.pages[$0] == nil
    }
    for page in absent.prefix(Int(count)) {
      guard mapFresh(slot, page) else { return }
    }
  }

  mutating func handleMemory(
    _ slot: Int, _ address: UInt32, _ byteCount: UInt32, isWrite: Bool
  ) -> ResultCode {
    let end = UInt64(address) + UInt64(byteCount)
    guard end <= 0xF000_0000 else { return .efault }
    for page in (address >> 12)..<UInt32((end + 4095) >> 12) {
      guard region(slot, page) != nil else { return .efault }
      let isPresent = spaces[slot]?.pages[page] != nil
      if isPresent, !isWrite || isWritable(slot, page) { continue }
      switch fault(slot, page, isWrite: isWrite) {
      case .segv: return .efault
      case .outOfMemory: return .enomem
      case .zeroFill, .copyOnWrite, .protection: break
      }
    }
    return .ok
  }

  mutating func grant(
    _ source: ModelPlace, to target: ModelPlace, _ count: UInt32, isWritable: Bool
  ) -> ResultCode {
    for index in 0..<count {
      let result = prepare(
        source.slot, source.page + index, target.slot, target.page + index, isWritable)
      guard result == .ok else { return result }
    }
    for index in 0..<count {
      share(source.slot, source.page + index, target.slot, target.page + index, isWritable)
    }
    return .ok
  }

  private mutating func prepare(
    _ source: Int, _ page: UInt32, _ target: Int, _ targetPage: UInt32, _ forWriting: Bool
  ) -> ResultCode {
    guard let region = region(source, page), let targetRegion = self.region(target, targetPage),
      !forWriting || region.isWritable && targetRegion.isWritable
    else { return .efault }
    if spaces[source]?.pages[page] == nil {
      guard case .zeroFill = fault(source, page, isWrite: forWriting) else { return .enomem }
    }
    guard let block = spaces[source]?.pages[page]?.block else { return .enomem }
    if block.isGranted {
      if forWriting, !isWritable(source, page) { return .efault }
    } else if region.isWritable, block.sharers.count > 1, !copy(source, page) {
      return .enomem
    }
    return makeTable(target, targetPage) ? .ok : .enomem
  }

  private mutating func share(
    _ source: Int, _ page: UInt32, _ target: Int, _ targetPage: UInt32, _ forWriting: Bool
  ) {
    guard let block = spaces[source]?.pages[page]?.block else { return }
    let old = spaces[target]?.pages[targetPage]?.block
    // A page that is granted to itself is nobody else's.
    if old === block, block.sharers.count == 1 { return }
    block.isGranted = true
    set(target, targetPage, ModelPage(block: block, isReadOnlyGrant: !forWriting))
    if let old, old !== block { drop(old, target, targetPage) }
  }

  mutating func revoke(_ slot: Int, _ pages: Range<UInt32>) -> ResultCode {
    for page in pages where region(slot, page) != nil {
      guard let block = spaces[slot]?.pages[page]?.block, block.sharers.count > 1 else { continue }
      guard copy(slot, page) else { return .enomem }
    }
    return .ok
  }
}
