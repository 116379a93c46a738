// The payload's own paging, segments and gates, and what it may use of the processor.

import ConformAssembly
import I386
import PagingCases

/// The bits of CR0 and CR4 that cases ask for.
enum ControlRegister {
  static let cr0Paging: UInt32 = 1 << 31
  static let cr0WriteProtect: UInt32 = 1 << 16
  static let cr4PageSizeExtensions: UInt32 = 1 << 4
  static let cr4GlobalPages: UInt32 = 1 << 7
  static let cr4SMEP: UInt32 = 1 << 20
  static let cr4SMAP: UInt32 = 1 << 21
  static let alignmentCheck: UInt32 = 1 << 18
}

/// There is one processor and one thread of control, here and in all of the payload: state that the
/// traps share is `nonisolated(unsafe)`.
enum Machine {
  /// What the control registers hold.
  nonisolated(unsafe) private static var cr0: UInt32 = 0
  nonisolated(unsafe) private static var cr4: UInt32 = 0

  static func start() {
    describeSegments()
    mapOwnMemory()
    conform_load_tables()
    cr0 = conform_read_cr0() & ~ControlRegister.cr0WriteProtect | ControlRegister.cr0Paging
    cr4 = conform_read_cr4()
    conform_set_own_directory(GuestLayout.ownDirectory)
    conform_write_cr3(GuestLayout.ownDirectory)
    conform_write_cr0(cr0)
  }

  /// Sets what differs from before; each change costs an exit under a hypervisor.
  static func setControls(_ mode: PagingMode, globalPages: Bool = false) {
    let newCR0 = cr0 & ~ControlRegister.cr0WriteProtect
      | (mode.writeProtect ? ControlRegister.cr0WriteProtect : 0)
    var newCR4 = cr4 & 0x0000_FF0F & ~ControlRegister.cr4GlobalPages
    if mode.pageSizeExtensions { newCR4 |= ControlRegister.cr4PageSizeExtensions }
    if globalPages { newCR4 |= ControlRegister.cr4GlobalPages }
    if mode.noSupervisorExecution { newCR4 |= ControlRegister.cr4SMEP }
    if mode.noSupervisorAccess { newCR4 |= ControlRegister.cr4SMAP }
    if newCR0 != cr0 { conform_write_cr0(newCR0) }
    if newCR4 != cr4 { conform_write_cr4(newCR4) }
    cr0 = newCR0
    cr4 = newCR4
  }

  private static func describeSegments() {
    store([
      0, SegmentDescriptor.flatCode(privilegeLevel: 0).rawValue,
      SegmentDescriptor.flatData(privilegeLevel: 0).rawValue,
      SegmentDescriptor.flatCode(privilegeLevel: 3).rawValue,
      SegmentDescriptor.flatData(privilegeLevel: 3).rawValue,
      SegmentDescriptor.taskState(base: conform_task_state_address()).rawValue,
    ], at: conform_gdt_address())
    let state = PhysicalAddress(conform_task_state_address())
    Memory.store(trapStackTop, at: state + 4)
    Memory.store(UInt32(CONFORM_KERNEL_DATA), at: state + 8)
    Memory.store(104 << 16, at: state + 100)
    store((0..<256).map { gate($0) }, at: conform_idt_address())
  }

  /// The gate to a vector's handler.
  static func gate(_ vector: UInt32) -> UInt64 {
    InterruptGate(
      handler: conform_handlers_address() + vector * UInt32(CONFORM_HANDLER_BYTES),
      selector: UInt16(CONFORM_KERNEL_CODE),
      privilegeLevel: vector == UInt32(CONFORM_VECTOR_FINISH) ? 3 : 0
    ).rawValue
  }

  /// Segments, gates, task and directory as they were at the start.
  static func loadOwnTables() {
    conform_write_cr3(GuestLayout.ownDirectory)
    conform_set_own_directory(GuestLayout.ownDirectory)
    describeSegments()
    conform_load_tables()
  }

  /// CR4.PGE off and on again: all translations are forgotten, global pages' too.
  static func toggleGlobalPages() {
    conform_write_cr4(cr4 & ~ControlRegister.cr4GlobalPages)
    conform_write_cr4(cr4)
  }

  /// Fills a table of the processor.
  private static func store(_ descriptors: [UInt64], at address: UInt32) {
    var place = PhysicalAddress(address)
    for descriptor in descriptors {
      Memory.store(UInt32(truncatingIfNeeded: descriptor), at: place)
      Memory.store(UInt32(truncatingIfNeeded: descriptor >> 32), at: place + 4)
      place = place + 8
    }
  }

  /// Ring 0's stack when ring 3 traps: the last page before the scratch pages.
  private static var trapStackTop: UInt32 { GuestLayout.scratch }

  /// 16 MiB at their own addresses, for the supervisor only; and ring 3's window.
  private static func mapOwnMemory() {
    let directory = PhysicalAddress(GuestLayout.ownDirectory)
    Memory.clear(directory, byteCount: 0x1000)
    Memory.clear(PhysicalAddress(GuestLayout.windowTable), byteCount: 0x1000)
    let supervisor = PageEntryBits.present | PageEntryBits.writable | PageEntryBits.accessed
      | PageEntryBits.dirty
    for page in 0..<(GuestLayout.byteCount >> 12) {
      Memory.store(page << 12 | supervisor, at: PhysicalAddress(GuestLayout.ownTables + page * 4))
    }
    for table in 0..<(GuestLayout.byteCount >> 22) {
      Memory.store(
        (GuestLayout.ownTables + table << 12) | supervisor, at: directory + table * 4)
    }
    let user = supervisor | PageEntryBits.user
    let window = LinearAddress(GuestLayout.window)
    Memory.store(GuestLayout.windowTable | user, at: directory + window.directoryIndex * 4)
    let table = PhysicalAddress(GuestLayout.windowTable) + window.tableIndex * 4
    Memory.store(conform_code_page_address() | user, at: table)
    for page in 0..<((MatrixSlot.count * UInt32(CONFORM_SLOT_BYTES)) >> 12) {
      Memory.store((GuestLayout.results + page << 12) | user, at: table + (page + 1) * 4)
    }
  }

  /// Copies what every directory needs: the payload's own memory and the window.
  static func installOwnMappings(in directory: PhysicalAddress) {
    let own = PhysicalAddress(GuestLayout.ownDirectory)
    let window = LinearAddress(GuestLayout.window).directoryIndex
    for index in 0..<(GuestLayout.byteCount >> 22) {
      Memory.store(Memory.load(own + index * 4), at: directory + index * 4)
    }
    Memory.store(Memory.load(own + window * 4), at: directory + window * 4)
  }
}
