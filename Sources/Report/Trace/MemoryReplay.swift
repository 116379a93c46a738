import I386
import MinixABI
import Trace

/// Page tables as a trace's edits leave them, so that every process's memory can be drawn at any
/// moment.
struct MemoryReplay {
  /// What a page is drawn as. The numbers are the page's.
  enum State: UInt32 {
    /// Present, read-only, nobody else's.
    case present = 1
    case zeroFilled = 2
    /// Read-only with others until somebody writes.
    case copyOnWrite = 3
    /// Writable by several.
    case shared = 4

    /// Added to the number of a page that was written to.
    static let dirty: UInt32 = 8
  }

  /// Whose directory is whose, by its last run.
  private(set) var owners: [UInt32: Endpoint] = [:]
  /// Entries by their physical addresses, zeros left out; one dictionary a page of them.
  private var pages: [UInt32: [UInt32: UInt32]] = [:]
  /// How many entries of page tables lead to a frame.
  private var users: [UInt32: Int] = [:]
  /// Frames that were empty when they came.
  private var isFresh: Set<UInt32> = []
  private var isDirectory: Set<UInt32> = []
  /// Pages that processes faulted on when they wanted to write.
  private var writes: [Endpoint: UInt32] = [:]

  /// Takes note of who runs in which directory.
  mutating func belongs(_ step: TraceStep) {
    guard case .run(let directory) = step.what, directory != 0 else { return }
    owners[directory] = step.who
    isDirectory.insert(directory)
  }

  mutating func take(_ step: TraceStep) {
    switch step.what {
    case .edit(let entry, _, let new, _, let directory):
      isDirectory.insert(directory)
      store(new, at: entry)
    case .copiedEntries(let source, let target, let count, _, _, let isReadOnly):
      for index in 0..<count { copy(source &+ index * 4, target &+ index * 4, isReadOnly) }
    case .emptied(let table, _):
      // A directory keeps the stub's entries.
      let end = table &+ (isDirectory.contains(table) ? 960 : 1024) * 4
      for entry in (pages[table] ?? [:]).keys where entry < end { store(0, at: entry) }
    case .kernelCall(let request)
    where request.type == KernelCallNumber.memset.messageType:
      let start = request[word: 28] & ~0xFFF
      if request[word: 20] == 4096 { isFresh.insert(start) }
    case .kernelCall(let request)
    where request.type == KernelCallNumber.physicalCopy.messageType:
      isFresh.remove(request[word: 24] & ~0xFFF)
    case .trap(.pageFault, let errorCode, _, let address):
      writes[step.who] =
        PageFaultErrorCode(rawValue: errorCode).contains(.write) ? address & ~0xFFF : nil
    case .run(let directory):
      // The instruction is begun anew: if it may write now, it does, and the CPU sets the bit.
      if let page = writes.removeValue(forKey: step.who) {
        touch(page, in: directory, ifWritable: true)
      }
    case .pages(let start, let count, let flags, let directory)
    where flags & PageEntryBits.dirty != 0:
      for index in 0..<count { touch(start &+ index * 4096, in: directory) }
    case .flags(_, let new) where new == .slotFree:
      owners = owners.filter { $0.value != step.who }
    default: break
    }
  }

  private mutating func store(_ value: UInt32, at entry: UInt32) {
    let page = entry & ~0xFFF
    let old = pages[page]?[entry] ?? 0
    if !isDirectory.contains(page) {
      if old & 1 != 0 { users[old & ~0xFFF, default: 1] -= 1 }
      if value & 1 != 0 { users[value & ~0xFFF, default: 0] += 1 }
    }
    pages[page, default: [:]][entry] = value == 0 ? nil : value
  }

  private mutating func copy(_ source: UInt32, _ target: UInt32, _ isReadOnly: Bool) {
    let value = pages[source & ~0xFFF]?[source] ?? 0
    guard value & 1 != 0 else { return }
    let kept = isReadOnly ? value & ~PageEntryBits.writable : value
    store(kept, at: target)
    store(kept, at: source)
  }

  private mutating func touch(
    _ page: UInt32, in directory: UInt32, ifWritable: Bool = false
  ) {
    let first = pages[directory]?[directory &+ (page >> 22) * 4] ?? 0
    guard first & 1 != 0 else { return }
    let place = (first & ~0xFFF) &+ (page >> 12 & 0x3FF) * 4
    guard let entry = pages[place & ~0xFFF]?[place],
      !ifWritable || entry & PageEntryBits.writable != 0
    else { return }
    pages[place & ~0xFFF]?[place] = entry | PageEntryBits.dirty
  }

  /// The pages of an address space: first page, count, state; neighbours alike are one run.
  func runs(of directory: UInt32) -> [[UInt32]] {
    var runs: [[UInt32]] = []
    let tables = (pages[directory] ?? [:]).sorted { $0.key < $1.key }
    for (place, first) in tables where first & 1 != 0 && (place - directory) / 4 < 960 {
      let base = ((place - directory) / 4) << 10
      for (entryPlace, entry) in (pages[first & ~0xFFF] ?? [:]).sorted(by: { $0.key < $1.key })
      where entry & 1 != 0 {
        let number = base + (entryPlace & 0xFFF) / 4
        let state =
          state(of: entry).rawValue + (entry & PageEntryBits.dirty != 0 ? State.dirty : 0)
        if let last = runs.last, last[0] + last[1] == number, last[2] == state {
          runs[runs.count - 1][1] += 1
        } else {
          runs.append([number, 1, state])
        }
      }
    }
    return runs
  }

  private func state(of entry: UInt32) -> State {
    let frame = entry & ~0xFFF
    let isWritable = entry & PageEntryBits.writable != 0
    if (users[frame] ?? 0) > 1 { return isWritable ? .shared : .copyOnWrite }
    return isWritable && isFresh.contains(frame) ? .zeroFilled : .present
  }
}
