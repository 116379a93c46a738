/// The line tables of a program's debug information, as one value.
///
/// Made on request only: few runs need it, and it is libdw's reading of data that
/// we do not check further than to keep it in bounds.
public struct SourceLineTable: Sendable {
  /// More rows than this are not read.
  static let maximumRowCount = 1 << 22
  /// Programs with more bytes than this are not searched for lines.
  static let maximumFileByteCount = 256 << 20

  private struct Row {
    let address: UInt32
    let order: UInt32
    /// 0 also for an end of sequence, with `file` -1.
    let line: Int32
    let file: Int32
  }

  private var rows: [Row] = []
  private var files: [String] = []

  /// Whether the program has no line information.
  public var isEmpty: Bool { rows.isEmpty }

  init(_ image: ProgramImage) {
    guard image.file.bytes.count <= Self.maximumFileByteCount else { return }
    var builder = Builder(segments: image.segments)
    // The image was read once already, so a refusal now means no memory: no lines.
    _ = try? ELFReader.withReader(image.file.bytes) { reader in
      reader.forEachLineRow { row, fileName in builder.add(row, fileName: fileName) }
    }
    rows = builder.rows.sorted { ($0.address, $0.order) < ($1.address, $1.order) }
    files = builder.files
  }

  /// The source line that the instruction at `address` was made from.
  public func sourceLine(of address: UInt32) -> SourceLine? {
    guard let index = rows.lastIndex(where: \.address, atOrBelow: address) else { return nil }
    let row = rows[index]
    guard files.indices.contains(Int(row.file)) else { return nil }
    return SourceLine(file: files[Int(row.file)], line: Int(row.line))
  }

  /// Collects rows, and gives each file one number.
  private struct Builder {
    let segments: [Segment]
    var rows: [Row] = []
    var files: [String] = []
    /// Our number of a file by libdw's, so that each name is copied once.
    private var numbers: [UInt: Int32] = [:]

    init(segments: [Segment]) { self.segments = segments }

    /// Keeps rows of code that is in the program: the linker leaves those of code
    /// that it has dropped, at address 0. Answers false when full.
    mutating func add(_ row: ELFLineRow, fileName: () -> String) -> Bool {
      guard let address = UInt32(exactly: row.address), address >= UserSpace.start,
        row.endsSequence || segments.segment(containing: address)?.isExecutable == true
      else { return true }
      // An end sorts before a start at its address, whichever unit comes first.
      let order = row.endsSequence ? 0 : UInt32(rows.count + 1)
      rows.append(
        Row(
          address: address, order: order, line: Int32(clamping: row.line),
          file: row.endsSequence ? -1 : number(row.fileNumber, fileName)))
      return rows.count < SourceLineTable.maximumRowCount
    }

    private mutating func number(_ theirs: UInt, _ fileName: () -> String) -> Int32 {
      if let ours = numbers[theirs] { return ours }
      let ours = Int32(clamping: files.count)
      numbers[theirs] = ours
      files.append(fileName())
      return ours
    }
  }
}

extension ProgramImage {
  /// Reads the program's line tables (DWARF), all at once: keep the result.
  public func sourceLines() -> SourceLineTable { SourceLineTable(self) }
}
