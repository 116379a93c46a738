import MinixABI
import Servers
import Testing
import VMServer

@testable import Kernel
@testable import Machine
@testable import Report
@testable import Session

@Suite struct SummaryTableTests {
  @Test func anEventfulRun() {
    #expect(
      SummaryTable(Samples.eventful).text == """
        segv was killed by SIGSEGV: user write to a protected page, address 0x08049000, error code 7, \
        at segv_write_instruction (0x08048123), accesses.S:12

                                                        zero  copy on           all            kernel   user
        process                    endpoint  end        fill    write  segv  faults  messages   calls  ticks
        touch                         36569  exit 0   10 010        0     0  10 010    10 023       0     12
          and 2 processes by fork                         30       12     0      42        44       0      7
        segv                          36570  SIGSEGV       0        0     1       1         1       0      0

        kernel calls                      count
        SYS_VMCTL/VMCTL_CLEAR_PAGEFAULT  10 010
        SYS_VMCTL                             3
        (no such call)                        1
        SYS_CLEAR                             1
        SYS_VMCTL/9                           1
        SYS_VMCTL/VMCTL_MEMREQ_GET            1

        messages                count
        VM_PAGEFAULT           10 011
        reply                       3
        WRITE                       2
        (other)                     1
        0x611                       1
        EXIT                        1
        SCHEDULING_NO_QUANTUM       1
        VM_EXIT                     1
        VM_MMAP                     1

        exits: 10 035 = 10 011 page faults + 23 IPC + 1 timer kick
        fault latency: half within 2.0 µs, 95 % within 4.0 µs, 99 % within 10.1 µs, at most 501.8 µs
        memory: 256MiB, at most 10 050 pages and 1 page table in use, 0 leaked pages
        time: 1.234 s
        """)
  }

  @Test func aRunInWhichNothingHappened() {
    #expect(
      SummaryTable(Samples.run(.finished)).text == """
        exits: 0
        memory: 256MiB, at most 0 pages and 0 page tables in use, 0 leaked pages
        time: 0.000 s
        """)
  }

  @Test func aProgramThatHasNotEndedIsRunning() {
    let text = SummaryTable(Samples.run(.timeout, [Samples.process("spin", 36569, nil)])).text
    #expect(
      text.hasPrefix(
        """
        stopped: the time that the run was given is over

                                       all            kernel   user
        process  endpoint  end      faults  messages   calls  ticks
        spin        36569  running       0         0       0      0

        exits: 0
        """))
  }

  /// Every kind of fault at once, numbers that are usual, and a name that is too long.
  @Test func tableKeepsToItsWidth() {
    var process = Samples.process(
      String(repeating: "long-", count: 12), 1_900_000_000, .signal(.virtualAlarm))
    process.faults?.zeroFill = 123_456
    process.faults?.copyOnWrite = 123_456
    process.faults?.protection = 123_456
    process.faults?.segv = 1
    process.faults?.outOfMemory = 1
    process.statistics.messages = 1_234_567
    process.userTicks = 1000
    var result = Samples.run(.timeout, [process])
    result.exits = Self.everyExit
    let lines = SummaryTable(result).text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 100 })
    #expect(lines.contains { $0.hasPrefix("long-lon… 1900000000 SIGVTALRM 123 456 ") })
  }

  @Test func exitsAddUpToTheLast() {
    var result = Samples.run(.finished)
    result.exits = Self.everyExit
    #expect(
      SummaryTable(result).text.hasPrefix(
        """
        exits: 8 = 1 page fault + 1 exception + 1 IPC + 1 kernel call + 1 preemption + 1 timer kick
          + 1 edit flush + 1 other

        """))
  }

  /// A cause that is new in ``ExitCounts`` needs words in the table, and a place in this test.
  @Test func everyCauseIsTried() {
    #expect(Self.everyExit.byCause.map(\.count) == Array(repeating: 1, count: 8))
  }

  @Test func headingsAreBoldAndDeathsRedOnATerminalOnly() {
    let result = Samples.eventful
    let plain = SummaryTable(result).text
    let bold = SummaryTable(result, style: TextStyle(isTerminal: true, environment: [:])).text
    #expect(!plain.contains("\u{1B}"))
    #expect(bold.contains("\u{1B}[1mkernel calls"))
    #expect(bold.hasPrefix("\u{1B}[31msegv was killed by SIGSEGV: "))
    let stripped = bold.replacing(/\x1B\[(?:0|1|31)m/, with: "")
    #expect(stripped == plain)
  }

  @Test(
    arguments: [
      (true, [:], true), (true, ["NO_COLOR": ""], true), (true, ["NO_COLOR": "1"], false),
      (true, ["TERM": "dumb"], false), (false, [:], false),
    ] as [(Bool, [String: String], Bool)])
  func environmentMayRefuseBold(isTerminal: Bool, environment: [String: String], isBold: Bool) {
    let style = TextStyle(isTerminal: isTerminal, environment: environment)
    #expect(style.heading("x") == (isBold ? "\u{1B}[1mx\u{1B}[0m" : "x"))
  }

  private static var everyExit: ExitCounts {
    var exits = ExitCounts()
    exits.pageFault = 1
    exits.exception = 1
    exits.ipc = 1
    exits.kernelCall = 1
    exits.preemption = 1
    exits.timerKick = 1
    exits.editFlush = 1
    exits.other = 1
    return exits
  }
}
