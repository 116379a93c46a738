/// Rows and columns, aligned.
///
/// Small enough to be ours: a library for tables (TextTable) has headings of one line only, leaves
/// blanks at the ends of lines, and gives up a total width.
package struct Grid {
  package struct Column {
    /// One line or two; a shorter heading stands at the bottom.
    let heading: [String]
    let isNumber: Bool

    /// Text, to the left.
    package static func text(_ heading: String...) -> Column {
      Column(heading: heading, isNumber: false)
    }
    /// Numbers, to the right.
    package static func number(_ heading: String...) -> Column {
      Column(heading: heading, isNumber: true)
    }
  }

  let columns: [Column]
  /// As many cells in each row as there are columns.
  let rows: [[String]]

  package init(columns: [Column], rows: [[String]]) {
    self.columns = columns
    self.rows = rows
  }

  /// What fits on a terminal and in a quotation of it.
  static let maximumWidth = 100
  /// A first column that need not be shortened below this keeps its gaps wide.
  private static let comfortableFirstColumn = 12
  private static let minimumFirstColumn = 8

  /// The lines, headings first. Where they would be too long, the gaps or the first column give way;
  /// a table whose numbers alone are too long is left so.
  package func lines(_ style: TextStyle) -> [String] {
    let headings = headingRows
    var widths = columns.indices.map { column in
      (headings + rows).map { $0[column].count }.max() ?? 0
    }
    let spare = widths[0] - min(widths[0], Self.comfortableFirstColumn)
    let gap = Self.total(widths, gap: 2) - spare > Self.maximumWidth ? 1 : 2
    let excess = Self.total(widths, gap: gap) - Self.maximumWidth
    if excess > 0 { widths[0] = min(widths[0], max(Self.minimumFirstColumn, widths[0] - excess)) }
    return headings.map { style.heading(line($0, widths, gap)) }
      + rows.map { line($0, widths, gap) }
  }

  private var headingRows: [[String]] {
    let height = columns.map(\.heading.count).max() ?? 0
    return (0..<height).map { row in
      columns.map { column in
        let index = row - (height - column.heading.count)
        return index < 0 ? "" : column.heading[index]
      }
    }
  }

  private func line(_ cells: [String], _ widths: [Int], _ gap: Int) -> String {
    var line = ""
    for (index, (cell, width)) in zip(cells, widths).enumerated() {
      if index > 0 { line += Self.blanks(gap) }
      let shown = cell.count > width ? cell.prefix(width - 1) + "…" : cell[...]
      let padding = Self.blanks(width - shown.count)
      line += columns[index].isNumber ? padding + shown : shown + padding
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  private static func total(_ widths: [Int], gap: Int) -> Int {
    widths.reduce(0, +) + gap * (widths.count - 1)
  }

  private static func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }
}
