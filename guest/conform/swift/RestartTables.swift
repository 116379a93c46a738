// The restart group's directory, descriptor tables and pages.

import ConformAssembly
import I386
import PagingCases

enum RestartTables {
  /// Where the six bytes for LGDT and LIDT are put.
  private static var pointer: PhysicalAddress {
    PhysicalAddress(GuestLayout.scratch + 0xF000)
  }

  /// Makes the directory with all pages, and goes over to its segments, gates and task.
  static func install() {
    let directory = PhysicalAddress(GuestLayout.restartDirectory)
    Memory.clear(directory, byteCount: 0x1000)
    Machine.installOwnMappings(in: directory)
    for number in 0..<RestartPage.count {
      let page = RestartPage(number: number)
      Memory.clear(PhysicalAddress(page.table), byteCount: 0x1000)
      Memory.clear(PhysicalAddress(page.frame), byteCount: 0x1000)
      Memory.store(page.table | page.rights, at: PhysicalAddress(page.directoryEntry))
      Memory.store(page.frame | page.rights, at: PhysicalAddress(page.tableEntry))
    }
    gates = (0, 0)
    let plain = RestartCase(rawValue: 0)
    store(RestartExpectation(plain).setUp.memory)
    storeTaskState()
    conform_set_own_directory(GuestLayout.restartDirectory)
    conform_write_cr3(GuestLayout.restartDirectory)
    load(RestartDescriptors.register(false, of: plain), conform_load_gdt)
    // The set-up has the task that it runs in: busy.
    store(
      RestartDescriptors.taskState.rawValue,
      at: RestartRegion.descriptors.boundary - RestartSelector.tableStart
        + RestartSelector.taskState)
    conform_load_task(RestartSelector.taskState)
    conform_load_local_table(RestartSelector.localTable)
  }

  /// Goes back to the payload's own.
  static func remove() {
    conform_load_local_table(0)
    Machine.loadOwnTables()
  }

  /// Ring 0's stack on the lower page, ring 1's on the upper.
  private static func storeTaskState() {
    let start = RestartRegion.taskState.boundary - 12
    store(UInt64(GuestLayout.scratch) | UInt64(CONFORM_KERNEL_DATA) << 32, at: start + 4)
    store(UInt64(104 << 16), at: start + 100)
  }

  /// What a case finds.
  static func prepare(_ restartCase: RestartCase, _ setUp: RestartSetUp) {
    store(setUp.memory)
    store(
      UInt64(restartCase.ring1Stack) | UInt64(RestartSelector.ring1Data) << 32,
      at: RestartRegion.taskState.boundary)
    storeGates(restartCase)
    for number in 0..<RestartPage.count {
      let page = RestartPage(number: number)
      let entries = restartCase.entries(of: page)
      change(PhysicalAddress(page.directoryEntry), to: entries.directory)
      change(PhysicalAddress(page.tableEntry), to: entries.table)
    }
  }

  /// Stores an entry that is not so already: with shadow paging a store costs an exit.
  private static func change(_ place: PhysicalAddress, to entry: UInt32) {
    if Memory.load(place) != entry { Memory.store(entry, at: place) }
  }

  /// Where the IDT begins, and which of its gates goes to ring 1.
  nonisolated(unsafe) private static var gates: (base: UInt32, vector: UInt32) = (0, 0)

  /// The payload's gates, and the one that goes to ring 1. The table has two places.
  private static func storeGates(_ restartCase: RestartCase) {
    let register = RestartDescriptors.register(true, of: restartCase)
    if register.base != gates.base {
      for vector in 0..<256 as Range<UInt32> {
        store(Machine.gate(vector), at: register.base + vector * 8)
      }
    } else {
      store(Machine.gate(gates.vector), at: gates.base + gates.vector * 8)
    }
    gates = (register.base, 0)
    if let (vector, gate) = RestartDescriptors.gate(of: restartCase) {
      store(gate.rawValue, at: register.base + vector * 8)
      gates.vector = vector
    }
    // The instruction before may have been an LIDT that went wrong.
    load(register, conform_load_idt)
  }

  private static func load(_ register: (base: UInt32, limit: UInt32), _ body: (UInt32) -> Void) {
    Memory.store(register.limit | register.base << 16, at: pointer)
    Memory.store(register.base >> 16, at: pointer + 4)
    body(pointer.rawValue)
  }

  /// Gives the page of an address all that it lacks.
  static func mend(_ linear: UInt32) {
    for number in 0..<RestartPage.count {
      let page = RestartPage(number: number)
      guard page.linear == linear & ~0xFFF else { continue }
      for entry in [page.directoryEntry, page.tableEntry] {
        let place = PhysicalAddress(entry)
        Memory.store(Memory.load(place) | page.rights, at: place)
      }
      conform_invlpg(linear)
    }
  }

  /// The directory and the table entry of each page.
  static func entries() -> [UInt32] {
    var entries: [UInt32] = []
    for number in 0..<RestartPage.count {
      let page = RestartPage(number: number)
      entries.append(Memory.load(PhysicalAddress(page.directoryEntry)))
      entries.append(Memory.load(PhysicalAddress(page.tableEntry)))
    }
    return entries
  }

  /// The bytes about each boundary that are compared.
  static func comparedBytes() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(RestartRegion.compared.upperBound * 2 * RestartRegion.reach))
    forEachComparedWord { word, _ in
      let value = Memory.load(word)
      for byte in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
    }
    return bytes
  }

  /// Puts bytes about the boundaries.
  private static func store(_ bytes: [UInt8]) {
    forEachComparedWord { word, index in
      var value: UInt32 = 0
      for byte in 0..<4 { value |= UInt32(bytes[index + byte]) << (8 * byte) }
      Memory.store(value, at: word)
    }
  }

  private static func forEachComparedWord(_ body: (PhysicalAddress, Int) -> Void) {
    var index = 0
    for number in 0..<2 * RestartRegion.compared.upperBound {
      let page = RestartPage(number: number)
      let start = page.frame + (page.isUpper ? 0 : 0x1000 - RestartRegion.reach)
      for offset in stride(from: 0, to: RestartRegion.reach, by: 4) {
        body(PhysicalAddress(start + offset), index)
        index += 4
      }
    }
  }

  /// Stores eight bytes by their linear address, which may go across the boundary.
  private static func store(_ value: UInt64, at linear: UInt32) {
    for byte in 0..<8 as Range<UInt32> {
      let address = linear + byte
      for number in 0..<RestartPage.count {
        let page = RestartPage(number: number)
        guard page.linear == address & ~0xFFF else { continue }
        Memory.storeByte(
          UInt8(truncatingIfNeeded: value >> (8 * byte)),
          at: PhysicalAddress(page.frame + address & 0xFFF))
      }
    }
  }
}
