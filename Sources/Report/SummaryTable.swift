import GuestImage
import Kernel
import Machine
import MinixABI
import Servers
public import Session
import VMServer

/// A run's summary for a person: how it ended, where that needs saying; its processes; what was
/// counted.
public struct SummaryTable {
  private let result: RunResult
  private let style: TextStyle

  /// Describes a run. Headings, and how it ended, look as the style says.
  public init(_ result: RunResult, style: TextStyle = .plain) {
    self.result = result
    self.style = style
  }

  /// The text, at most 100 columns wide but for the sentences on the run's end. No line ending at its
  /// end.
  public var text: String {
    let parts = [
      result.endLines.map(style.alarm), processLines,
      countLines("kernel calls", result.kernel.kernelCallsByName),
      countLines("messages", result.kernel.messagesByName),
      exitLines + latencyLines + [memoryLine, timeLine],
    ]
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n")
  }

  // MARK: - Processes

  private var processLines: [String] {
    let kinds = FaultKind.all.filter { kind in
      result.processes.contains {
        $0.faults?[keyPath: kind.count] ?? 0 > 0
          || $0.descendantFaults?[keyPath: kind.count] ?? 0 > 0
      }
    }
    let columns: [Grid.Column] =
      [.text("process"), .number("endpoint"), .text("end")] + kinds.map(\.column)
      + [.number("all", "faults"), .number("messages")]
      + [.number("kernel", "calls"), .number("user", "ticks")]
    let rows = result.processes.flatMap { process in
      [process.row(kinds)] + (process.descendants.count > 0 ? [process.descendantRow(kinds)] : [])
    }
    return rows.isEmpty ? [] : Grid(columns: columns, rows: rows).lines(style)
  }

  // MARK: - Counts

  private func countLines(_ heading: String, _ counts: [String: UInt64]) -> [String] {
    let rows = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { [$0.key, $0.value.grouped] }
    return rows.isEmpty
      ? [] : Grid(columns: [.text(heading), .number("count")], rows: rows).lines(style)
  }

  /// The total and what it consists of, to the last exit: `exits: 7 = 4 page faults + 3 IPC`.
  private var exitLines: [String] {
    var lines = ["exits: \(result.exits.total.grouped)"]
    var sign = "="
    for (cause, count) in result.exits.byCause where count > 0 {
      let term = "\(sign) \(ExitCause.words(cause, count))"
      if lines[lines.count - 1].count + 1 + term.count <= Grid.maximumWidth {
        lines[lines.count - 1] += " \(term)"
      } else {
        lines.append("  \(term)")
      }
      sign = "+"
    }
    return lines
  }

  private var latencyLines: [String] {
    guard let latency = FaultLatencySummary(result) else { return [] }
    return [
      "fault latency: half within \(latency.p50.inMicroseconds), "
        + "95 % within \(latency.p95.inMicroseconds), 99 % within \(latency.p99.inMicroseconds), "
        + "at most \(latency.max.inMicroseconds)"
    ]
  }

  private var memoryLine: String {
    let size = "memory: \(MemorySize(byteCount: result.memoryByteCount))"
    guard let memory = result.memory else { return size + ", in the care of a guest" }
    return size + ", at most \(memory.physicalPagesPeak.of("page")) and "
      + "\(memory.pageTablePagesPeak.of("page table")) in use, "
      + "\(memory.leakedPages.of("leaked page"))"
  }

  private var timeLine: String { "time: \(result.duration.inWords)" }
}

extension ProcessResult {
  /// All page faults: by VM's books, or else by the kernel's.
  var pageFaultCount: UInt64 { faults?.total ?? statistics.pageFaults }

  /// The same of those who descend from it.
  var descendantFaultCount: UInt64 { descendantFaults?.total ?? descendants.statistics.pageFaults }

  fileprivate func row(_ kinds: [FaultKind]) -> [String] {
    [name.printable, "\(endpoint.rawValue)", endWords]
      + Self.numbers(kinds, faults, pageFaultCount, statistics, UInt64(userTicks))
  }

  fileprivate func descendantRow(_ kinds: [FaultKind]) -> [String] {
    ["  and \(descendants.count.of("process", "processes")) by fork", "", ""]
      + Self.numbers(
        kinds, descendantFaults, descendantFaultCount, descendants.statistics,
        descendants.userTicks)
  }

  private static func numbers(
    _ kinds: [FaultKind], _ faults: FaultCounts?, _ total: UInt64,
    _ statistics: ProcessStatistics, _ userTicks: UInt64
  ) -> [String] {
    kinds.map { (faults?[keyPath: $0.count] ?? 0).grouped }
      + [total, statistics.messages, statistics.kernelCalls, userTicks].map(\.grouped)
  }

  fileprivate var endWords: String {
    switch end {
    case .exit(let status): "exit \(status)"
    case .signal(let signal): "\(signal)"
    case nil: "running"
    }
  }
}

/// A column of the processes' table that is there when such a fault occurred.
private struct FaultKind {
  let column: Grid.Column
  let count: KeyPath<FaultCounts, UInt64>

  static var all: [FaultKind] {
    [
      FaultKind(column: .number("zero", "fill"), count: \.zeroFill),
      FaultKind(column: .number("copy on", "write"), count: \.copyOnWrite),
      FaultKind(column: .number("protection"), count: \.protection),
      FaultKind(column: .number("segv"), count: \.segv),
      FaultKind(column: .number("out of", "memory"), count: \.outOfMemory),
    ]
  }
}

/// Exit causes in words.
private enum ExitCause {
  static func words(_ cause: String, _ count: UInt64) -> String {
    switch cause {
    case "pageFault": count.of("page fault")
    case "exception": count.of("exception")
    case "ipc": count.of("IPC", "IPC")
    case "kernelCall": count.of("kernel call")
    case "preemption": count.of("preemption")
    case "timerKick": count.of("timer kick")
    case "editFlush": count.of("edit flush", "edit flushes")
    case "other": count.of("other", "other")
    default: "\(count.grouped) \(cause)"
    }
  }
}
