import GuestImage
import MinixABI
public import Session

/// A program for a person who wants to know what would be run: what it is, where it would lie, and how
/// much of it would be there at its first instruction.
public struct ProgramInspection {
  private let image: ProgramImage
  private let lines: SourceLineTable
  private let map: ProgramMap
  private let style: TextStyle

  /// Describes a program as it would be started.
  public init(_ program: RunConfiguration.Program, style: TextStyle = .plain) {
    image = program.image
    lines = image.sourceLines()
    map = ProgramMap(program)
    self.style = style
  }

  /// The text, without a line ending at its end.
  ///
  /// - Parameter withSymbols: whether to list them.
  public func text(withSymbols: Bool = false) -> String {
    var parts = [[heading], mapLines + [presence]]
    parts.append(withSymbols ? symbolLines : [symbolCount])
    return parts.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private var heading: String {
    let entry = image.symbol(containing: image.entry)?.description ?? "no symbol"
    let source = lines.sourceLine(of: image.entry).map { ", \($0)" } ?? ""
    return "\(image.file.path.printable): a static ELF32 program for i386, "
      + "\(image.file.bytes.count.of("byte")); it begins at \(image.entry.address) (\(entry)\(source))"
  }

  private var mapLines: [String] {
    Grid(
      columns: [
        .text("from"), .text("to"), .number("pages"), .number("present", "at start"),
        .number("left to", "faults"), .text("rights"), .text("holds"),
      ],
      rows: map.ranges.map { range in
        [
          range.start.address, range.end.address, range.pageCount.grouped,
          range.presentCount.grouped, (range.pageCount - range.presentCount).grouped,
          range.rights, range.holds,
        ]
      }
    ).lines(style)
  }

  private var presence: String {
    "\(map.presentCount.of("page")) present at the first instruction, "
      + "\(map.tableCount.of("page table")); the heap begins at \(map.heapStart.address)"
  }

  private var symbolCount: String {
    let symbols = image.symbolList
    guard !symbols.isEmpty else { return "no symbols" }
    return "\(symbols.count.of("symbol")) (--symbols lists them); "
      + (lines.isEmpty ? "no source lines" : "with source lines")
  }

  private var symbolLines: [String] {
    let rows = image.symbolList.map { symbol in
      [
        symbol.address.address, symbol.byteCount.grouped, symbol.name.printable,
        lines.sourceLine(of: symbol.address)?.description ?? "",
      ]
    }
    guard !rows.isEmpty else { return ["no symbols"] }
    return Grid(
      columns: [.text("address"), .number("bytes"), .text("symbol"), .text("source")], rows: rows
    ).lines(style)
  }
}

extension UInt32 {
  /// `0x08048000`.
  var address: String {
    let digits = String(self, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
