internal import Dispatch
internal import I386
internal import KVM
internal import Synchronization

/// Memory slots that change under a guest that has used them: its next access goes by the new ones.
enum SlotChangeScene: HostScene, CaseIterable {
  /// The window's slot goes; the guest reads, or writes.
  case removedRead, removedWrite
  /// Other memory comes into its place; and goes again.
  case replaced, restored
  /// It comes to lie elsewhere; the guest reads where it was, or where it is.
  case movedFrom, movedTo
  /// It becomes read-only.
  case madeReadOnly
  /// Other memory comes into its place while the guest runs and reads.
  case whileRunning

  static let all = allCases

  var words: String {
    switch self {
    case .removedRead: "removed, then a read"
    case .removedWrite: "removed, then a write"
    case .replaced: "other memory in its place"
    case .restored: "other memory in its place, and the first again"
    case .movedFrom: "moved, then a read where it was"
    case .movedTo: "moved, then a read where it is"
    case .madeReadOnly: "made read-only, then a write"
    case .whileRunning: "other memory in its place while the guest reads"
    }
  }

  private static var page: Int { 3 }
  private static var address: UInt32 { HostMachine.window + UInt32(page) << 12 }
  /// Where it is moved to, guest-physical.
  private static var elsewhere: UInt64 { 0x0100_0000 }
  /// What the guest reads where there is no memory.
  private static var invention: UInt32 { 0x5A5A_1234 }

  private var isWrite: Bool { self == .removedWrite || self == .madeReadOnly }
  private static func mark(_ part: Int) -> UInt32 { HostMachine.mark(part: part, page: page) }

  func expectation<Rules>(
    by oracle: PagingOracle<Rules>, physicalAddressBits: UInt32
  ) -> HostState {
    var state = HostState()
    switch self {
    case .removedRead, .movedFrom:
      state.set(.exit, HostExit.memoryRead.rawValue)
      state.set(.address, Self.address)
      state.set(.byteCount, 4 as UInt32)
      state.set(.next, Self.invention)
    case .removedWrite, .madeReadOnly:
      state.set(.exit, HostExit.memoryWrite.rawValue)
      state.set(.address, Self.address)
      state.set(.byteCount, 4 as UInt32)
      state.set(.value, Self.mark(1))
      state.set(.next, Self.mark(1))
    case .replaced, .whileRunning: Self.set(Self.mark(2), in: &state)
    case .restored, .movedTo: Self.set(Self.mark(1), in: &state)
    }
    return state
  }

  private static func set(_ value: UInt32, in state: inout HostState) {
    state.set(.exit, HostExit.output.rawValue)
    state.set(.byteCount, 4 as UInt32)
    state.set(.value, value)
  }

  func observation(
    on system: borrowing System, _ quiet: inout HostMachine?
  ) throws(KVMError) -> HostState {
    let machine = try HostMachine(on: system, code)
    var state = HostState()
    // The first access goes by the first slot, and KVM keeps what it has found.
    _ = try machine.run()
    let exit = self == .whileRunning ? try changeAndRun(machine) : try runChanged(machine)
    state.set(exit)
    switch exit {
    case .memoryRead:
      machine.vcpu.setMemoryReadValue(UInt64(Self.invention))
      if case .output(_, _, let value) = try machine.run() { state.set(.next, value) }
    case .memoryWrite:
      if case .output(_, _, let value) = try machine.run() { state.set(.next, value) }
    default: break
    }
    return state
  }

  private func runChanged(_ machine: HostMachine) throws(KVMError) -> VCPU.Exit {
    try change(machine)
    if self == .restored {
      _ = try machine.run()
      try machine.machine.removeMemory(slot: 1)
      try machine.attach(slot: 1, at: UInt64(HostMachine.window), part: 1)
    }
    return try machine.run()
  }

  private func change(_ machine: HostMachine) throws(KVMError) {
    let window = UInt64(HostMachine.window)
    switch self {
    case .removedRead, .removedWrite: try machine.machine.removeMemory(slot: 1)
    case .replaced, .restored, .whileRunning:
      try machine.machine.removeMemory(slot: 1)
      try machine.attach(slot: 1, at: window, part: 2)
    case .movedFrom: try machine.attach(slot: 1, at: Self.elsewhere, part: 1)
    case .movedTo:
      try machine.attach(slot: 1, at: Self.elsewhere, part: 1)
      let entry = UInt32(Self.elsewhere) + UInt32(Self.page) << 12
      // By way of the other directory: what is remembered of the first is not asked for.
      machine.store(
        entry | HostEntry.present | HostEntry.writable,
        at: HostMachine.Place.otherTable + UInt32(Self.page) * 4)
      var special = try machine.vcpu.specialRegisters()
      special.cr3 = HostMachine.Place.otherDirectory
      try machine.vcpu.setSpecialRegisters(special)
    case .madeReadOnly:
      try machine.machine.removeMemory(slot: 1)
      try machine.attach(slot: 1, at: window, part: 1, .readOnly)
    }
  }

  /// Changes the slot by another thread while the guest reads again and again. Between the two slots
  /// there is none: what is read then is the host's invention.
  private func changeAndRun(_ machine: HostMachine) throws(KVMError) -> VCPU.Exit {
    let result = Mutex<Result<VCPU.Exit, KVMError>>(.success(.interrupted))
    let failure = Mutex<KVMError?>(nil)
    DispatchQueue.concurrentPerform(iterations: 2) { thread in
      do throws(KVMError) {
        if thread == 0 {
          var exit = try machine.run()
          while case .memoryRead = exit {
            machine.vcpu.setMemoryReadValue(UInt64(Self.mark(1)))
            exit = try machine.run()
          }
          result.withLock { $0 = .success(exit) }
        } else {
          try change(machine)
        }
      } catch {
        failure.withLock { $0 = error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return try result.withLock { $0 }.get()
  }

  /// Reads or writes, says so, and again; or reads until it finds another word.
  private var code: HostCode {
    var code = HostCode()
    code.load(.ebx, Self.address)
    code.load(.eax, Self.mark(1))
    let again = code.here
    code.add(isWrite ? 0x89 : 0x8B, 0x03)
    code.out()
    if self == .whileRunning {
      code.load(.ecx, Self.mark(1))
      code.add(0x8B, 0x03)  // mov (%ebx), %eax
      code.add(0x39, 0xC8)  // cmp %ecx, %eax
      code.add(0x74, 0xFA)  // je to the mov
      code.out()
    } else {
      code.jump(to: again)
    }
    return code
  }
}
