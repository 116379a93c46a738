import I386
public import PagingCases

/// The matrix as text, a case a line: for the unit tests of an emulator that has no machine to boot.
public struct VectorFile {
  private let list: CaseList
  private let seed: UInt32

  /// The processor that the vectors are for: bit 21 is the only reserved bit of a 4 MiB page.
  private static let physicalAddressBits: UInt32 = 40

  /// What the file says of itself.
  public static let header = """
    # i386 paging vectors, one case a line: fields by blanks, numbers in hexadecimal.
    #
    #  1 id         the case's number, as 'faultline conform --filter matrix:0x<id>' takes it
    #  2 cr0        3 cr4        4 eflags     5 cpl
    #  6 access     r, w (32 bits each) or x
    #  7 linear     its address
    #  8 pde_at     physical address of the directory entry; CR3 is the start of its page
    #  9 pde
    # 10 pte_at     physical address of the table entry by way of pde with bit 21 clear
    # 11 pte
    # 12 pte2_at    the same with bit 21 set
    # 13 pte2
    #
    # What must come of it:
    # 14 error      the page fault's error code, or - for none
    # 15 cr2        the faulting address, or -
    # 16 physical   where the access goes, or - after a fault
    # 17 pde        afterwards
    # 18 pde_open   bits of it that the manual leaves open: either value is right
    # 19 pte        afterwards
    # 20 pte2       afterwards

    """

  public init(_ parameters: RunParameters) {
    list = CaseList(parameters)
    seed = parameters.seed
  }

  /// Gives the file in parts, the header first.
  public func forEachPart(_ body: (String) throws -> Void) rethrows {
    try body(Self.header)
    for batch in list.batches() {
      let lines = list.cases(of: batch).map { line($0, in: batch) }
      try body(lines.joined())
    }
  }

  private func line(_ matrixCase: MatrixCase, in batch: MatrixBatch) -> String {
    let slot = batch.slot(of: matrixCase.rawValue & 0x1FF, set: batch.set, seed: seed)
    let access = matrixCase.access
    let linear = slot.linear(access.kind)
    let before = [
      (slot.directoryEntry, matrixCase.directoryEntry(in: slot)),
      (slot.tableEntry(b: false), matrixCase.tableEntry(in: slot, b: false)),
      (slot.tableEntry(b: true), matrixCase.tableEntry(in: slot, b: true)),
    ]
    let outcome = PagingOracle().access(
      linear, access, mode: matrixCase.mode(physicalAddressBits: Self.physicalAddressBits),
      directoryEntry: before[0].1, load: { $0 == before[1].0 ? before[1].1 : before[2].1 })
    let after = matrixCase.expectation(
      in: slot, by: PagingOracle(), physicalAddressBits: Self.physicalAddressBits
    ).state

    var fields = [matrixCase.rawValue, matrixCase.cr0, matrixCase.cr4, matrixCase.eflags].map(hex)
    fields += [access.isUser ? "3" : "0", ["r", "w", "x"][Int(access.kind.rawValue)]]
    fields.append(hex(linear.rawValue))
    for (address, entry) in before { fields += [hex(address.rawValue), hex(entry)] }
    fields +=
      outcome.isFault
      ? [hex(outcome.error), hex(linear.rawValue), "-"] : ["-", "-", hex(outcome.physical)]
    fields += [after.directoryEntry, outcome.openDirectoryBits, after.tableA, after.tableB].map(hex)
    return fields.joined(separator: " ") + "\n"
  }

  private func hex(_ value: UInt32) -> String { String(value, radix: 16) }
}

extension MatrixCase {
  /// PG, PE, and WP where the case has it.
  var cr0: UInt32 { 0x8000_0001 | (has(MatrixControls.writeProtect) ? 1 << 16 : 0) }

  /// PSE, SMEP and SMAP where the case has them.
  var cr4: UInt32 {
    (has(MatrixControls.pageSizeExtensions) ? 1 << 4 : 0)
      | (has(MatrixControls.smep) ? 1 << 20 : 0) | (has(MatrixControls.smap) ? 1 << 21 : 0)
  }

  /// AC where the case has it.
  var eflags: UInt32 { 2 | (has(MatrixControls.alignmentCheck) ? 1 << 18 : 0) }
}
