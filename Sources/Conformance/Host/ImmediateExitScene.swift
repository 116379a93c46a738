internal import I386
internal import KVM

/// `immediate_exit`: KVM_RUN completes what the last exit has left open, and returns EINTR before
/// another instruction.
///
/// Source: Linux Documentation/virt/kvm/api.rst, "KVM_RUN" and "immediate_exit".
enum ImmediateExitScene: HostScene, CaseIterable {
  case atStart, afterOutput, afterInput, afterMemoryRead, afterMemoryWrite

  static let all = allCases

  var words: String {
    switch self {
    case .atStart: "before the first instruction"
    case .afterOutput: "after an out"
    case .afterInput: "after an in, whose value is there"
    case .afterMemoryRead: "after a read where there is no slot, whose value is there"
    case .afterMemoryWrite: "after a write where there is no slot"
    }
  }

  private static var start: UInt32 { 0x1111_2222 }
  private static var answer: UInt32 { 0x3333_4444 }
  /// Mapped, and in no slot.
  private static var hole: UInt32 { 0x0090_0000 }

  func expectation<Rules>(
    by oracle: PagingOracle<Rules>, physicalAddressBits: UInt32
  ) -> HostState {
    var state = HostState()
    state.set(.exit, HostExit.interrupted.rawValue)
    let isAnswered = self == .afterInput || self == .afterMemoryRead
    state.set(.eip, self == .atStart ? HostCode.address : code.end)
    state.set(.eax, self == .atStart ? 0 : isAnswered ? Self.answer : Self.start)
    return state
  }

  func observation(
    on system: borrowing System, _ quiet: inout HostMachine?
  ) throws(KVMError) -> HostState {
    let machine = try HostMachine(on: system, code.code)
    machine.store(
      Self.hole & 0xFFC0_0000 | HostEntry.present | HostEntry.writable | HostEntry.pageSize,
      at: HostMachine.Place.directory + 8)
    if self != .atStart {
      switch try machine.run() {
      case .input: machine.vcpu.setInputValue(Self.answer)
      case .memoryRead: machine.vcpu.setMemoryReadValue(UInt64(Self.answer))
      default: break
      }
    }
    machine.vcpu.leavesImmediately = true
    let exit = try machine.vcpu.run()
    machine.vcpu.leavesImmediately = false
    let registers = try machine.vcpu.registers()
    var state = HostState()
    state.set(exit)
    state.set(.eip, registers.eip)
    state.set(.eax, registers.eax)
    return state
  }

  /// The instructions, and the address behind the one that exits.
  private var code: (code: HostCode, end: UInt32) {
    var code = HostCode()
    code.load(.ebx, Self.hole)
    code.load(.eax, Self.start)
    switch self {
    case .atStart, .afterOutput: code.out()
    case .afterInput: code.add(0xE5, 0xE3)  // in $0xE3, %eax
    case .afterMemoryRead: code.add(0x8B, 0x03)
    case .afterMemoryWrite: code.add(0x89, 0x03)
    }
    let end = code.here
    code.load(.eax, 0)
    code.out()
    return (code, end)
  }
}
