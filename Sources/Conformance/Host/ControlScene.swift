internal import I386
internal import KVM

/// Control registers: what the guest loads is what KVM_GET_SREGS shows, and what KVM_SET_SREGS loads is
/// what the guest has.
enum ControlScene: HostScene {
  /// The guest loads CR3 and reads by way of it.
  case guestLoadsDirectory(UInt32)
  /// The host does, after the guest has read by way of the first directory.
  case hostLoadsDirectory(UInt32)
  /// The guest loads CR0, with or without WP.
  case guestLoadsCR0(UInt32)
  /// The guest loads CR4.
  case guestLoadsCR4(UInt32)

  static let all: [ControlScene] = {
    typealias Place = HostMachine.Place
    let directories = [Place.directory, Place.otherDirectory]
    // PWT and PCD.
    let bases = directories.flatMap { base in [0, 8, 0x10, 0x18].map { base | $0 } }
    let cr4 = [0, HostControl.pageSizeExtensions, HostControl.globalPages]
    return bases.map { .guestLoadsDirectory($0) } + directories.map { .hostLoadsDirectory($0) }
      + [0x8000_0031, 0x8001_0031].map { .guestLoadsCR0($0) }
      + (cr4 + [cr4[1] | cr4[2]]).map { .guestLoadsCR4($0) }
  }()

  var words: String {
    switch self {
    case .guestLoadsDirectory(let value): "the guest loads CR3 with 0x\(String(value, radix: 16))"
    case .hostLoadsDirectory(let value): "the host loads CR3 with 0x\(String(value, radix: 16))"
    case .guestLoadsCR0(let value): "the guest loads CR0 with 0x\(String(value, radix: 16))"
    case .guestLoadsCR4(let value): "the guest loads CR4 with 0x\(String(value, radix: 16))"
    }
  }

  /// The window's second page, of which the other directory makes the last but one.
  private static var linear: UInt32 { HostMachine.window + 0x1000 }

  private static func word(by directory: UInt32) -> UInt32 {
    let isFirst = directory & ~0xFFF == HostMachine.Place.directory
    return HostMachine.mark(part: 1, page: isFirst ? 1 : 14)
  }

  func expectation<Rules>(
    by oracle: PagingOracle<Rules>, physicalAddressBits: UInt32
  ) -> HostState {
    var state = HostState()
    state.set(.exit, HostExit.output.rawValue)
    state.set(.byteCount, 4 as UInt32)
    switch self {
    case .guestLoadsDirectory(let value), .hostLoadsDirectory(let value):
      state.set(.value, Self.word(by: value))
      state.set(.cr3, value)
    case .guestLoadsCR0(let value):
      state.set(.value, Self.word(by: HostMachine.Place.directory))
      state.set(.cr0, value)
    case .guestLoadsCR4(let value):
      state.set(.value, Self.word(by: HostMachine.Place.directory))
      state.set(.cr4, value)
    }
    return state
  }

  func observation(
    on system: borrowing System, _ quiet: inout HostMachine?
  ) throws(KVMError) -> HostState {
    let machine = try HostMachine(on: system, code)
    var state = HostState()
    if case .hostLoadsDirectory(let value) = self {
      _ = try machine.run()
      var special = try machine.vcpu.specialRegisters()
      special.cr3 = value
      try machine.vcpu.setSpecialRegisters(special)
    }
    state.set(try machine.run())
    let special = try machine.vcpu.specialRegisters()
    switch self {
    case .guestLoadsDirectory, .hostLoadsDirectory: state.set(.cr3, special.cr3)
    case .guestLoadsCR0: state.set(.cr0, special.cr0)
    case .guestLoadsCR4: state.set(.cr4, special.cr4)
    }
    return state
  }

  /// Reads the page, loads the register, and reads again: the first reading fills the TLB.
  private var code: HostCode {
    var code = HostCode()
    code.load(.ebx, Self.linear)
    code.add(0x8B, 0x03)  // mov (%ebx), %eax
    switch self {
    case .hostLoadsDirectory: code.out()
    case .guestLoadsDirectory(let value):
      code.load(.eax, value)
      code.add(0x0F, 0x22, 0xD8)  // mov %eax, %cr3
    case .guestLoadsCR0(let value):
      code.load(.eax, value)
      code.add(0x0F, 0x22, 0xC0)
    case .guestLoadsCR4(let value):
      code.load(.eax, value)
      code.add(0x0F, 0x22, 0xE0)
    }
    code.add(0x8B, 0x03)
    code.out()
    return code
  }
}
