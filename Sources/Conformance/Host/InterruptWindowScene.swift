internal import I386
internal import KVM

/// The interrupt window: when the host may inject, and when it is told that it may.
///
/// Source: Linux Documentation/virt/kvm/api.rst, `request_interrupt_window`,
/// `ready_for_interrupt_injection`, `if_flag`; SDM 2B, STI.
enum InterruptWindowScene: HostScene, CaseIterable {
  /// What is shown with IF clear, and set.
  case closed, open
  /// Asked for while IF is clear; the guest opens it by STI, by POPF.
  case openedBySTI, openedByPOPF
  /// Asked for while it is open.
  case askedWhileOpen
  /// An interrupt that is injected in it.
  case injected

  static let all = allCases

  var words: String {
    switch self {
    case .closed: "closed: IF is clear"
    case .open: "open: IF is set"
    case .openedBySTI: "asked for; the guest opens it by STI, whose shadow is one instruction"
    case .openedByPOPF: "asked for; the guest opens it by POPF"
    case .askedWhileOpen: "asked for while it is open"
    case .injected: "an interrupt in it"
    }
  }

  private var isOpenAtFirst: Bool { self == .open || self == .askedWhileOpen || self == .injected }

  func expectation<Rules>(
    by oracle: PagingOracle<Rules>, physicalAddressBits: UInt32
  ) -> HostState {
    var state = HostState()
    switch self {
    case .closed, .open:
      state.set(.exit, HostExit.output.rawValue)
      state.set(.byteCount, 4 as UInt32)
      state.set(.value, 0 as UInt32)
    case .injected:
      // The handler tells where it came: behind the `out`.
      state.set(.exit, HostExit.output.rawValue)
      state.set(.byteCount, 4 as UInt32)
      state.set(.value, code.places.afterOut)
      return state
    case .openedBySTI, .openedByPOPF, .askedWhileOpen:
      state.set(.exit, HostExit.interruptWindowOpen.rawValue)
      state.set(.eip, self == .askedWhileOpen ? code.places.afterOut : code.places.loop)
    }
    state.set(.interruptFlag, self == .closed ? 0 : 1 as UInt32)
    state.set(.isReady, self == .closed ? 0 : 1 as UInt32)
    return state
  }

  func observation(
    on system: borrowing System, _ quiet: inout HostMachine?
  ) throws(KVMError) -> HostState {
    let machine = try HostMachine(on: system, code.code)
    var state = HostState()
    var exit = try machine.run()
    switch self {
    case .closed, .open: break
    case .injected:
      try machine.vcpu.interrupt(vector: 0x20)
      state.set(try machine.run())
      return state
    case .openedBySTI, .openedByPOPF, .askedWhileOpen:
      machine.vcpu.requestsInterruptWindow = true
      exit = try machine.run()
      machine.vcpu.requestsInterruptWindow = false
    }
    state.set(exit)
    if case .interruptWindowOpen = exit { state.set(.eip, try machine.vcpu.registers().eip) }
    state.set(.interruptFlag, machine.vcpu.interruptFlag ? 1 : 0 as UInt32)
    state.set(.isReady, machine.vcpu.isReadyForInterrupt ? 1 : 0 as UInt32)
    return state
  }

  private struct Places {
    var afterOut: UInt32
    var loop: UInt32
  }

  private var code: (code: HostCode, places: Places) {
    var code = HostCode()
    code.add(isOpenAtFirst ? 0xFB : 0xFA, 0x90)  // sti or cli; nop
    code.out()
    let afterOut = code.here
    switch self {
    case .openedBySTI: code.add(0xFB, 0x90)
    case .openedByPOPF: code.add(0x68, 0x02, 0x02, 0x00, 0x00, 0x9D)  // push $0x202; popf
    default: break
    }
    let loop = code.here
    code.add(0xEB, 0xFE)
    return (code, Places(afterOut: afterOut, loop: loop))
  }
}
