// The access matrix: 512 cases at a time share tables, one load of CR3, and one stay in their ring.

import ConformAssembly
import I386
import PagingCases

/// Runs the cases of the matrix that the parameters ask for.
struct Matrix {
  private let parameters: RunParameters
  private let processor: ProcessorFeatures
  private let oracle = PagingOracle()
  /// How many cases were run, and how many of those differed.
  private(set) var total: UInt32 = 0
  private(set) var failed: UInt32 = 0
  private(set) var table = FindingTable()

  init(_ parameters: RunParameters, _ processor: ProcessorFeatures) {
    self.parameters = parameters
    self.processor = processor
  }

  mutating func run() {
    for set in 0..<MatrixSlot.setCount { Self.prepare(set) }
    for position in 0..<MatrixBatch.count {
      let batch = MatrixBatch.at(position, seed: parameters.seed)
      guard parameters.wants(batch), processor.allows(batch.firstCase) else { continue }
      run(batch, batch.set)
      if position & 63 == 63 { Report.progress(total) }
    }
    Machine.setControls(PagingMode(writeProtect: false, pageSizeExtensions: false))
  }

  /// Fills the frames and the 4 MiB pages with words and code that say where they lie.
  static func prepare(_ set: UInt32) {
    let directory = MatrixSlot.directory(set)
    Memory.clear(directory, byteCount: 0x1000)
    Machine.installOwnMappings(in: directory)
    for table: UInt32 in [0, 0x0020_0000] {
      Memory.clear(MatrixSlot.region(set) + table, byteCount: 0x1000)
    }
    for number in 0..<MatrixSlot.count {
      let slot = MatrixSlot(number, set: set)
      for page in [slot.frame(b: false), slot.frame(b: true), slot.largePage] {
        Memory.store(slot.word(at: page), at: page + slot.dataOffset)
        storeCode(at: page)
      }
    }
  }

  /// `movl $mark, %eax; jmp *%ebp`.
  static func storeCode(at page: PhysicalAddress) {
    let mark = MatrixSlot.codeMark(of: page)
    let code = page + MatrixSlot.codeOffset
    Memory.store(0xB8 | mark << 8, at: code)
    Memory.store(mark >> 24 | 0x00E5_FF00, at: code + 4)
  }

  private mutating func run(_ batch: MatrixBatch, _ set: UInt32) {
    // A small number of cases is a sieve: the slots in use are packed at the front of the results.
    var count: UInt32 = 0
    let kind = batch.firstCase.access.kind
    for member in 0..<MatrixSlot.count {
      let matrixCase = batch[member]
      guard parameters.wants(matrixCase) else { continue }
      let slot = batch.slot(of: member, set: set, seed: parameters.seed)
      Memory.store(matrixCase.directoryEntry(in: slot), at: slot.directoryEntry)
      Memory.store(matrixCase.tableEntry(in: slot, b: false), at: slot.tableEntry(b: false))
      Memory.store(matrixCase.tableEntry(in: slot, b: true), at: slot.tableEntry(b: true))
      let record = PhysicalAddress(GuestLayout.results + count * UInt32(CONFORM_SLOT_BYTES))
      Memory.store(slot.linear(kind).rawValue, at: record + UInt32(CONFORM_SLOT_LINEAR))
      Memory.store(slot.register, at: record + UInt32(CONFORM_SLOT_REGISTER))
      count += 1
    }
    guard count > 0 else { return }
    enter(batch.firstCase, set, count)
    check(batch, set)
    total += count
  }

  /// Lets the processor make the accesses.
  private func enter(_ first: MatrixCase, _ set: UInt32, _ count: UInt32) {
    Machine.setControls(first.mode(physicalAddressBits: processor.physicalAddressBits))
    Self.enterLoop(first.access, count: count, directory: MatrixSlot.directory(set).rawValue)
  }

  /// Runs the loop for a kind of access, in its ring, over the first records.
  ///
  /// - Parameter directory: CR3; 0 to stay in the one that is loaded.
  static func enterLoop(_ access: MemoryAccess, count: UInt32, directory: UInt32) {
    let (loop, resume) =
      switch access.kind {
      case .read: (conform_loop_read_address(), conform_loop_read_resume_address())
      case .write: (conform_loop_write_address(), conform_loop_write_resume_address())
      case .fetch: (conform_loop_fetch_address(), conform_loop_fetch_resume_address())
      }
    let shift = access.isUser ? GuestLayout.window &- conform_code_page_address() : 0
    var start = conform_start()
    start.cr3 = directory
    start.eip = loop &+ shift
    start.ebp = resume &+ shift
    start.cs = UInt32(access.isUser ? CONFORM_USER_CODE : CONFORM_KERNEL_CODE)
    start.ss = UInt32(CONFORM_USER_DATA)
    start.eflags = 2 | (access.alignmentCheck ? ControlRegister.alignmentCheck : 0)
    start.esi = access.isUser ? GuestLayout.windowResults : GuestLayout.results
    start.edi = count
    start.is_batch = 1
    conform_enter(&start)
  }

  /// Compares what was seen, and puts back what was changed.
  private mutating func check(_ batch: MatrixBatch, _ set: UInt32) {
    var record = PhysicalAddress(GuestLayout.results)
    for member in 0..<MatrixSlot.count {
      let matrixCase = batch[member]
      guard parameters.wants(matrixCase) else { continue }
      let slot = batch.slot(of: member, set: set, seed: parameters.seed)
      let pageA = slot.frame(b: false) + slot.dataOffset
      let pageB = slot.frame(b: true) + slot.dataOffset
      let large = slot.largePage + slot.dataOffset
      let seen = MatrixState(
        error: Memory.load(record + UInt32(CONFORM_SLOT_ERROR)),
        faultAddress: Memory.load(record + UInt32(CONFORM_SLOT_CR2)),
        register: Memory.load(record + UInt32(CONFORM_SLOT_REGISTER)),
        directoryEntry: Memory.load(slot.directoryEntry),
        tableA: Memory.load(slot.tableEntry(b: false)),
        tableB: Memory.load(slot.tableEntry(b: true)),
        wordA: Memory.load(pageA), wordB: Memory.load(pageB), wordLarge: Memory.load(large))
      record = record + UInt32(CONFORM_SLOT_BYTES)
      let expected = matrixCase.expectation(
        in: slot, by: oracle, physicalAddressBits: processor.physicalAddressBits)
      if !expected.agrees(with: seen) {
        failed += 1
        table.add(matrixCase, in: slot, expected: expected, seen: seen)
      }
      if matrixCase.access.kind == .write {
        Memory.store(slot.word(at: slot.frame(b: false)), at: pageA)
        Memory.store(slot.word(at: slot.frame(b: true)), at: pageB)
        Memory.store(slot.word(at: slot.largePage), at: large)
      }
    }
  }
}
