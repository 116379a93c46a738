import MinixABI
import Testing

@testable import Kernel
@testable import Report
@testable import Session

/// The live view's pictures, line by line.
@Suite struct LiveViewTests {
  private func process(
    _ name: String, _ endpoint: Int32, _ flags: RTSFlags, faults: UInt64, messages: UInt64,
    last: String? = nil
  ) -> SessionSnapshot.Process {
    var statistics = ProcessStatistics()
    statistics.pageFaults = faults
    statistics.messages = messages
    return SessionSnapshot.Process(
      name: name, endpoint: Endpoint(rawValue: endpoint), flags: flags, statistics: statistics,
      userTicks: 3, lastMessage: last)
  }

  @Test func twoMoments() {
    var view = LiveView()
    let first = SessionSnapshot(
      time: .milliseconds(500),
      processes: [process("touch", 36569, [], faults: 100, messages: 10)], exits: 111,
      pagesUsed: 1)
    #expect(
      view.lines(first, rows: 20, columns: 100) == [
        "faultline: 0.500 s, 1 process, 111 exits, 1 page in use; Ctrl-C ends the run", "",
        "process  endpoint  state  faults  a second  messages  a second  ticks",
        "touch       36569  runs      100         -        10         -      3",
      ])
    let second = SessionSnapshot(
      time: .milliseconds(1000),
      processes: [
        process(
          "touch", 36569, [.sending, .pageFault], faults: 1100, messages: 1010, last: "to VM"),
        process("echo", 36570, .receiving, faults: 1, messages: 0),
      ], exits: 1300)
    #expect(
      view.lines(second, rows: 20, columns: 100, output: ["one", "two"]) == [
        "faultline: 1.000 s, 2 processes, 1 300 exits; Ctrl-C ends the run", "",
        "process  endpoint  state              faults  a second  messages  a second  ticks",
        "touch       36569  SENDING|PAGEFAULT   1 100     2 000     1 010     2 000      3  to VM",
        "echo        36570  RECEIVING               1         -         0         -      3",
        "", "output", "one", "two",
      ])
  }

  /// However many processes there are, and however small the terminal.
  @Test(arguments: [(24, 80), (10, 40), (3, 10), (1, 1)])
  func keepsToTheTerminal(_ rows: Int, _ columns: Int) {
    var view = LiveView(style: TextStyle(isTerminal: true, environment: [:]))
    let processes = (0..<100).map {
      process("p\($0)", 36569 + Int32($0), [], faults: 1, messages: 1, last: "a message")
    }
    let lines = view.lines(
      SessionSnapshot(time: .seconds(1), processes: processes), rows: rows, columns: columns,
      output: ["a", "b"])
    #expect(lines.count <= rows)
    let plain = lines.map { $0.replacing("\u{1B}[1m", with: "").replacing("\u{1B}[0m", with: "") }
    #expect(plain.allSatisfy { $0.count <= columns })
    #expect(rows < 10 || plain.contains { $0.hasPrefix("… and ") })
  }
}
