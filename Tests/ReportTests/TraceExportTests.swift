import Foundation
import MinixABI
import Report
import SystemPackage
import TestSupport
import Testing
import Trace

/// Every exporter's output, for a run that is known step by step.
@Suite struct TraceExportTests {
  private func export(_ kind: TraceOutput, fault: Int? = nil) throws -> String {
    let folder = try TemporaryFolder()
    let trace = try SampleTrace.make(in: folder)
    var text = ""
    var conversion = TraceConversion(trace) { text += $0 }
    conversion.fault = fault
    #expect(try conversion.run(kind))
    return text
  }

  @Test func theTimelineExplainsItself() throws {
    let lines = try export(.txt).split(separator: "\n")
    let expected = Self.timeline.split(separator: "\n")
    #expect(lines.count == expected.count)
    for (line, other) in zip(lines, expected) { #expect(line == other) }
  }

  private static let timeline = """
                     VM is there, a resident server
                     victim <b> (36569) is there
                     new region 0x08048000…0x0804c000 writable
                     victim <b> (36569) goes on
        0.002500  victim <b> (36569)  #PF at 0x08049123: user write to a page that is not present (error code 6)  [fault 1]
                     at 0x08048010
                     victim <b> (36569) flags: +RTS_PAGEFAULT, now RTS_PAGEFAULT
                     victim <b> (36569) -> VM: VM_PAGEFAULT address=0x08049123 error=6 (user write to a page that is not present), sent by the kernel
                     VM goes on
                     page table for 0x08000000: not present -> frame 0xf0800000, user, writable
                     page 0x08049000: not present -> frame 0x01004000, user, writable
                     VM calls SYS_MEMSET physical=0x01004000 bytes=4096 pattern=0
                     VM calls SYS_VMCTL/VMCTL_CLEAR_PAGEFAULT who=victim <b> (36569) value=0x00000000
                     victim <b> (36569) flags: -RTS_PAGEFAULT, now none: it can run
                     victim <b> (36569) goes on after 12.3 µs
        0.003000  victim <b> (36569)  #PF at 0x00000010: user write to a page that is not present (error code 6)  [fault 2]
                     at 0x08048010
                     victim <b> (36569) flags: +RTS_PAGEFAULT, now RTS_PAGEFAULT
                     victim <b> (36569) -> VM: VM_PAGEFAULT address=0x00000010 error=6 (user write to a page that is not present), sent by the kernel
                     VM goes on
                     VM calls SYS_KILL who=victim <b> (36569) signal=SIGSEGV
                     victim <b> (36569) gets SIGSEGV
                     how the CPU translated 0x00000010 for victim <b> (36569):
                       PDE 0 at 0xf040b000 = 0x00000000: not present, there is no page table
                     why: 0x00000010 lies in no region of victim <b>: a null pointer, most likely, so VM had nothing to put there.
                     instruction in memory: movl $0x5e67, (%ecx) (code: c7 01 67 5e 00 00 c3)
                     victim <b> (36569) flags: +RTS_SLOT_FREE -RTS_PAGEFAULT, now RTS_SLOT_FREE
                     VM goes on

    """

  @Test func everyJSONLineIsAnObject() throws {
    let lines = try export(.jsonl).split(separator: "\n")
    #expect(lines.count == 24)
    var last = -1
    for line in lines {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let index = try #require(object["index"] as? Int)
      #expect(index > last)
      last = index
      #expect(object["time"] is Int)
      let kind = try #require(object["kind"] as? String)
      #expect(TraceFilter.kinds.contains(kind))
      #expect((object["text"] as? String)?.isEmpty == false)
      if kind == "fault" {
        #expect(object["who"] as? Int == 36569)
        #expect(object["errorCode"] as? Int == 6)
        #expect(object["eip"] as? Int == 0x0804_8010)
        #expect([0x0804_9123, 0x10].contains(object["cr2"] as? Int))
      }
    }
  }

  /// What a line has is what docs/fltrace.md says of its kind.
  @Test func everyKeyIsDocumented() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../docs/fltrace.md").standardizedFileURL
    let text = try String(contentsOf: path, encoding: .utf8)
    let section = try #require(
      text.split(separator: "## JSON Lines\n").last?.split(separator: "\n## ").first)
    var documented: [String: Set<String>] = [:]
    for row in section.matches(of: /\| `(\w+)` \|(.*)\|/) {
      documented[String(row.1)] = Set(row.2.matches(of: /`(\w+)`/).map { String($0.1) })
    }
    documented["kind"] = nil
    #expect(Set(documented.keys) == Set(TraceFilter.kinds))
    for line in try export(.jsonl).split(separator: "\n") {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let kind = try #require(object["kind"] as? String)
      let keys = Set(object.keys).subtracting(["index", "time", "kind", "text", "who", "name"])
      #expect(keys == documented[kind], "\(kind)")
    }
  }

  /// The part of Mermaid's grammar for sequence diagrams that we use.
  @Test(arguments: [nil, 1, 2])
  func theDiagramFollowsMermaidsGrammar(fault: Int?) throws {
    let lines = try export(.mmd, fault: fault).split(separator: "\n").map(String.init)
    #expect(lines.first == "sequenceDiagram")
    var participants: Set<Substring> = []
    for line in lines.dropFirst() {
      if let found = line.wholeMatch(of: #/  participant (\w+) as (?:[^;#<>]|#(?:35|59|lt|gt);)+/#)
      {
        participants.insert(found.1)
      } else if let found = line.wholeMatch(
        of: #/  (\w+)(?:->>|-->>)(\w+): (?:[^;#<>]|#(?:35|59|lt|gt);)+/#)
      {
        #expect(participants.contains(found.1) && participants.contains(found.2))
      } else {
        let note = line.wholeMatch(of: #/  Note over (\w+): (?:[^;#<>]|#(?:35|59|lt|gt);)+/#)
        #expect(note.map { participants.contains($0.1) } == true, "\(line)")
      }
    }
    #expect(lines.contains { $0.contains("SYS_KILL") } == (fault != 1))
  }

  @Test func aFaultThatIsNotThere() throws {
    let trace = try SampleTrace.make(in: try TemporaryFolder())
    var conversion = TraceConversion(trace) { _ in }
    conversion.fault = 3
    #expect(try !conversion.run(.mmd))
  }

  @Test func thePageCarriesItsDataWhole() throws {
    let page = try export(.html)
    #expect(!page.contains("<b>"))
    #expect(!page.contains("http:") || !page.contains("src="))
    let start = try #require(page.range(of: "id=\"data\">"))
    let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
    let data = Data(page[start.upperBound..<end.lowerBound].utf8)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let faults = try #require(object["faults"] as? [[String: Any]])
    #expect(faults.map { $0["n"] as? Int } == [1, 2])
    #expect(faults.map { $0["fatal"] as? Bool } == [false, true])
    #expect(faults.map { $0["kind"] as? Int } == [1, 0])
    #expect(faults.map { $0["d"] as? Int } == [12_345, 2000])
  }

  @Test(arguments: [
    (TraceFilter(kinds: ["signal"]), ["signal"]),
    (TraceFilter(processes: ["VM"], kinds: ["run"]), ["run", "run", "run"]),
    (TraceFilter(processes: ["36569"], kinds: ["fault", "walk"]), ["fault", "fault", "walk"]),
    (TraceFilter(kinds: ["run"], faultsOnly: true), ["run", "run", "run"]),
    (TraceFilter(processes: ["nobody"]), []),
  ])
  func aFilterKeepsWhatIsWanted(filter: TraceFilter, kinds: [String]) throws {
    let folder = try TemporaryFolder()
    let trace = try SampleTrace.make(in: folder)
    let path = "\(folder.path)/part.fltrace"
    let file = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
    defer { try? file.close() }
    var copying = filter
    try copying.copy(trace, to: file, path: path)
    var found: [String] = []
    try TraceFile(path).forEachStep { step, _ in found.append(step.what.kindName) }
    // Births are kept: without them nobody has a name.
    #expect(found == ["process", "process"] + kinds)
  }
}
