internal import I386
internal import KVM

/// The dirty log against the entries' D: what was written is in the log, what was not touched is not.
/// A page that was only read may be.
///
/// Source: Linux Documentation/virt/kvm/api.rst, KVM_GET_DIRTY_LOG.
struct DirtyLogScene: HostScene {
  enum Access: CaseIterable, Sendable {
    case read, write, lockedOr, writeAcrossPages

    var isWrite: Bool { self != .read }
  }

  var access: Access
  var isLarge: Bool
  /// A and D of the entry before.
  var flags: UInt32
  /// Whether the log begins when the page has been used already.
  var isLate: Bool

  static let all: [DirtyLogScene] = Access.allCases.flatMap { access in
    [false, true].flatMap { isLarge in
      [0, HostEntry.accessed, HostEntry.dirty, HostEntry.accessed | HostEntry.dirty]
        .flatMap { flags in
          [false, true].map {
            DirtyLogScene(access: access, isLarge: isLarge, flags: flags, isLate: $0)
          }
        }
    }
  }

  var words: String {
    let what =
      switch access {
      case .read: "a read"
      case .write: "a write"
      case .lockedOr: "a locked OR of nothing"
      case .writeAcrossPages: "a write across two pages"
      }
    let set =
      (flags & HostEntry.accessed != 0 ? " A" : "") + (flags & HostEntry.dirty != 0 ? " D" : "")
    return
      "\(what) through a \(isLarge ? "4 MiB" : "4 KiB") page's entry\(set.isEmpty ? "" : " with" + set)"
      + (isLate ? ", which is logged after its first use" : "")
  }

  /// The window's page that is used, and its page table's.
  private static var page: UInt32 { 3 }
  private static var tablePage: UInt32 { 15 }
  private static var table: UInt32 { HostMachine.window + tablePage << 12 }
  private var linear: UInt32 {
    HostMachine.window + Self.page << 12 + (access == .writeAcrossPages ? 0xFFE : 0x10)
  }
  private var basic: UInt32 { HostEntry.present | HostEntry.writable }

  func expectation<Rules>(
    by oracle: PagingOracle<Rules>, physicalAddressBits: UInt32
  ) -> HostState {
    var state = HostState()
    let pages = access == .writeAcrossPages ? UInt64(3) << Self.page : UInt64(1) << Self.page
    // A read page is nobody's promise; the table's is looked at by itself.
    let open = (access.isWrite ? 0 : pages) | UInt64(1) << Self.tablePage
    let written = access.isWrite ? pages : 0
    let after =
      flags | HostEntry.accessed | (access.isWrite ? HostEntry.dirty : 0)
    state.set(.firstLog, written, open: open)
    if !isLarge {
      // What the processor writes into an entry is a write, too.
      let isChanged = after != flags && !isLate
      state.set(.tableLog, isChanged ? 1 : 0 as UInt32, open: isChanged ? 0 : 1)
    }
    state.set(.tableEntry, basic | after)
    state.set(.secondLog, written, open: open)
    return state
  }

  func observation(
    on system: borrowing System, _ quiet: inout HostMachine?
  ) throws(KVMError) -> HostState {
    let machine = try HostMachine(on: system, code, window: isLate ? [] : .logsDirtyPages)
    let entry = mapPages(of: machine)
    if isLate {
      _ = try machine.run()
      try machine.attach(
        slot: 1, at: UInt64(HostMachine.window), part: 1, .logsDirtyPages)
    }
    _ = try machine.writtenPages()
    var state = HostState()
    _ = try machine.run()
    let log = try machine.writtenPages()
    state.set(.firstLog, log)
    if !isLarge { state.set(.tableLog, log >> UInt64(Self.tablePage) & 1) }
    state.set(
      .tableEntry,
      machine.word(at: entry) & (0xFFF & ~HostEntry.pageSize))
    _ = try machine.run()
    state.set(.secondLog, try machine.writtenPages())
    return state
  }

  /// - Returns: the entry that is looked at.
  private func mapPages(of machine: HostMachine) -> UInt32 {
    let place = HostMachine.Place.directory + 4
    if isLarge {
      machine.store(HostMachine.window | basic | flags | HostEntry.pageSize, at: place)
      return place
    }
    machine.store(Self.table | basic | HostEntry.accessed, at: place)
    for page in Self.page...Self.page + 1 {
      machine.store(HostMachine.window + page << 12 | basic | flags, at: Self.table + page * 4)
    }
    return Self.table + Self.page * 4
  }

  private var code: HostCode {
    var code = HostCode()
    code.load(.ebx, linear)
    let again = code.here
    switch access {
    case .read: code.add(0x8B, 0x03)  // mov (%ebx), %eax
    case .write, .writeAcrossPages: code.add(0x89, 0x03)  // mov %eax, (%ebx)
    case .lockedOr: code.add(0xF0, 0x83, 0x0B, 0x00)  // lock orl $0, (%ebx)
    }
    code.out()
    code.jump(to: again)
    return code
  }
}
