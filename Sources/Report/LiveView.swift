import GuestImage
import Kernel
import MinixABI
public import Session

/// A run as it goes on: lines that fit a terminal.
public struct LiveView {
  private let style: TextStyle
  private var former: SessionSnapshot?

  public init(style: TextStyle = .plain) { self.style = style }

  /// The picture of a moment. Rates are those since the moment before.
  ///
  /// - Parameters:
  ///   - snapshot: the moment.
  ///   - rows: the terminal's lines; all are kept to.
  ///   - columns: its columns; longer lines are cut off.
  ///   - output: the last lines that the programs have written.
  public mutating func lines(
    _ snapshot: SessionSnapshot, rows: Int, columns: Int, output: [String] = []
  ) -> [String] {
    let table = tableLines(snapshot)
    let head = [heading(snapshot), ""]
    let room = max(rows - head.count, 0)
    let shownOutput = output.suffix(min(8, max(room / 3, 0)))
    let tail = shownOutput.isEmpty ? [] : ["", style.heading("output")] + shownOutput
    var body = Array(table.prefix(max(room - tail.count, 0)))
    if body.count < table.count, let last = body.indices.last {
      body[last] = "… and \(table.count - body.count + 1) more"
    }
    former = snapshot
    return (head + body + tail).prefix(rows).map { style.cut($0, to: columns) }
  }

  private static let columns: [Grid.Column] = [
    .text("process"), .number("endpoint"), .text("state"), .number("faults"), .number("a second"),
    .number("messages"), .number("a second"), .number("ticks"),
  ]

  /// The last messages stand behind the table: they are as long as they are.
  private func tableLines(_ snapshot: SessionSnapshot) -> [String] {
    let lines = Grid(columns: Self.columns, rows: tableRows(snapshot)).lines(style)
    let heads = lines.prefix(lines.count - snapshot.processes.count)
    return heads
      + zip(lines.dropFirst(heads.count), snapshot.processes).map { line, process in
        process.lastMessage.map { "\(line)  \($0.printable)" } ?? line
      }
  }

  private func tableRows(_ snapshot: SessionSnapshot) -> [[String]] {
    snapshot.processes.map { process in
      let before = former?.processes.first { $0.endpoint == process.endpoint }
      let (faults, messages) = (process.statistics.pageFaults, process.statistics.messages)
      return [
        process.name.printable, "\(process.endpoint.rawValue)", process.flags.state,
        faults.grouped, rate(faults, before?.statistics.pageFaults, snapshot),
        messages.grouped, rate(messages, before?.statistics.messages, snapshot),
        process.userTicks.grouped,
      ]
    }
  }

  private func rate(_ now: UInt64, _ before: UInt64?, _ snapshot: SessionSnapshot) -> String {
    guard let former, let before, now >= before, snapshot.time > former.time else { return "-" }
    let seconds = (snapshot.time - former.time) / .seconds(1)
    return UInt64(Double(now - before) / seconds).grouped
  }

  private func heading(_ snapshot: SessionSnapshot) -> String {
    let pages = snapshot.pagesUsed.map { ", \($0.of("page")) in use" } ?? ""
    return
      "faultline: \(snapshot.time.inWords), \(snapshot.processes.count.of("process", "processes"))"
      + ", \(snapshot.exits.of("exit"))\(pages); Ctrl-C ends the run"
  }
}

extension RTSFlags {
  /// `runs`, or what keeps it from running: `SENDING|PAGEFAULT`.
  fileprivate var state: String {
    isEmpty ? "runs" : "\(self)".replacing("RTS_", with: "")
  }
}
