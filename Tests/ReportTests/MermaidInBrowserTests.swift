import Foundation
import Report
import TestSupport
import Testing
import Trace

/// Mermaid itself draws our diagrams, in headless Chromium.
@Suite(.serialized) struct MermaidInBrowserTests {
  /// What it made of one diagram.
  private struct Drawing: Decodable {
    var kind: String?
    var texts: [String]
    var arrows: Int
    var error: String?
  }

  private static let script = #"""
    <script>
    (async () => {
      mermaid.initialize({ startOnLoad: false });
      const drawings = [];
      for (const source of document.querySelectorAll("script.diagram")) {
        const text = JSON.parse(source.textContent);
        try {
          const kind = (await mermaid.parse(text)).diagramType;
          const place = document.createElement("div");
          place.innerHTML = (await mermaid.render("d" + drawings.length, text)).svg;
          drawings.push({ kind, texts: [...place.querySelectorAll("text")].map(t => t.textContent),
            arrows: place.querySelectorAll("[class^=messageLine]").length });
        } catch (error) { drawings.push({ texts: [], arrows: 0, error: String(error) }); }
      }
      found(drawings);
    })();
    </script>
    """#

  private func draw(_ diagrams: [String], _ folder: TemporaryFolder) throws -> [Drawing] {
    let sources = try diagrams.map { text in
      let json = String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
      return "<script type=\"text/plain\" class=\"diagram\">"
        + json.replacing("<", with: "\\u003c") + "</script>"
    }
    let library = try ForeignReader.mermaid.folder()
    let file = try folder.write(
      "mermaid.html",
      "<!doctype html><meta charset=\"utf-8\"><body>" + sources.joined()
        + "<script src=\"file://\(library)/mermaid.js\"></script>"
        + Browser.findingsScript + Self.script)
    return try Browser(folder).findings(
      of: file, as: [Drawing].self, options: ["--virtual-time-budget=60000"])
  }

  private func diagram(_ trace: TraceFile, fault: Int? = nil) throws -> String {
    var text = ""
    var conversion = TraceConversion(trace) { text += $0 }
    conversion.fault = fault
    #expect(try conversion.run(.mmd))
    return text
  }

  @Test func theSampleIsDrawn() throws {
    let folder = try TemporaryFolder()
    let trace = try SampleTrace.make(in: folder)
    let drawings = try draw(
      [try diagram(trace, fault: 1), try diagram(trace, fault: 2), "sequenceDiagram\n  a->>"],
      folder)
    try #require(drawings.count == 3)
    for drawing in drawings.prefix(2) {
      #expect(drawing.error == nil)
      #expect(drawing.kind == "sequence")
      #expect(drawing.texts.contains("victim <b> (36569)"))
    }
    #expect(drawings[0].texts.contains { $0.hasPrefix("SYS_VMCTL/VMCTL_CLEAR_PAGEFAULT") })
    #expect(drawings[1].texts.contains { $0.hasPrefix("SYS_KILL who=victim <b> (36569)") })
    #expect(drawings[0].arrows == 5 && drawings[1].arrows == 3)
    #expect(drawings[2].error != nil, "Mermaid must refuse what is wrong")
  }

  /// The first fault of each of a real run's programs, and the one that kills.
  @Test func aRealRunIsDrawn() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/demo.fltrace"
    let run = try FaultlineProcess(["run", "--quiet", "--trace", path, "demo"]).finish()
    #expect(run.status == 139, "\(run.errors)")
    let trace = try TraceFile(path)
    let diagrams = try [nil, 1, 2, 3, 4, 5, 6, 7, 8, 20, 2000].map { try diagram(trace, fault: $0) }
    let drawings = try draw(diagrams, folder)
    #expect(drawings.count == diagrams.count)
    #expect(drawings.allSatisfy { $0.error == nil && $0.kind == "sequence" && $0.arrows > 2 })
    #expect(drawings[0].texts.contains { $0.hasPrefix("SYS_KILL who=segv") })
  }
}
