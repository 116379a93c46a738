import TestSupport
import Testing

/// Guest RAM of all sizes, and what happens at its end.
@Suite struct MemoryTests {
  @Test(
    arguments: [("1MiB", 1 << 20, "100"), ("256MiB", 256 << 20, "100"), ("3GiB", 3 << 30, "100")]
      as [(String, UInt64, String)])
  func sizes(_ size: String, _ byteCount: UInt64, _ pages: String) throws {
    let run = try GuestRun(["--quiet", "--memory", size, "touch", pages])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output == "touched \(pages) pages\n")
    #expect(run.summary.memoryBytes == byteCount)
    TouchTests.expectOrder(run.summary)
  }

  /// The process that asks for the page too many dies of it; the memory that it gives back lets the
  /// others finish.
  @Test func whoAsksForTooMuchDies() throws {
    let run = try GuestRun(
      [
        ManifestEntry("glutton", file: "touch", ["10000"]),
        ManifestEntry("modest", file: "touch", ["10"]), ManifestEntry("hello"),
      ], options: ["--memory", "1MiB"])
    #expect(run.status == 139)
    let glutton = try #require(run.summary["glutton"])
    #expect(glutton.exit?.signal == 11)
    #expect(glutton.exit?.vector == 14)
    #expect(glutton.faults["outOfMemory"] == 1)
    #expect(glutton.faults["segv"] == 0)
    #expect(run.summary["modest"]?.exit == .init(status: 0))
    #expect(run.summary["hello"]?.exit == .init(status: 0))
    // Frame 0 is nobody's.
    #expect(run.summary.memory.physicalPagesPeak == 255)
    TouchTests.expectOrder(run.summary)
  }

  /// The memory of the dead is used again: five times as much as there is, one after the other. They
  /// are system programs because the kernel leaves those in their queues; PM would move a user down
  /// when its quantum is over, and two of them would meet.
  @Test func memoryComesBack() throws {
    let programs = (1...6).map {
      ManifestEntry("touch-\($0)", file: "touch", ["200"], isSystem: true, priority: $0 + 8)
    }
    let run = try GuestRun(programs, options: ["--memory", "1MiB"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lines == Array(repeating: "touched 200 pages", count: 6))
    TouchTests.expectOrder(run.summary)
  }
}
