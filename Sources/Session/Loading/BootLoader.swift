import I386
import Machine
import MinixABI
import Stub

/// Puts programs into memory for a guest in VM's place: it gets an address space, which nobody else
/// could make, and a ``BootRecord`` from which it makes the others'.
struct BootLoader {
  private let tables: PageTables
  private let directory: PhysicalAddress
  private var record: BootRecord
  private var nextFrame: UInt32 = 1
  private var nextTable: UInt32
  /// Whose pages didn't fit, if so.
  private var program = ""

  private var memory: GuestMemory { tables.memory }

  /// - Parameters:
  ///   - tables: guest memory and the arena, both untouched.
  ///   - delivery: how page faults will reach VM.
  ///   - slotCount: process slots.
  init(tables: PageTables, delivery: FaultDelivery, slotCount: Int32) {
    self.tables = tables
    directory = GuestMemory.arenaStart + UInt32(Endpoint.vm.slot.rawValue) << 12
    nextTable = UInt32(slotCount)
    record = BootRecord(
      delivery: delivery, slotCount: UInt32(slotCount),
      memoryPages: tables.memory.ramByteCount >> 12)
  }

  /// Fills the pages of a process that VM will give an address space.
  mutating func add(
    _ layout: ProgramLayout, of program: RunConfiguration.Program, as endpoint: Endpoint
  ) throws(SessionError) {
    self.program = program.name
    var process = BootRecord.Process(endpoint: endpoint, regions: layout.regions, pages: [])
    for page in layout.filledPages {
      let frame = try takeFrame()
      layout.fill(page, at: frame, of: memory)
      process.pages.append((page, frame))
    }
    record.processes.append(process)
  }

  /// Makes VM's own address space, everything in it present, after all others have been added.
  ///
  /// - Returns: its page directory.
  mutating func finish(
    _ layout: ProgramLayout, of program: RunConfiguration.Program
  ) throws(SessionError) -> PhysicalAddress {
    self.program = program.name
    let filled = Set(layout.filledPages)
    for region in layout.regions {
      for page in Self.ownPages(of: region) {
        let frame = try takeFrame()
        if filled.contains(page) { layout.fill(page, at: frame, of: memory) }
        map(page, to: frame, isWritable: region.isWritable)
      }
    }
    mapArena()
    try writeRecord()
    return directory
  }

  /// The whole region; of the stack only its end.
  private static func ownPages(of region: ProgramLayout.Region) -> [LinearAddress] {
    let end = region.start.rawValue + region.byteCount
    let isStack = end == AddressSpaceLayout.stackTop
    let start = isStack ? end - UInt32(VM_STACK_BYTES) : region.start.rawValue
    return stride(from: start, to: end, by: 4096).map { LinearAddress($0) }
  }

  private mutating func takeFrame() throws(SessionError) -> PhysicalAddress {
    guard nextFrame < record.memoryPages else {
      throw .memoryTooSmall(program: program, memoryByteCount: memory.ramByteCount)
    }
    defer { nextFrame += 1 }
    return PhysicalAddress(nextFrame << 12)
  }
}

// MARK: - VM's own page tables

extension BootLoader {
  private mutating func map(
    _ page: LinearAddress, to frame: PhysicalAddress, isWritable: Bool
  ) {
    let place = directory + page.directoryIndex * 4
    var entry = PageDirectoryEntry(rawValue: tables.load(place))
    if !entry.isPresent {
      entry = PageDirectoryEntry(table: GuestMemory.arenaStart + nextTable << 12)
      nextTable += 1
      tables.store(entry.rawValue, at: place, translating: page, in: directory)
    }
    tables.store(
      PageTableEntry(frame: frame, isWritable: isWritable).rawValue,
      at: entry.table + page.tableIndex * 4, translating: page, in: directory)
  }

  /// The arena in VM's window, by 4 MiB pages.
  private func mapArena() {
    for offset in stride(from: 0, to: UInt32(STUB_ARENA_BYTES), by: 4 << 20) {
      let page = LinearAddress(UInt32(VM_ARENA_WINDOW) + offset)
      tables.store(
        PageDirectoryEntry(userLargePage: GuestMemory.arenaStart + offset).rawValue,
        at: directory + page.directoryIndex * 4, translating: page, in: directory)
    }
  }

  /// The record comes last, when it is known what is in use.
  private mutating func writeRecord() throws(SessionError) {
    var frames: [PhysicalAddress] = []
    for offset in stride(from: 0, to: UInt32(record.byteCount), by: 4096) {
      let frame = try takeFrame()
      frames.append(frame)
      map(LinearAddress(UInt32(VM_BOOT_RECORD) + offset), to: frame, isWritable: false)
    }
    record.memoryUsed = nextFrame
    record.arenaUsed = nextTable
    for (index, word) in record.words.enumerated() {
      memory.storeWord(word, at: frames[index / 1024] + UInt32(index % 1024 * 4))
    }
  }
}
