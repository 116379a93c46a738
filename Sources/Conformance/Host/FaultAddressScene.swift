internal import I386
internal import KVM

/// CR2 as KVM_GET_SREGS shows it after a page fault that the guest has taken by itself.
struct FaultAddressScene: HostScene {
  var address: UInt32
  var kind: MemoryAccess.Kind

  static let all: [FaultAddressScene] =
    ([0x00C0_0000, 0x00C0_0FFF, 0x1234_5678, 0x7FFF_FFFC, 0x8000_0000, 0xFFFF_FFFF] as [UInt32])
    .flatMap { address in
      MemoryAccess.Kind.allCases.map { FaultAddressScene(address: address, kind: $0) }
    }

  var words: String { "after a \(kind) at 0x\(String(address, radix: 16)), which is absent" }

  func expectation<Rules>(
    by oracle: PagingOracle<Rules>, physicalAddressBits: UInt32
  ) -> HostState {
    let mode = PagingMode(writeProtect: true, pageSizeExtensions: true)
    let outcome = oracle.access(
      LinearAddress(address), MemoryAccess(kind, isUser: false), mode: mode, directoryEntry: 0
    ) { _ in 0 }
    var state = HostState()
    state.set(.exit, HostExit.output.rawValue)
    state.set(.byteCount, 4 as UInt32)
    state.set(.value, outcome.error)
    state.set(.cr2, address)
    return state
  }

  func observation(
    on system: borrowing System, _ quiet: inout HostMachine?
  ) throws(KVMError) -> HostState {
    var code = HostCode()
    code.load(.ebx, address)
    switch kind {
    case .read: code.add(0x8A, 0x03)  // mov (%ebx), %al
    case .write: code.add(0x88, 0x03)  // mov %al, (%ebx)
    case .fetch: code.add(0xFF, 0xE3)  // jmp *%ebx
    }
    let machine = try HostMachine(on: system, code)
    var state = HostState()
    state.set(try machine.run())
    state.set(.cr2, try machine.vcpu.specialRegisters().cr2)
    return state
  }
}
