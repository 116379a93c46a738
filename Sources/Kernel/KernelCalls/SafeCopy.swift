import I386
import MinixABI

/// A copy between the caller and a grant.
struct SafeCopy {
  var granter: Endpoint
  var grant: GrantID
  /// Where in the grant.
  var offset: UInt32
  /// The caller's side.
  var segment = SegmentSelector.data
  var address: UInt32
  var byteCount: UInt32
  /// READ copies from the granter, WRITE to it.
  var access: GrantFlags
}

extension Kernel {
  /// SYS_SAFECOPYFROM and SYS_SAFECOPYTO.
  ///
  /// Source: minix `kernel/system/do_safecopy.c`; ABI 8.7.
  ///
  /// - Parameter access: READ for the first, WRITE for the second.
  func safeCopy(_ message: Message, _ caller: ProcessSlot, _ access: GrantFlags) -> CallOutcome {
    safeCopy(
      SafeCopy(
        granter: message[endpoint: 8], grant: GrantID(rawValue: message[int: 16]),
        offset: message[word: 20],
        segment: SegmentSelector(rawValue: Int16(truncatingIfNeeded: message[int: 12])),
        address: message[word: 28], byteCount: message[word: 24], access: access), caller)
  }

  /// `safecopy`: one copy, of a call of its own or of a vector.
  func safeCopy(_ request: SafeCopy, _ caller: ProcessSlot) -> CallOutcome {
    guard let granter = processes.slot(of: request.granter) else { return .reply(.einval) }
    guard privileges[processes[granter].privilege].grantTable.start.rawValue != 0 else {
      return .reply(.eperm)
    }
    let granted = verifyGrant(
      request.grant, of: request.granter, for: processes[caller].endpoint, access: request.access,
      offset: request.offset, byteCount: request.byteCount)
    let range: GrantedRange
    switch granted {
    case .failure(let refusal): return outcome(of: refusal, caller)
    case .success(let found): range = found
    }
    guard request.byteCount != 0 else { return .reply(.edom) }
    let own: CopySide
    switch ownSide(request, caller) {
    case .failure(let refusal): return .reply(refusal.code)
    case .success(let side): own = side
    }
    let theirs = CopySide.process(range.owner, range.start)
    let isReading = request.access == .read
    return outcome(
      of: copy(
        from: isReading ? theirs : own, to: isReading ? own : theirs,
        byteCount: request.byteCount), caller)
  }

  /// Differs from MINIX: there PHYS_SEG gave whoever had any grant all of memory.
  private func ownSide(
    _ request: SafeCopy, _ caller: ProcessSlot
  ) -> Result<CopySide, CopyRefusal> {
    let place = CopyAddress(segment: request.segment, endpoint: .itself, address: request.address)
    guard place.segment.kind != .physical else { return .failure(CopyRefusal(code: .eperm)) }
    return resolve(place, caller)
  }
}
