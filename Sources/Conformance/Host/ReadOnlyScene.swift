internal import I386
internal import KVM

/// A read-only slot: what reads finds memory, and what writes becomes an exit that has the address and
/// the data, changes nothing, and lets the guest go on behind the instruction.
///
/// Source: Linux Documentation/virt/kvm/api.rst, KVM_MEM_READONLY.
enum ReadOnlyScene: HostScene, CaseIterable {
  case readByte, readWord, readLong, fetch
  case writeByte, writeWord, writeLong, push
  case add, exchange, lockedOr, readThenWrite

  static let all = allCases

  var words: String {
    switch self {
    case .readByte: "a read of a byte"
    case .readWord: "a read of two bytes"
    case .readLong: "a read of four bytes"
    case .fetch: "a fetch"
    case .writeByte: "a write of a byte"
    case .writeWord: "a write of two bytes"
    case .writeLong: "a write of four bytes"
    case .push: "a push"
    case .add: "an addition to memory"
    case .exchange: "an exchange with memory"
    case .lockedOr: "a locked OR of memory"
    case .readThenWrite: "a write behind a read"
    }
  }

  private static var page: Int { 3 }
  private static var address: UInt32 { HostMachine.window + UInt32(page) << 12 }
  private static var mark: UInt32 { HostMachine.mark(part: 1, page: page) }
  private static var operand: UInt32 { 0x7654_3210 }

  /// What the instruction writes, if it does: bytes, and the word.
  private var write: (byteCount: UInt32, value: UInt32)? {
    switch self {
    case .readByte, .readWord, .readLong, .fetch: nil
    case .writeByte: (1, Self.operand & 0xFF)
    case .writeWord: (2, Self.operand & 0xFFFF)
    case .writeLong, .push, .readThenWrite, .exchange: (4, Self.operand)
    case .add: (4, Self.mark &+ Self.operand)
    case .lockedOr: (4, Self.mark | Self.operand)
    }
  }

  /// What the guest says when it is done.
  private var answer: UInt32 {
    switch self {
    case .readByte: Self.operand & ~0xFF | Self.mark & 0xFF
    case .readWord: Self.operand & ~0xFFFF | Self.mark & 0xFFFF
    case .readLong, .exchange: Self.mark
    default: Self.operand
    }
  }

  func expectation<Rules>(
    by oracle: PagingOracle<Rules>, physicalAddressBits: UInt32
  ) -> HostState {
    var state = HostState()
    if let write {
      state.set(.exit, HostExit.memoryWrite.rawValue)
      state.set(.address, Self.address)
      state.set(.byteCount, write.byteCount)
      state.set(.value, write.value)
      state.set(.next, answer)
    } else {
      state.set(.exit, HostExit.output.rawValue)
      state.set(.byteCount, 4 as UInt32)
      state.set(.value, answer)
    }
    state.set(.memory, self == .fetch ? Self.jump : Self.mark)
    state.set(
      .tableEntry,
      HostEntry.present | HostEntry.writable | HostEntry.accessed
        | (write == nil ? 0 : HostEntry.dirty))
    return state
  }

  func observation(
    on system: borrowing System, _ quiet: inout HostMachine?
  ) throws(KVMError) -> HostState {
    let machine = try HostMachine(on: system, code, window: .readOnly)
    let entry = HostMachine.Place.table + UInt32(Self.page) * 4
    machine.store(Self.address | HostEntry.present | HostEntry.writable, at: entry)
    if self == .fetch { machine.store(Self.jump, at: Self.address) }
    var state = HostState()
    let exit = try machine.run()
    state.set(exit)
    if case .memoryWrite = exit, case .output(_, _, let value) = try machine.run() {
      state.set(.next, value)
    }
    state.set(.memory, machine.word(at: Self.address))
    state.set(.tableEntry, machine.word(at: entry) & 0xFFF)
    return state
  }

  /// `jmp *%ecx`, and two bytes that are never reached.
  private static var jump: UInt32 { 0x9090_E1FF }

  private var code: HostCode {
    var code = HostCode()
    code.load(.ebx, Self.address)
    code.load(.eax, Self.operand)
    switch self {
    case .readByte: code.add(0x8A, 0x03)
    case .readWord: code.add(0x66, 0x8B, 0x03)
    case .readLong: code.add(0x8B, 0x03)
    case .fetch:
      // The way back lies behind the jump.
      code.load(.ecx, code.here + 7)
      code.add(0xFF, 0xE3)  // jmp *%ebx
    case .writeByte: code.add(0x88, 0x03)
    case .writeWord: code.add(0x66, 0x89, 0x03)
    case .writeLong: code.add(0x89, 0x03)
    case .push:
      code.load(.esp, Self.address + 4)
      code.add(0x50)
    case .add: code.add(0x01, 0x03)
    case .exchange: code.add(0x87, 0x03)
    case .lockedOr: code.add(0xF0, 0x09, 0x03)
    case .readThenWrite: code.add(0x8B, 0x13, 0x89, 0x03)  // mov (%ebx), %edx; mov %eax, (%ebx)
    }
    code.out()
    return code
  }
}
