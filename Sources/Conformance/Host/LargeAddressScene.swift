internal import I386
internal import KVM

/// PSE-36: bits 20:13 of a 4 MiB page's entry are address bits 39:32, as far as the processor has so
/// many; the others, and bit 21, are reserved. Nothing lies there, so that the host sees the address.
///
/// Source: SDM 3A, "32-Bit Paging", the table of an entry that maps a 4 MiB page.
struct LargeAddressScene: HostScene {
  /// Bits 21:13.
  var high: UInt32
  /// Whether KVM_TRANSLATE is asked instead of the guest reading.
  var isAsked: Bool

  static let all: [LargeAddressScene] = {
    let several: [UInt32] = [0, 0xFF << 13, 0x55 << 13, 0xAA << 13]
    let patterns = several + (13...21).map { UInt32(1) << $0 }
    return patterns.flatMap { pattern in
      [false, true].map { LargeAddressScene(high: pattern, isAsked: $0) }
    }
  }()

  private static var linear: UInt32 { 0x0080_1234 }
  private static var base: UInt32 { 0x00C0_0000 }
  private var directoryEntry: UInt32 {
    Self.base | high | HostEntry.present | HostEntry.writable | HostEntry.accessed
      | HostEntry.pageSize
  }

  var words: String {
    "\(isAsked ? "KVM_TRANSLATE" : "a read") by a 4 MiB page's entry 0x"
      + String(directoryEntry, radix: 16)
  }

  func expectation<Rules>(
    by oracle: PagingOracle<Rules>, physicalAddressBits: UInt32
  ) -> HostState {
    let mode = PagingMode(
      writeProtect: true, pageSizeExtensions: true, physicalAddressBits: physicalAddressBits)
    let outcome = oracle.access(
      LinearAddress(Self.linear), MemoryAccess(.read, isUser: false), mode: mode,
      directoryEntry: directoryEntry
    ) { _ in 0 }
    let physical = UInt64(outcome.physical) | UInt64(high >> 13 & 0xFF) << 32
    var state = HostState()
    if isAsked {
      state.set(.isValid, outcome.isFault ? 0 : 1 as UInt32)
      state.set(.physicalAddress, outcome.isFault ? 0 : physical)
    } else if outcome.isFault {
      state.set(.exit, HostExit.output.rawValue)
      state.set(.byteCount, 4 as UInt32)
      state.set(.value, outcome.error)
    } else {
      state.set(.exit, HostExit.memoryRead.rawValue)
      state.set(.address, physical)
      state.set(.byteCount, 4 as UInt32)
    }
    return state
  }

  func observation(
    on system: borrowing System, _ quiet: inout HostMachine?
  ) throws(KVMError) -> HostState {
    var code = HostCode()
    code.load(.ebx, Self.linear)
    code.add(0x8B, 0x03)  // mov (%ebx), %eax
    code.out()
    let machine = try HostMachine(on: system, code)
    machine.store(directoryEntry, at: HostMachine.Place.directory + 8)
    var state = HostState()
    if isAsked {
      let translation = try machine.vcpu.translate(Self.linear)
      state.set(.isValid, translation == nil ? 0 : 1 as UInt32)
      state.set(.physicalAddress, translation?.physicalAddress ?? 0)
    } else {
      state.set(try machine.run())
    }
    return state
  }
}
