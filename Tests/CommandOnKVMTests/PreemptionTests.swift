import TestSupport
import Testing

/// Processes that are interrupted in the middle of floating-point work get the right results: no
/// register of one is ever seen by another.
@Suite struct PreemptionTests {
  /// With two ticks each: twenty interruptions of five processes use up a quantum, however fast they are.
  private static let programs = [
    ManifestEntry("sse-1", file: "sse", ["600000"], quantum: 2),
    ManifestEntry("sse-2", file: "sse", ["600001"], quantum: 2),
    ManifestEntry("x87-1", file: "x87", ["600000"], quantum: 2),
    ManifestEntry("x87-2", file: "x87", ["600001"], quantum: 2),
    ManifestEntry("spin", ["40000000"], quantum: 2),
  ]

  @Test func sideBySideIsAsAlone() throws {
    let together = try GuestRun(Self.programs)
    #expect(together.status == 0, "\(together.errors)")
    #expect(together.summary.exits.byCause["preemption"] ?? 0 >= 20)
    #expect(together.summary.messages["SCHEDULING_NO_QUANTUM"] ?? 0 > 0)
    TouchTests.expectOrder(together.summary)

    var alone: [String] = []
    for program in Self.programs {
      let run = try GuestRun(["--quiet", program.file] + program.arguments)
      #expect(run.status == 0, "\(program.name) alone: \(run.errors)")
      alone += run.lines
    }
    #expect(together.lines.sorted() == alone.sorted())
    #expect(alone.count == Self.programs.count)
  }
}
