import MinixABI

/// The calls that a process may make to VM (`vm_call_mask`): a bit for each index.
///
/// Source: minix `servers/vm/vmproc.h`, `servers/vm/main.c`; ABI 2.3 and 9.1.
struct CallSet: Equatable {
  var bits: UInt64 = 0

  init() {}

  init(_ calls: [VMCallNumber]) {
    for call in calls { bits |= 1 << UInt64(call.rawValue) }
  }

  /// The set as VM_RS_SET_PRIV gives it: three chunks of 16 bits, in two words.
  init(low: UInt32, high: UInt32) {
    bits = (UInt64(high & 0xFFFF) << 32 | UInt64(low)) & (1 << UInt64(VMCallNumber.count) - 1)
  }

  func contains(_ call: VMCallNumber) -> Bool { bits & (1 << UInt64(call.rawValue)) != 0 }

  func union(_ other: CallSet) -> CallSet {
    var all = self
    all.bits |= other.bits
    return all
  }

  /// `VM_BASIC_CALLS`: what everybody may do.
  static var basic: CallSet {
    CallSet([.mmap, .munmap, .munmapText, .mapPhysical, .unmapPhysical])
  }

  /// What a system process may do that somebody else than RS has started, who would have told VM: all
  /// but what PM and RS do to others.
  static var service: CallSet {
    basic.union(
      CallSet([.remap, .sharedUnmap, .getPhysical, .getReference, .queryExit, .info]))
  }

  /// The set of a process of the boot image.
  static func ofBootProcess(_ endpoint: Endpoint) -> CallSet {
    switch endpoint {
    case .vm: CallSet()
    case .rs: basic.union(CallSet([.rsSetPrivilege, .rsUpdate]))
    case .pm:
      basic.union(
        CallSet([
          .exit, .fork, .brk, .execNewMemory, .pushSignal, .willExit, .addDMA, .deleteDMA, .getDMA,
          .notifySignal,
        ]))
    default: basic
    }
  }
}

extension VMServer {
  /// The slot of whoever may have calls: a process with an address space, or one of the boot image,
  /// which VM knows from the beginning. nil for anybody else.
  func callSlot(of endpoint: Endpoint) -> Int? {
    if let slot = slot(of: endpoint) { return slot }
    let slot = Int(endpoint.rawValue)
    let isBootProcess = (0...Int(Endpoint.initProcess.rawValue)).contains(slot)
    guard isBootProcess, slot < spaces.count, !spaces[slot].isInUse else { return nil }
    return slot
  }

  /// Whether the ACL allows a call.
  func mayMake(_ call: VMCallNumber, _ caller: Endpoint) -> Bool {
    guard let slot = callSlot(of: caller) else { return false }
    return spaces[slot].calls.contains(call)
  }

  /// VM_RS_SET_PRIV: gives a process its set of calls. Without a buffer there is nothing to do.
  ///
  /// Source: minix `servers/vm/rs.c`; ABI 9.2.
  mutating func setPrivilege(_ request: Message) -> ResultCode {
    guard let slot = callSlot(of: request[endpoint: 8]) else { return .einval }
    let buffer = request[word: 20]
    guard buffer != 0 else { return .ok }
    let fetched = fetch(byteCount: 6, from: request.source, at: buffer)
    guard fetched == .ok else { return fetched }
    spaces[slot].calls = CallSet(low: gate.placedWord(0), high: gate.placedWord(1))
    return .ok
  }
}
