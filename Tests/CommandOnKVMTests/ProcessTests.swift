import Foundation
import TestSupport
import Testing

/// Programs of several processes: what fork, exec, wait, signals and the break do for them. Each checks
/// its own results; here are those that only the host sees.
@Suite struct ProcessTests {
  /// Programs that need nothing but themselves, and the lines that they end with.
  @Test(
    arguments: [
      (["forktree"], ["40 processes, each with its own view of 32 pages"]),
      (["forktree", "0"], ["1 processes, each with its own view of 32 pages"]),
      (["forktree", "4", "2", "64"], ["31 processes, each with its own view of 64 pages"]),
      (["heap"], ["heap: 2340 checks"]),
      (["heap", "2048"], ["heap: 9252 checks"]),
      (["relay"], ["10 legs, all of them process 2"]),
      (["relay", "2", "hello", "you"], ["argv[1] is \"you\"."]),
      (["signals"], ["signals: 226 checks"]),
      (["sort"], ["sorted 2097152 words in 16 MiB"]),
      (["sort", "32", "7"], ["sorted 4194304 words in 32 MiB"]),
      (["family"], ["one was killed by signal 15"]),
      (["pipeline"], ["800 numbers from 2 producers, sum 170400"]),
      (["shared-memory"], ["owner: 50 rounds in memory that was shared"]),
    ] as [([String], [String])])
  func checksItself(_ words: [String], _ lines: [String]) throws {
    let run = try GuestRun(words)
    #expect(run.status == 0, "\(run.errors)")
    for line in lines { #expect(run.lines.contains(line), "\(run.output)") }
    TouchTests.expectOrder(run.summary)
  }

  @Test(
    arguments: [
      ["forktree", "x"], ["forktree", "8", "8"], ["heap", "7"], ["relay", "x"], ["signals", "all"],
      ["sort", "0"], ["sort", "513"], ["hog"], ["hog", "everything"], ["soak", "x"],
      ["family", "0"],
      ["producer"], ["consumer", "9"], ["shared", "user"],
    ])
  func saysHowItIsCalled(_ words: [String]) throws {
    let run = try GuestRun(words)
    #expect(run.status == 64)
    #expect(run.errors.hasPrefix("usage: \(words[0])"))
    TouchTests.expectOrder(run.summary)
  }

  /// A page that parent and child have in common is copied for whoever writes first; the other then
  /// has it alone.
  @Test func copiesAreForWritesAlone() throws {
    let run = try GuestRun(["forktree", "1", "1", "1000"])
    #expect(run.status == 0, "\(run.errors)")
    let process = try #require(run.summary["forktree"])
    #expect(process.descendants.count == 1)
    // The child writes every second page; some more are stack and data, on both sides.
    let copies = try #require(process.descendants.faults["copyOnWrite"])
    #expect((500..<520).contains(copies))
    #expect(try #require(process.faults["copyOnWrite"]) < 10)
    #expect(try #require(process.descendants.faults["zeroFill"]) < 10)
    #expect(run.summary.messages["VM_FORK"] == 1)
    let counted =
      process.faults.filter { $0.key != "total" }.values.reduce(0, +)
      + process.descendants.faults.filter { $0.key != "total" }.values.reduce(0, +)
    #expect(run.summary.exits.byCause["pageFault"] == counted)
    TouchTests.expectOrder(run.summary)
  }

  /// Each page of the heap is one fault, however often the break passes it.
  @Test func theHeapIsTouchedOnce() throws {
    let few = try GuestRun(["heap", "8"])
    let many = try GuestRun(["heap", "1024"])
    let (a, b) = (few.summary["heap"]?.faults["zeroFill"], many.summary["heap"]?.faults["zeroFill"])
    #expect(try #require(b) - #require(a) == 2 * (1024 - 8))
  }

  /// A slot whose first tenant was a program is a child's later: the books keep them apart.
  @Test func slotsAreUsedAgain() throws {
    let run = try GuestRun([
      ManifestEntry("touch", ["77"]),
      ManifestEntry("soak", ["forks", "300"], isSystem: true, priority: 15),
    ])
    #expect(run.status == 0, "\(run.errors)")
    let alone = try GuestRun(["touch", "77"])
    #expect(run.summary["touch"]?.faults == alone.summary["touch"]?.faults)
    #expect(run.summary["touch"]?.descendants.count == 0)
    #expect(run.summary["soak"]?.descendants.count == 301)
    TouchTests.expectOrder(run.summary)
  }

  // MARK: - Out of memory

  @Test(
    arguments: [
      ("allocate", 0, "ENOMEM with all of the memory taken, and some of it had again"),
      ("copy", 0, "the child died of SIGSEGV, the parent's memory is whole"),
      ("touch", 139, "touching all there is"),
    ] as [(String, Int32, String)])
  func memoryRunsOut(_ kind: String, _ status: Int32, _ line: String) throws {
    let run = try GuestRun(["--memory", "16MiB", "hog", kind])
    #expect(run.status == status)
    #expect(run.lines == [line])
    let hog = try #require(run.summary["hog"])
    #expect(hog.faults["outOfMemory"] == (kind == "touch" ? 1 : 0))
    #expect(hog.descendants.faults["outOfMemory"] == (kind == "copy" ? 1 : 0))
    if kind == "touch" {
      #expect(
        run.errors.hasPrefix("hog was killed by SIGSEGV: out of memory, user write to a page"))
    }
    TouchTests.expectOrder(run.summary)
  }

  /// The one that asks for too much is killed; the others finish beside it.
  @Test func othersDontFeelIt() throws {
    let run = try GuestRun(["--memory", "16MiB", "scarce"])
    #expect(run.status == 139)
    #expect(run.errors.hasPrefix("greedy was killed by SIGSEGV: out of memory, "))
    #expect(run.summary["greedy"]?.exit?.signal == 11)
    for name in ["hello", "touch", "forktree", "heap"] {
      #expect(run.summary[name]?.exit == .init(status: 0), "\(name)")
      #expect(run.summary[name]?.faults["outOfMemory"] == 0, "\(name)")
    }
    #expect(run.lines.contains("7 processes, each with its own view of 8 pages"))
    TouchTests.expectOrder(run.summary)
  }

  // MARK: - Many times

  /// Forks with writes on both sides, and execs: as many free pages afterwards as before.
  @Test(arguments: ["forks", "execs"]) func soak(_ kind: String) throws {
    let isLong = ProcessInfo.processInfo.environment["FAULTLINE_CHECK"] == "1"
    let cycles = isLong ? 2000 : 100
    let run = try GuestRun(["--as", "system", "soak", kind, "\(cycles)"])
    #expect(run.status == 0, "\(run.errors)")
    let line = try #require(run.lines.last)
    #expect(line.hasPrefix("\(cycles) \(kind), ") && line.hasSuffix(" pages free before and after"))
    #expect(run.summary["soak"]?.descendants.count == cycles + 1)
    #expect(run.summary.messages["VM_FORK"] == cycles + 1)
    #expect(run.summary.messages["EXEC"] == (kind == "execs" ? cycles + 1 : nil))
    TouchTests.expectOrder(run.summary)
  }
}
