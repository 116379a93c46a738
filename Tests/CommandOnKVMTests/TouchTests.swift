import TestSupport
import Testing

/// Every page that is touched for the first time is one fault, one message to VM, one
/// VMCTL_CLEAR_PAGEFAULT and one exit; nothing else is.
@Suite(.serialized) struct TouchTests {
  /// What `touch` is asked for, and how many pages that is.
  private static let cases: [(name: String, arguments: [String], pages: Int)] = [
    ("nothing", ["0"], 0),
    ("one", ["1"], 1),
    ("hundred", ["100", "sequential", "bss"], 100),
    ("many", ["2000"], 2000),
    ("strided", ["300", "stride", "7"], 300),
    ("a-table-each", ["20", "stride", "1024"], 20),
    ("random", ["1000", "random", "42"], 1000),
    ("one-on-the-heap", ["1", "heap"], 1),
    ("heap", ["500", "heap"], 500),
    ("strided-heap", ["100", "stride", "33", "heap"], 100),
    ("random-heap", ["1000", "random", "7", "heap"], 1000),
  ]

  @Test func everyPageIsOneFault() throws {
    let run = try GuestRun(Self.cases.map { ManifestEntry($0.name, file: "touch", $0.arguments) })
    #expect(run.status == 0, "\(run.errors)")
    let summary = run.summary
    let startUp = try #require(summary["nothing"]?.faults["zeroFill"])
    #expect(startUp < 5)
    for (name, _, pages) in Self.cases {
      let process = try #require(summary[name])
      #expect(process.exit == .init(status: 0), "\(name)")
      #expect(process.faults["zeroFill"] == startUp + pages, "\(name)")
      #expect(process.faults["total"] == startUp + pages, "\(name): faults of another kind")
      #expect(run.lines.contains("touched \(pages) pages"))
    }
    let expected = Self.cases.reduce(0) { $0 + startUp + $1.pages }
    Self.expectOneOfEachPerFault(summary, faults: expected)
    Self.expectOrder(summary)
  }

  /// The figure that the documentation gives.
  @Test func tenThousand() throws {
    let run = try GuestRun(["touch", "10000"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output == "touched 10000 pages\n")
    let alone = try GuestRun(["--quiet", "touch", "0"])
    #expect(alone.errors.isEmpty)
    let startUp = try #require(alone.summary["touch"]?.faults["zeroFill"])
    #expect(run.summary["touch"]?.faults["zeroFill"] == startUp + 10_000)
    Self.expectOneOfEachPerFault(run.summary, faults: startUp + 10_000)
    let latency = try #require(run.summary.faultLatency)
    #expect(latency.count == startUp + 10_000)
    let figures = [1, latency.p50, latency.p95, latency.p99, latency.max]
    #expect(figures == figures.sorted())
    #expect(try #require(run.summary.memory.physicalPagesPeak) >= 10_000)
    Self.expectOrder(run.summary)
    Self.expectOrder(alone.summary)
  }

  /// Policies: the same pages and contents, by fewer faults.
  @Test(arguments: ["exact", "around:16"]) func policies(_ policy: String) throws {
    let run = try GuestRun(["--policy", policy, "touch", "1000", "sequential", "bss"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output == "touched 1000 pages\n")
    #expect(run.summary.policy == policy)
    let faults = try #require(run.summary["touch"]?.faults["zeroFill"])
    let expected = policy == "exact" ? 1000..<1005 : 1000 / 17..<1000 / 15
    #expect(expected.contains(faults))
    Self.expectOneOfEachPerFault(run.summary, faults: faults)
    Self.expectOrder(run.summary)
  }

  /// The figures that the documentation gives for `around:16`: in sequence, a fifteenth of the faults
  /// at most; at random, what the faults that it saves cost in pages that nobody touches.
  @Test(
    arguments: [
      (["8000"], 8000, 15.0, 16), (["2000", "random", "42", "stride", "8"], 2000, 2.0, 12_500),
    ] as [([String], Int, Double, Int)])
  func aroundSixteen(_ arguments: [String], _ pages: Int, _ ratio: Double, _ more: Int) throws {
    let exact = try GuestRun(["--policy", "exact", "touch"] + arguments)
    let around = try GuestRun(["--policy", "around:16", "touch"] + arguments)
    for run in [exact, around] {
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output == "touched \(pages) pages\n")
      Self.expectOrder(run.summary)
    }
    let faults = try [exact, around].map { run in
      try Double(#require(run.summary["touch"]?.faults["total"]))
    }
    #expect(faults[0] >= Double(pages))
    #expect(faults[1] * ratio <= faults[0], "\(faults)")
    let peaks = try [exact, around].map { try #require($0.summary.memory.physicalPagesPeak) }
    let extra = peaks[1] - peaks[0]
    #expect(extra >= 0 && extra <= more, "\(extra) pages more")
    print("around:16, touch \(arguments.joined(separator: " ")): \(faults) faults, \(peaks) pages")
  }

  /// Nothing but the stack is left to faults.
  @Test func eagerly() throws {
    let exact = try GuestRun(["hello"])
    let run = try GuestRun(["--policy", "eager", "hello"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output == exact.output)
    #expect((exact.summary.policy, run.summary.policy) == ("exact", "eager"))
    let (faults, few) = (exact.summary["hello"]?.faults, run.summary["hello"]?.faults)
    #expect(try #require(few?["zeroFill"]) <= #require(faults?["zeroFill"]))
    let peak = try #require(run.summary.memory.physicalPagesPeak)
    #expect(try peak >= #require(exact.summary.memory.physicalPagesPeak))
    Self.expectOrder(run.summary)
  }

  private static func expectOneOfEachPerFault(_ summary: Summary, faults: Int) {
    #expect(summary.exits.byCause["pageFault"] == faults)
    #expect(summary.messages["VM_PAGEFAULT"] == faults)
    #expect(summary.kernelCalls["SYS_VMCTL/VMCTL_CLEAR_PAGEFAULT"] == faults)
  }

  /// Every exit has a name, and nothing is left behind.
  static func expectOrder(_ summary: Summary) {
    let causes = summary.exits.byCause
    #expect(
      Set(causes.keys) == [
        "pageFault", "exception", "ipc", "kernelCall", "preemption", "timerKick", "editFlush",
        "other",
      ])
    #expect(summary.exits.total == causes.values.reduce(0, +))
    #expect(causes["other"] == 0)
    #expect(causes["editFlush"] == 0)
    #expect(summary.memory.leakedPages == 0)
    #expect(summary.end.reason == "finished")
  }
}
