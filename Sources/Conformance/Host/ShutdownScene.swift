internal import I386
internal import KVM

/// A triple fault, which the host sees as KVM_EXIT_SHUTDOWN, whatever comes first.
enum ShutdownScene: HostScene, CaseIterable {
  case pageFaultWithoutGates, invalidOpcodeWithoutGates, interruptWithoutGates
  case absentInterruptTable, absentStack

  static let all = allCases

  var words: String {
    switch self {
    case .pageFaultWithoutGates: "a page fault, and the IDT ends before it"
    case .invalidOpcodeWithoutGates: "UD2, and the IDT ends before it"
    case .interruptWithoutGates: "INT 0x20, and the IDT ends before it"
    case .absentInterruptTable: "a page fault, and the IDT's page is absent"
    case .absentStack: "a page fault, and the stack's page is absent"
    }
  }

  func expectation<Rules>(
    by oracle: PagingOracle<Rules>, physicalAddressBits: UInt32
  ) -> HostState {
    var state = HostState()
    state.set(.exit, HostExit.shutdown.rawValue)
    return state
  }

  func observation(
    on system: borrowing System, _ quiet: inout HostMachine?
  ) throws(KVMError) -> HostState {
    var code = HostCode()
    switch self {
    case .invalidOpcodeWithoutGates: code.add(0x0F, 0x0B)
    case .interruptWithoutGates: code.add(0xCD, 0x20)
    default:
      code.load(.ebx, 0x00C0_0000)
      code.add(0x8B, 0x03)
    }
    code.out()
    let machine = try HostMachine(on: system, code)
    var special = try machine.vcpu.specialRegisters()
    switch self {
    case .pageFaultWithoutGates, .invalidOpcodeWithoutGates, .interruptWithoutGates:
      special.interruptTable.limit = 0
    case .absentInterruptTable: special.interruptTable.base = 0x00C0_0000
    case .absentStack:
      var registers = try machine.vcpu.registers()
      registers.esp = 0x00C0_1000
      try machine.vcpu.setRegisters(registers)
    }
    try machine.vcpu.setSpecialRegisters(special)
    var state = HostState()
    state.set(try machine.run())
    return state
  }
}
