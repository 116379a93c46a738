import Foundation
import Report
import TestSupport
import Testing
import Trace

/// Perfetto's own trace processor reads what we write for it.
///
/// `make check` fetches it and runs these; `make test` leaves them out.
@Suite struct InPerfettoTests {
  /// What it could not take, and what it made of the rest.
  private static let queries = [
    "SELECT name, value FROM stats WHERE value > 0 AND severity != 'info'",
    "SELECT name FROM thread WHERE name IS NOT NULL ORDER BY tid",
    """
    SELECT slice.name, thread.name AS track, slice.ts AS start, slice.dur AS length FROM slice
    JOIN thread_track ON slice.track_id = thread_track.id JOIN thread USING (utid)
    WHERE slice.name GLOB 'page fault *' ORDER BY slice.ts
    """,
    "SELECT COUNT(*) AS count FROM flow",
    "SELECT COUNT(*) AS count FROM slice WHERE dur < 0",
  ]

  private func ask(_ trace: TraceFile, _ folder: TemporaryFolder) throws -> [[[String: Any]]] {
    var text = ""
    _ = try TraceConversion(trace) { text += $0 }.run(.json)
    let check = ChromeTraceCheck(Data(text.utf8))
    #expect(check.problems.isEmpty)
    let answers = try ForeignReader.perfetto(try folder.write("run.json", text), Self.queries)
    try #require(answers.count == Self.queries.count)
    #expect(answers[0].isEmpty, "\(answers[0])")
    #expect(answers[1].map { $0["name"] as? String } == check.tracks)
    // An arrow without a span at each end would not be counted.
    #expect(answers[3].first?["count"] as? Int == check.arrows.count)
    #expect(answers[4].first?["count"] as? Int == 0)
    return answers
  }

  @Test func theSampleIsTakenWhole() throws {
    let folder = try TemporaryFolder()
    let answers = try ask(try SampleTrace.make(in: folder), folder)
    let faults = answers[2]
    #expect(faults.map { $0["name"] as? String } == ["page fault 1", "page fault 2"])
    #expect(faults.allSatisfy { $0["track"] as? String == "victim <b> (36569)" })
    #expect(faults.map { $0["start"] as? Int } == [2_500_000, 3_000_000])
    #expect(faults.map { $0["length"] as? Int } == [12_345, 2000])
  }

  /// Ten programs, in the lab if need be.
  @Test func aRealRunIsTakenWhole() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/demo.fltrace"
    let run = try FaultlineProcess(["run", "--quiet", "--trace", path, "demo"]).finish()
    #expect(run.status == 139, "\(run.errors)")
    let answers = try ask(try TraceFile(path), folder)
    #expect(answers[2].count > 2000)
    #expect(answers[1].contains { $0["name"] as? String == "VM" })
  }
}
