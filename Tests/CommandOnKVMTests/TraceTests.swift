import FlightRecorder
import Foundation
import TestSupport
import Testing
import Trace

/// `--trace` and `faultline trace`, of real runs.
@Suite struct TraceTests {
  private func run(_ words: [String]) throws -> FaultlineProcess.Result {
    try FaultlineProcess(words).finish()
  }

  /// What killed a process, from the timeline alone: address, symbol, line, instruction, entry, why.
  @Test func theTimelineFindsTheLineThatKilled() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/run.txt"
    let result = try run(["run", "--engine", "kvm", "--trace", path, "segv", "write-unmapped"])
    #expect(result.status == 139)
    let text = String(decoding: try folder.read("run.txt"), as: UTF8.self)
    for part in [
      "#PF at 0x60000000: user write to a page that is not present (error code 6)",
      "at segv_write_instruction (accesses.S:29)  movl $0x5e67, (%ecx)",
      "-> VM: VM_PAGEFAULT address=0x60000000 error=6",
      "VM calls SYS_KILL who=segv",
      "PDE 384 at ",
      "why: 0x60000000 lies in no region of segv, so VM had nothing to put there.",
      "+RTS_SLOT_FREE",
    ] { #expect(text.contains(part), "\(part)") }
  }

  @Test func oneTraceBecomesEverything() throws {
    let folder = try TemporaryFolder()
    let trace = "\(folder.path)/run.fltrace"
    let report = "\(folder.path)/report.html"
    let made = try run([
      "run", "--engine", "kvm", "--quiet", "--trace", trace, "--report", report, "touch", "100",
    ])
    #expect(made.status == 0)
    #expect(made.errors.isEmpty)
    #expect(String(decoding: try folder.read("report.html"), as: UTF8.self).contains("</html>"))
    for suffix in ["jsonl", "json", "txt", "mmd", "html"] {
      let result = try run(["trace", "convert", trace, "\(folder.path)/run.\(suffix)"])
      #expect(result.status == 0, "\(suffix): \(result.errors)")
      #expect(try !folder.read("run.\(suffix)").isEmpty)
    }
    let lines = String(decoding: try folder.read("run.jsonl"), as: UTF8.self).split(separator: "\n")
    #expect(lines.count { $0.contains("\"kind\":\"fault\"") } == 101)
    let chrome = ChromeTraceCheck(try folder.read("run.json"))
    #expect(chrome.problems.isEmpty)
    #expect(chrome.spans.count { $0.name.hasPrefix("page fault ") } == 101)
    #expect(chrome.arrows.count > 101)
    let shown = try run(["trace", "show", "--fault", "101", trace])
    #expect(shown.text.contains("[fault 101]"))
    #expect(shown.text.contains("goes on after"))
    #expect(try run(["trace", "show", "--fault", "102", trace]).status == 64)
  }

  /// A full disk does not disturb the run, and is told at its end.
  @Test(
    arguments: ["full.fltrace", "full.html"])
  func aFullDisk(name: String) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/\(name)"
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
    let option = name.hasSuffix("html") ? "--report" : "--trace"
    let result = try run(["run", "--engine", "kvm", "--quiet", option, path, "hello"])
    #expect(result.status == 73)
    #expect(result.text == "Hello from ring 3. argc is 1.\n")
    #expect(result.errors == "faultline: can't write \(path): No space left on device\n")
  }

  /// What a report is made of lies in TMPDIR; nothing is left there.
  @Test(arguments: [("", 0), ("/none", 73)] as [(String, Int32)])
  func whereTheTraceOfAReportLies(suffix: String, status: Int32) throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("temporary")
    let temporary = "\(folder.path)/temporary"
    let result = try FaultlineProcess(
      ["run", "--engine", "kvm", "--quiet", "--report", "\(folder.path)/a.html", "hello"],
      environment: ["TMPDIR": temporary + suffix]
    ).finish()
    #expect(result.status == status)
    #expect(folder.names == (status == 0 ? ["a.html", "temporary"] : ["temporary"]))
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
    #expect(result.errorLines.count == (status == 0 ? 0 : 1))
    #expect(status == 0 || result.errors.hasSuffix("; set TMPDIR\n"), "\(result.errors)")
  }

  /// Ctrl-C ends the run; what was asked for is made of what there was until then.
  @Test func anInterruptedRunIsWritten() throws {
    let folder = try TemporaryFolder()
    let (trace, report) = ("\(folder.path)/run.fltrace", "\(folder.path)/run.html")
    let words = ["run", "--engine", "kvm", "--quiet", "--trace", trace, "--report", report]
    let process = try FaultlineProcess(words + ["spin", "forever"])
    process.waitForOutput()
    process.interrupt()
    #expect(process.finish().status == 130)
    let file = try TraceFile(trace)
    #expect(file.damage == nil)
    #expect(file.end?.exitCode == 130)
    #expect(file.end?.lines == ["interrupted by SIGINT"])
    let page = String(decoding: try folder.read("run.html"), as: UTF8.self)
    #expect(page.contains("interrupted by SIGINT") && page.hasSuffix("</html>\n"))
  }

  @Test func wrongTraces() throws {
    let folder = try TemporaryFolder()
    let trace = "\(folder.path)/run.fltrace"
    _ = try run(["run", "--engine", "kvm", "--quiet", "--trace", trace, "hello"])
    let whole = try folder.read("run.fltrace")
    let cut = "\(folder.path)/cut.fltrace"
    try whole.dropLast(100).write(to: URL(filePath: cut))
    let alien = try folder.write("alien.fltrace", "no trace")
    for (path, status) in [(cut, 65), (alien, 65), ("\(folder.path)/none.fltrace", 66)] {
      let result = try run(["trace", "show", path])
      #expect(result.status == status)
      #expect(result.errorLines.count == 1)
      #expect(result.output.isEmpty == (path != cut))
    }
    let full = try run(["trace", "convert", trace, "/nowhere/a.json"])
    #expect(full.status == 73)
    #expect(full.errorLines.count == 1)
  }

  @Test(
    arguments: [
      (["--trace", "/nowhere/a.fltrace"], 73), (["--trace", "/nowhere/a.json"], 73),
      (["--trace", "a.xyz"], 64), (["--report", "a.json"], 64),
      (["--no-recorder", "--trace", "a.json"], 64),
    ] as [([String], Int32)])
  func wrongOutputsCostNothing(options: [String], status: Int32) throws {
    let result = try run(["run", "--engine", "kvm"] + options + ["hello"])
    #expect(result.status == status)
    #expect(result.errorLines.count == 1)
    #expect(result.output.isEmpty)
  }

  /// Not one event is lost, and no more memory is taken than for what stands between two blocks; and in
  /// `make check` a million faults, whose pages are recycled, take at most 1.3 times as long with a trace
  /// as without: by the middle one of pairs of runs, one after the other, for the machine has other things
  /// to do as well.
  @Test func aLongTraceIsWholeAndCostsLittle() throws {
    let folder = try TemporaryFolder()
    let trace = "\(folder.path)/run.fltrace"
    var ratios: [Double] = []
    for _ in 0..<(Self.isCheck ? 5 : 0) {
      let without = try cost([], Self.count / 5, folder)
      let with = try cost(["--trace", trace], Self.count / 5, folder)
      ratios.append(with.seconds / without.seconds)
    }
    let without = try cost([], Self.isCheck ? Self.count / 5 : Self.count, folder)
    let with = try cost(["--trace", trace], Self.count, folder)
    let size = try FileManager.default.attributesOfItem(atPath: trace)[.size] as? Int ?? 0
    print(
      "\(Self.count) faults: \(with.seconds) s with a trace of \(size) bytes; \(ratios.sorted()) times as",
      "long as without; at most \(without.peakBytes) bytes of memory without it, \(with.peakBytes) with"
    )
    if Self.isCheck { #expect(ratios.sorted()[ratios.count / 2] <= 1.3) }
    #expect(with.peakBytes < without.peakBytes + 64 << 20)

    let file = try TraceFile(trace)
    #expect(file.damage == nil)
    #expect(file.end?.eventCount == file.eventCount)
    #expect(file.eventCount > 10 * UInt64(Self.count))
    if Self.isCheck { return }
    // By their instruction: all of the program's pages are touched first by the same one.
    var faults: [UInt32: Int] = [:]
    try file.forEach { event in
      if event.kind == .trap, event.a == 14 { faults[event.c, default: 0] += 1 }
    }
    #expect(faults.values.max() == Self.count)
  }

  private static let isCheck = ProcessInfo.processInfo.environment["FAULTLINE_CHECK"] == "1"
  /// `make check` has built the optimised program before: it is what a user waits for.
  private static let program =
    isCheck
    ? URL(filePath: FaultlineProcess.path).deletingLastPathComponent()
      .appending(path: "../release/faultline").standardizedFileURL.path : FaultlineProcess.path
  private static let count = isCheck ? 1_000_000 : 20_000

  /// What a run takes.
  private func cost(
    _ options: [String], _ count: Int, _ folder: TemporaryFolder
  ) throws -> (seconds: Double, peakBytes: Int) {
    let summary = "\(folder.path)/summary.json"
    let result = try FaultlineProcess(
      ["run", "--engine", "kvm", "--quiet", "--json", summary] + options
        + ["churn", "\(count)"], program: Self.program, seconds: 3600
    ).finish()
    #expect(result.status == 0, "\(result.errors)")
    let object = try JSONSerialization.jsonObject(with: try folder.read("summary.json"))
    let parts = object as? [String: Any]
    let seconds = (parts?["time"] as? [String: Any])?["wallSeconds"] as? Double
    let peakBytes = (parts?["memory"] as? [String: Any])?["hostBytesPeak"] as? Int
    return (try #require(seconds), try #require(peakBytes))
  }
}
