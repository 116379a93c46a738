internal import I386
internal import KVM

/// KVM_TRANSLATE: every shape of the two entries, asked for by the host.
///
/// What the request says of rights is not compared: KVM answers "writable" and "not user" always, and
/// documents neither. A it may set, as its walker does for the guest.
struct TranslationScene: HostScene {
  /// P, W, U and PS of the directory entry, which leads to the window's first page.
  var directoryFlags: UInt32
  /// P, W and U of the table entry.
  var tableFlags: UInt32
  var pageSizeExtensions: Bool
  var offset: UInt32

  static let all: [TranslationScene] = {
    var scenes: [TranslationScene] = []
    for directory in 0..<UInt32(16) {
      for table in 0..<UInt32(8) {
        for pse in [false, true] {
          for offset in [0, 0xABC] as [UInt32] {
            scenes.append(
              TranslationScene(
                directoryFlags: directory & 7 | (directory >> 3) << 7, tableFlags: table,
                pageSizeExtensions: pse, offset: offset))
          }
        }
      }
    }
    return scenes
  }()

  private var linear: UInt32 { HostMachine.window + 0x5000 + offset }
  /// A table in the window's first page or, with PS, the window itself.
  private var directoryEntry: UInt32 { HostMachine.window | directoryFlags }
  private var tableEntry: UInt32 { HostMachine.window + 0x3000 | tableFlags }

  var words: String {
    "of page offset 0x\(String(offset, radix: 16)) by PDE \(Self.words(of: directoryFlags)), "
      + "PTE \(Self.words(of: tableFlags))\(pageSizeExtensions ? "; CR4.PSE" : "")"
  }

  private static func words(of flags: UInt32) -> String {
    let names = [(1, "P"), (2, "W"), (4, "U"), (0x80, "PS")] as [(UInt32, String)]
    let set = names.filter { flags & $0.0 != 0 }.map(\.1)
    return set.isEmpty ? "0" : set.joined(separator: " ")
  }

  func expectation<Rules>(
    by oracle: PagingOracle<Rules>, physicalAddressBits: UInt32
  ) -> HostState {
    let mode = PagingMode(
      writeProtect: true, pageSizeExtensions: pageSizeExtensions,
      physicalAddressBits: physicalAddressBits)
    let outcome = oracle.access(
      LinearAddress(linear), MemoryAccess(.read, isUser: false), mode: mode,
      directoryEntry: directoryEntry
    ) { _ in tableEntry }
    var state = HostState()
    state.set(.isValid, outcome.isFault ? 0 : 1 as UInt32)
    state.set(.physicalAddress, outcome.isFault ? 0 : outcome.physical)
    state.set(.directoryEntry, directoryEntry, open: UInt64(HostEntry.accessed))
    state.set(.tableEntry, tableEntry, open: UInt64(HostEntry.accessed))
    return state
  }

  func observation(
    on system: borrowing System, _ quiet: inout HostMachine?
  ) throws(KVMError) -> HostState {
    let machine: HostMachine
    if let quiet {
      machine = quiet
    } else {
      machine = try HostMachine(on: system, HostCode())
      quiet = machine
    }
    var special = try machine.vcpu.specialRegisters()
    let bit = HostControl.pageSizeExtensions
    special.cr4 = pageSizeExtensions ? special.cr4 | bit : special.cr4 & ~bit
    try machine.vcpu.setSpecialRegisters(special)
    let place = HostMachine.Place.directory + 4
    machine.store(directoryEntry, at: place)
    machine.store(tableEntry, at: HostMachine.window + 5 * 4)
    let translation = try machine.vcpu.translate(linear)
    var state = HostState()
    state.set(.isValid, translation == nil ? 0 : 1 as UInt32)
    state.set(.physicalAddress, translation?.physicalAddress ?? 0)
    state.set(.directoryEntry, machine.word(at: place))
    state.set(.tableEntry, machine.word(at: HostMachine.window + 5 * 4))
    return state
  }
}
