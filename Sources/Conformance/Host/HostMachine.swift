internal import I386
internal import KVM

/// A machine with a few pages of RAM, a window of sixteen more at 4 MiB that can be a slot of any kind,
/// and paging on: what the cases of the host group run in.
///
/// `@unchecked Sendable` because one case changes memory slots from another thread; the vCPU is one
/// thread's alone.
final class HostMachine: @unchecked Sendable {
  private(set) var vcpu: VCPU
  let machine: VirtualMachine
  let memory: MemoryMapping

  /// RAM's pages.
  enum Place {
    static var directory: UInt32 { 0x2000 }
    static var identity: UInt32 { 0x3000 }
    /// The table of the second 4 MiB.
    static var table: UInt32 { 0x4000 }
    static var interrupts: UInt32 { 0x5000 }
    static var descriptors: UInt32 { 0x6000 }
    static var handlers: UInt32 { 0x7000 }
    static var stackTop: UInt32 { 0x9000 }
    /// A second directory, and its table of the second 4 MiB.
    static var otherDirectory: UInt32 { 0xA000 }
    static var otherTable: UInt32 { 0xB000 }
  }

  /// Bytes of RAM, of the window, and of what can be put into the window's place.
  static var partByteCount: Int { 0x1_0000 }
  /// Guest-physical, and linear with it.
  static var window: UInt32 { 0x0040_0000 }

  private static let hertz: UInt32 = 4
  private static let patience = 60

  /// - Parameters:
  ///   - system: the open device.
  ///   - code: what the guest does.
  ///   - options: the window's.
  init(
    on system: borrowing System, _ code: HostCode, window options: VirtualMachine.SlotOptions = []
  ) throws(KVMError) {
    memory = try MemoryMapping(byteCount: 3 * Self.partByteCount)
    machine = try system.makeVirtualMachine()
    try machine.reserveIntelPages(at: 0xFFFB_C000)
    vcpu = try machine.makeVCPU()
    try Self.attach(memory, to: machine, slot: 0, at: 0, part: 0)
    try Self.attach(
      memory, to: machine, slot: 1, at: UInt64(Self.window), part: 1, options)
    try vcpu.setCPUID(system.supportedCPUID())
    fillTables()
    store(code.bytes, at: HostCode.address)
    var state = try vcpu.specialRegisters()
    Self.turnPagingOn(&state)
    try vcpu.setSpecialRegisters(state)
    var registers = Registers()
    registers.eip = HostCode.address
    registers.esp = Place.stackTop
    try vcpu.setRegisters(registers)
  }

  /// Puts a part of the memory somewhere: 0 is RAM, 1 the window, 2 what may come into its place.
  func attach(
    slot: UInt32, at address: UInt64, part: Int, _ options: VirtualMachine.SlotOptions = []
  ) throws(KVMError) {
    try Self.attach(memory, to: machine, slot: slot, at: address, part: part, options)
  }

  /// Runs to the next exit that is not the clock's.
  func run() throws(KVMError) -> VCPU.Exit {
    try vcpu.startTicking(hertz: Self.hertz)
    defer { vcpu.stopTicking() }
    for _ in 0..<Self.patience * Int(Self.hertz) {
      let exit = try vcpu.run()
      guard exit == .interrupted else { return exit }
      _ = vcpu.takeTicks()
    }
    return .interrupted
  }

  /// Flat segments, the tables, CR0.PG and WP, CR4.PSE and PGE.
  private static func turnPagingOn(_ state: inout SpecialRegisters) {
    state.cs = .flatCode(selector: 0x08, privilegeLevel: 0)
    let data = Segment.flatData(selector: 0x10, privilegeLevel: 0)
    (state.ss, state.ds, state.es, state.fs, state.gs) = (data, data, data, data, data)
    state.localTable = .unusable
    state.globalTable = DescriptorTable(base: Place.descriptors, limit: 23)
    state.interruptTable = DescriptorTable(base: Place.interrupts, limit: 0x7FF)
    state.cr3 = Place.directory
    state.cr4 = HostControl.pageSizeExtensions | HostControl.globalPages
    state.cr0 = 0x8001_0031  // PG, WP, NE, ET, PE
  }
}

// MARK: - Memory

extension HostMachine {
  /// The word in page n of the window, and in the part that may come into its place.
  static func mark(part: Int, page: Int) -> UInt32 {
    UInt32(part) << 28 | UInt32(page) << 16 | 0xA5C3
  }

  /// Identity for RAM; the window where it lies, by a table of RAM; handlers of the page fault and of
  /// vector 0x20; marks.
  private func fillTables() {
    let used = HostEntry.present | HostEntry.writable | HostEntry.accessed | HostEntry.dirty
    for directory in [Place.directory, Place.otherDirectory] {
      store(Place.identity | used, at: directory)
    }
    store(Place.table | used, at: Place.directory + 4)
    store(Place.otherTable | used, at: Place.otherDirectory + 4)
    for page in 0..<UInt32(16) {
      store(page << 12 | used, at: Place.identity + page * 4)
      store(Self.window + page << 12 | used, at: Place.table + page * 4)
      // The other directory has the pages in the opposite order.
      store(Self.window + (15 - page) << 12 | used, at: Place.otherTable + page * 4)
      for part in 1...2 {
        store(
          Self.mark(part: part, page: Int(page)),
          atOffset: part * Self.partByteCount + Int(page) << 12)
      }
    }
    let descriptors: [SegmentDescriptor] = [
      SegmentDescriptor(rawValue: 0), .flatCode(privilegeLevel: 0), .flatData(privilegeLevel: 0),
    ]
    for (index, descriptor) in descriptors.enumerated() {
      store(descriptor.rawValue, at: Place.descriptors + UInt32(index) * 8)
    }
    addHandler(of: 14, at: Place.handlers, port: HostPort.pageFault)
    addHandler(of: 0x20, at: Place.handlers + 0x10, port: HostPort.interrupt)
  }

  /// `pop %eax; out %eax, $port; hlt`: an error code or, of an interrupt, where it came.
  private func addHandler(of vector: UInt32, at address: UInt32, port: UInt8) {
    store([0x58, 0xE7, port, 0xF4], at: address)
    let gate = InterruptGate(handler: address, selector: 0x08, privilegeLevel: 0)
    store(gate.rawValue, at: Place.interrupts + vector * 8)
  }

  func store(_ word: UInt32, at address: UInt32) { store(word, atOffset: Self.offset(of: address)) }

  func store(_ word: UInt64, at address: UInt32) {
    store(UInt32(truncatingIfNeeded: word), at: address)
    store(UInt32(word >> 32), at: address + 4)
  }

  func store(_ bytes: [UInt8], at address: UInt32) {
    PayloadGuest.store(bytes[...], at: Self.offset(of: address), in: memory)
  }

  private func store(_ word: UInt32, atOffset offset: Int) {
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) }
    PayloadGuest.store(bytes[...], at: offset, in: memory)
  }

  /// A word of RAM or of the window's own part.
  func word(at address: UInt32) -> UInt32 {
    PayloadGuest.word(at: UInt32(Self.offset(of: address)), of: memory)
  }

  private static func offset(of address: UInt32) -> Int {
    address >= window ? Int(address - window) + partByteCount : Int(address)
  }
}

/// Bits of control registers.
enum HostControl {
  static var writeProtect: UInt32 { 1 << 16 }
  static var pageSizeExtensions: UInt32 { 1 << 4 }
  static var globalPages: UInt32 { 1 << 7 }
}

/// Bits of entries.
enum HostEntry {
  static var present: UInt32 { 1 << 0 }
  static var writable: UInt32 { 1 << 1 }
  static var user: UInt32 { 1 << 2 }
  static var accessed: UInt32 { 1 << 5 }
  static var dirty: UInt32 { 1 << 6 }
  static var pageSize: UInt32 { 1 << 7 }
}
