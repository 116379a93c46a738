import MinixABI

/// What drivers have told of memory that devices write to (`dmatab`): the process must not fork, and
/// its end must be told before such memory is used again.
///
/// There are no devices here, so the memory of a process that dies is free at once.
///
/// Source: minix `servers/vm/exit.c`; ABI 9.2 and 9.15, read by 13.19.
struct DMATable {
  struct Entry: Equatable {
    /// Whose memory it is.
    var owner: Endpoint
    /// Whose device it is.
    var requestor: Endpoint
    var start: UInt32
    var byteCount: UInt32
    /// The owner is dead, and nobody has deleted the entry yet.
    var isOrphaned = false

    /// An entry as a request describes it; nil for a range that is none.
    init?(_ request: Message) {
      owner = request[endpoint: 8]
      requestor = request[endpoint: 12]
      start = request[word: 20]
      byteCount = request[word: 24]
      guard byteCount > 0, UInt64(start) + UInt64(byteCount) <= 1 << 32 else { return nil }
    }
  }

  /// `NR_DMA`.
  static var capacity: Int { 16 }

  private(set) var entries: [Entry] = []

  init() { entries.reserveCapacity(Self.capacity) }

  /// Remembers an entry.
  ///
  /// - Returns: false if there is no place left.
  mutating func add(_ entry: Entry) -> Bool {
    guard entries.count < Self.capacity else { return false }
    entries.append(entry)
    return true
  }

  /// Forgets an entry, whether its owner lives or not.
  ///
  /// - Returns: false if there is none like it.
  mutating func remove(_ entry: Entry) -> Bool {
    var orphan = entry
    orphan.isOrphaned = true
    guard let index = entries.firstIndex(where: { $0 == entry || $0 == orphan }) else {
      return false
    }
    entries.remove(at: index)
    return true
  }

  /// Whether a living process has any.
  func hasEntry(of owner: Endpoint) -> Bool {
    entries.contains { $0.owner == owner && !$0.isOrphaned }
  }

  /// The process is dead.
  mutating func orphan(_ owner: Endpoint) {
    for index in entries.indices where entries[index].owner == owner {
      entries[index].isOrphaned = true
    }
  }

  /// Two processes have changed their memory for each other's.
  mutating func swapOwners(_ a: Endpoint, _ b: Endpoint) {
    for index in entries.indices where !entries[index].isOrphaned {
      if entries[index].owner == a {
        entries[index].owner = b
      } else if entries[index].owner == b {
        entries[index].owner = a
      }
    }
  }

  /// The first that has lost its owner.
  var firstOrphan: Entry? { entries.first { $0.isOrphaned } }
}

extension VMServer {
  /// VM_ADDDMA: a range of a process's memory is a device's as well.
  mutating func addDMA(_ request: Message) -> ResultCode {
    guard let slot = slot(of: request[endpoint: 8]), let entry = DMATable.Entry(request) else {
      return .einval
    }
    guard dma.add(entry) else { return .enospc }
    spaces[slot].hasDMA = true
    return .ok
  }

  /// VM_DELDMA: it is no longer.
  mutating func deleteDMA(_ request: Message) -> ResultCode {
    guard let entry = DMATable.Entry(request), dma.remove(entry) else { return .esrch }
    if let slot = slot(of: entry.owner) { spaces[slot].hasDMA = dma.hasEntry(of: entry.owner) }
    return .ok
  }

  /// VM_GETDMA: a range whose owner is dead, again and again until it has been deleted.
  func getDMA(_ reply: inout Message) -> ResultCode {
    guard let entry = dma.firstOrphan else { return .eagain }
    reply[endpoint: 8] = entry.owner
    reply[word: 20] = entry.start
    reply[word: 24] = entry.byteCount
    return .ok
  }
}
