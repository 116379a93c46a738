public import I386
import Stub

/// The edits of live page tables that the stub has still to carry out.
///
/// The host stores entries itself; but with shadow paging KVM re-reads only entries that a guest
/// write has marked, so every entry that *was present* must be touched by the stub, and what its
/// page may have left in the TLB be invalidated. An entry that was absent needs neither: neither
/// the CPU nor KVM remembers absent entries. This is the one file that knows the rule.
///
/// The list has room for what the stub takes at once; a longer one is handed over in parts, each
/// with an exit of its own.
public struct PageTableEdits: ~Copyable {
  /// One run of neighbouring entries.
  @frozen
  public struct Edit: Equatable, Sendable, BitwiseCopyable {
    /// The first entry's physical (and, through the stub's window, linear) address.
    public var entry: PhysicalAddress
    /// How many entries, at least 1.
    public var count: UInt32
    /// The first page to invalidate, the others follow it; 0 for none.
    public var linear: LinearAddress

    public init(entry: PhysicalAddress, count: UInt32, linear: LinearAddress) {
      self.entry = entry
      self.count = count
      self.linear = linear
    }
  }

  /// Above so many pages a CR3 reload is cheaper than an `invlpg` each.
  public static var invalidationLimit: UInt32 { 16 }
  /// How many runs the stub takes at once.
  public static var capacity: Int { Int(STUB_EDIT_CAPACITY) }

  /// The runs in the order of their making.
  public private(set) var list: [Edit] = []
  /// Pages named for invalidation.
  public private(set) var invalidatedPageCount: UInt32 = 0
  /// Whether CR3 must be loaded although it does not change.
  public private(set) var requiresDirectoryReload = false

  public init() {
    list.reserveCapacity(Self.capacity)
  }

  /// Whether there is nothing to carry out. It is asked at every resume, and needs no look at the list.
  public private(set) var isEmpty = true

  /// Records that the host has stored over entries that were present.
  ///
  /// - Parameters:
  ///   - entry: the first entry's physical address, in the arena.
  ///   - count: how many, all of them in one page table; at least 1.
  ///   - linear: the page that the first one translated in the address space that is loaded now, or
  ///     nil when it belongs to another one (a CR3 load will flush it before it can be used).
  public mutating func record(entry: PhysicalAddress, count: UInt32 = 1, linear: LinearAddress?) {
    isEmpty = false
    let page = linear ?? LinearAddress(0)
    if linear != nil { invalidatedPageCount &+= count }
    if var last = list.last, extends(last, entry: entry, linear: linear) {
      last.count &+= count
      list[list.count - 1] = last
      return
    }
    list.append(Edit(entry: entry, count: count, linear: page))
  }

  /// Asks for a CR3 load at the next resume even if the directory stays the same.
  public mutating func reloadDirectory() {
    requiresDirectoryReload = true
    isEmpty = false
  }

  /// Forgets everything: the stub has been given the list.
  public mutating func removeAll() {
    list.removeAll(keepingCapacity: true)
    invalidatedPageCount = 0
    requiresDirectoryReload = false
    isEmpty = true
  }

  private func extends(_ last: Edit, entry: PhysicalAddress, linear: LinearAddress?) -> Bool {
    guard entry.rawValue == last.entry.rawValue &+ last.count &* 4, entry.rawValue & 0xFFF != 0
    else { return false }
    guard let linear else { return last.linear.rawValue == 0 }
    return last.linear.rawValue != 0 && linear == last.linear + last.count &* 4096
  }
}
