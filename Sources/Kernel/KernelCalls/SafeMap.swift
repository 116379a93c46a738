import FlightRecorder
import I386
import MinixABI

extension Kernel {
  /// SYS_SAFEMAP: VM maps granted pages into the caller's memory too. The reply comes when VM has
  /// answered.
  ///
  /// Source: minix `kernel/system/do_safemap.c`; ABI 8.7, read by 13.13.
  func safeMap(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    recorder.recordKernelCallRest(message, by: processes[caller].endpoint)
    let granter = message[endpoint: 8]
    let grant = GrantID(rawValue: message[int: 12])
    let (offset, byteCount) = (message[word: 16], message[word: 24])
    let isWritable = message[short: 32] != 0
    let granted = verifyGrant(
      grant, of: granter, for: processes[caller].endpoint,
      access: isWritable ? [.map, .read, .write] : [.map, .read], offset: offset,
      byteCount: byteCount)
    let range: GrantedRange
    switch granted {
    case .failure(let refusal): return outcome(of: refusal, caller)
    case .success(let found): range = found
    }
    let map = SafeMap(
      granter: granter, grant: grant, offset: offset,
      owner: processes[range.owner].endpoint, source: range.start,
      grantee: processes[caller].endpoint, segment: message[int: 28],
      address: LinearAddress(message[word: 20]), byteCount: byteCount)
    guard isMappable(map) else { return .reply(.einval) }
    guard let index = safeMaps.add(map) else { return .reply(.ebusy) }
    return .mapping(MapRequest(type: .map, isWritable: isWritable, record: index))
  }

  /// SYS_SAFEREVMAP: a granter takes back what is mapped, by grant or by address.
  ///
  /// Source: minix `kernel/system/do_safemap.c`; ABI 8.7, read by 13.18.
  func safeRevokeMap(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    recorder.recordKernelCallRest(message, by: processes[caller].endpoint)
    let me = processes[caller].endpoint
    let value = message[word: 12]
    let byGrant = message[short: 32] != 0
    return unmap(caller) { map in
      byGrant
        ? map.granter == me && map.grant.rawValue == Int32(bitPattern: value)
        : map.owner == me && map.source.rawValue == value
    }
  }

  /// SYS_SAFEUNMAP: a grantee gives back what it has mapped.
  ///
  /// Source: minix `kernel/system/do_safemap.c`; ABI 8.7.
  func safeUnmap(_ message: Message, _ caller: ProcessSlot) -> CallOutcome {
    let me = processes[caller].endpoint
    return unmap(caller) { map in
      map.grantee == me && map.segment == message[int: 28]
        && map.address.rawValue == message[word: 20]
    }
  }

  /// `safeunmap`, for the first mapping that matches. When VM has answered, the call is made again, for
  /// the next; when there is none left, it is done.
  private func unmap(_ caller: ProcessSlot, where matches: (SafeMap) -> Bool) -> CallOutcome {
    guard let index = safeMaps.first(where: matches), let map = safeMaps[index] else {
      return .reply(.ok)
    }
    let granted = verifyGrant(
      map.grant, of: map.granter, for: map.grantee, access: .map, offset: map.offset,
      byteCount: map.byteCount)
    if case .failure(let refusal) = granted { return outcome(of: refusal, caller) }
    // VM takes the request that came last first: it would undo before it has done. And it can't wait
    // for itself.
    guard map.isEstablished, processes[caller].endpoint != .vm else { return .reply(.einval) }
    return .mapping(MapRequest(type: .unmap, isWritable: false, record: index))
  }

  /// Whether VM can map the range: whole pages of two processes that it serves.
  private func isMappable(_ map: SafeMap) -> Bool {
    guard map.byteCount > 0, map.byteCount & 0xFFF == 0, map.source.pageOffset == 0,
      map.address.pageOffset == 0
    else { return false }
    for (endpoint, start) in [(map.owner, map.source), (map.grantee, map.address)] {
      guard let slot = processes.slot(of: endpoint), !slot.isKernelTask,
        !processes[slot].isResident, endpoint != .vm,
        AddressSpaceLayout.isUserRange(start.rawValue, byteCount: map.byteCount)
      else { return false }
    }
    return true
  }
}
