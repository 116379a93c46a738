import I386
import MinixABI

/// What a grant allows: a range of some process's memory.
struct GrantedRange: Equatable {
  /// Whose memory it is: the granter's, or, of a magic grant, another process's.
  var owner: ProcessSlot
  var start: LinearAddress
}

/// Why a grant allows nothing.
enum GrantRefusal: Error {
  case code(ResultCode)
  /// The table itself is not in memory; VM can perhaps help.
  case memory(CopyFault)
}

/// Grants: a process lets another one copy or map a part of its memory. The entries lie in the
/// granter's own memory, where it changes them as it likes.
///
/// Source: minix `kernel/system/do_safecopy.c`; ABI 8.7 and 15.5.
extension Kernel {
  /// `MAX_INDIRECT_DEPTH`: how many grants of grants are followed.
  private static var maximumDepth: Int { 5 }

  /// `verify_grant`: finds the memory that a grant stands for, if it allows the access.
  ///
  /// - Parameters:
  ///   - grant: its index in the granter's table.
  ///   - granter: whose table.
  ///   - grantee: who wants to use it; ANY matches everybody, and so does an entry for ANY.
  ///   - access: what for.
  ///   - offset: where in the granted range the access begins.
  ///   - byteCount: how long it is.
  func verifyGrant(
    _ grant: GrantID, of granter: Endpoint, for grantee: Endpoint, access: GrantFlags,
    offset: UInt32, byteCount: UInt32
  ) -> Result<GrantedRange, GrantRefusal> {
    var (grant, granter, grantee) = (grant, granter, grantee)
    // MINIX follows five indirect grants and then looks at what they lead to.
    for _ in 0...Self.maximumDepth {
      guard let slot = processes.slot(of: granter), grant.rawValue >= 0 else {
        return .failure(.code(.einval))
      }
      let entry: GrantEntry
      switch grantEntry(grant, of: slot) {
      case .failure(let refusal): return .failure(refusal)
      case .success(let found): entry = found
      }
      guard entry.flags.contains([.used, .valid]) else { return .failure(.code(.eperm)) }
      if entry.flags.contains(.indirect) {
        guard allows(entry, grantee) else { return .failure(.code(.eperm)) }
        (grant, granter, grantee) = (entry.grant, entry.origin, granter)
        continue
      }
      return verify(entry, of: slot, for: grantee, access, offset, byteCount)
    }
    return .failure(.code(.eloop))
  }

  private func verify(
    _ entry: GrantEntry, of granter: ProcessSlot, for grantee: Endpoint, _ access: GrantFlags,
    _ offset: UInt32, _ byteCount: UInt32
  ) -> Result<GrantedRange, GrantRefusal> {
    guard entry.flags.contains(access), entry.flags.contains(.direct) || isMagic(entry, granter),
      allows(entry, grantee),
      UInt64(offset) + UInt64(byteCount) <= UInt64(entry.grantedByteCount),
      UInt64(entry.start) + UInt64(entry.grantedByteCount) <= 1 << 32
    else { return .failure(.code(.eperm)) }
    var owner = granter
    if !entry.flags.contains(.direct) {
      guard let slot = processes.slot(of: entry.origin) else {
        return .failure(.code(.edeadsrcdst))
      }
      owner = slot
    }
    return .success(
      GrantedRange(owner: owner, start: LinearAddress(entry.start) + offset))
  }

  /// Only VFS may give away the memory of others.
  private func isMagic(_ entry: GrantEntry, _ granter: ProcessSlot) -> Bool {
    entry.flags.contains(.magic) && processes[granter].endpoint == .vfs
  }

  private func allows(_ entry: GrantEntry, _ grantee: Endpoint) -> Bool {
    grantee == .any || entry.grantee == .any || entry.grantee == grantee
  }

  /// Reads an entry from its granter's table. Whatever is wrong with the table is EPERM.
  private func grantEntry(
    _ grant: GrantID, of granter: ProcessSlot
  ) -> Result<GrantEntry, GrantRefusal> {
    let table = privileges[processes[granter].privilege].grantTable
    let place = UInt64(table.start.rawValue) + UInt64(grant.rawValue) * UInt64(GrantEntry.byteCount)
    guard table.start.rawValue != 0, grant.rawValue < table.entryCount,
      place <= UInt64(UInt32.max)
    else { return .failure(.code(.eperm)) }
    let fetched = fetchBytes(
      of: granter, at: LinearAddress(UInt32(place)), byteCount: GrantEntry.byteCount)
    return fetched.map { bytes in
      var entry = GrantEntry()
      for (index, byte) in bytes.enumerated() {
        entry.words[index / 4] |= UInt32(byte) << UInt32(8 * (index % 4))
      }
      return entry
    }.mapError { .memory($0) }
  }

  /// What becomes of a kernel call whose grant allows nothing.
  func outcome(of refusal: GrantRefusal, _ caller: ProcessSlot) -> CallOutcome {
    switch refusal {
    case .code(let code): .reply(code)
    case .memory(let fault): outcome(of: fault, caller, refusal: .eperm)
    }
  }
}

/// Where a process keeps its grants (`s_grant_table`, `s_grant_entries`).
struct GrantTable: BitwiseCopyable {
  /// In the process's memory; 0 for none.
  var start = LinearAddress(0)
  var entryCount: Int32 = 0
}
