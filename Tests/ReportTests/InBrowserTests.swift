import Foundation
import Report
import TestSupport
import Testing
import Trace

/// The report in headless Chromium: what is clicked, what is typed, and how it looks.
///
/// `make check` installs the browser and runs these; `make test` leaves them out.
@Suite(.serialized) struct InBrowserTests {
  /// What the page has come to after each action, as the script below saw it.
  private struct Findings: Decodable {
    var title: String
    var sample: String
    var first: String
    var afterRight: String
    var afterF: String
    var afterHome: String
    var afterClick: String
    var afterLast: String
    var sequence: String
    var processes: [String]
    var pages: Int
    var states: [String]
    var circles: Int
    var tables: [[[String]]]
    var notes: [String]
    var resources: Int
    var dark: Bool
    var errors: [String]
  }

  /// Goes through the page as a person would.
  private static let script = #"""
    <script>
    const errors = [], r = {};
    window.onerror = m => errors.push(String(m));
    const what = () => document.getElementById("what").textContent;
    const press = key => document.body.dispatchEvent(
      new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    r.title = document.querySelector("h1").textContent;
    r.sample = document.getElementById("sample").textContent;
    document.getElementById("first").click(); r.first = what();
    press("ArrowRight"); r.afterRight = what();
    press("Home"); press("f"); r.afterF = what();
    r.sequence = document.getElementById("sequence").textContent;
    press("Home"); r.afterHome = what(); press("End");
    [...document.querySelectorAll("#timeline circle")].find(c => c.textContent.startsWith("fault 1 "))
      .dispatchEvent(new MouseEvent("click"));
    r.afterClick = what();
    document.getElementById("last").click(); r.afterLast = what();
    r.processes = [...document.querySelectorAll("#process option")].map(o => o.textContent);
    const moment = document.getElementById("moment");
    moment.value = moment.max; moment.dispatchEvent(new Event("input"));
    r.pages = document.querySelectorAll("#map .page").length;
    r.states = [...document.querySelectorAll("#map .page title")].map(t => t.textContent);
    r.circles = document.querySelectorAll("#timeline circle").length;
    r.tables = [...document.querySelectorAll("#summary table")].map(
      t => [...t.rows].map(w => [...w.cells].map(c => c.textContent)));
    r.notes = [...document.querySelectorAll("#summary p")].map(p => p.textContent);
    r.resources = performance.getEntriesByType("resource").length;
    r.dark = matchMedia("(prefers-color-scheme: dark)").matches;
    r.errors = errors;
    found(r);
    </script>
    """#

  private func page(_ folder: TemporaryFolder, faultCount: Int = 1) throws -> String {
    let summary = try RunSummary(
      Samples.eventful, exitCode: 139, engine: "played", confinement: nil
    ).json()
    let trace = try SampleTrace.make(in: folder, faultCount: faultCount, summary: summary)
    var text = ""
    _ = try TraceConversion(trace) { text += $0 }.run(.html)
    return text
  }

  private func findings(faultCount: Int, options: [String] = []) throws -> Findings {
    let folder = try TemporaryFolder()
    let text = try page(folder, faultCount: faultCount)
      .replacing("</body>", with: Browser.findingsScript + Self.script + "</body>")
    let file = try folder.write("report.html", text)
    return try Browser(folder).findings(of: file, as: Findings.self, options: options)
  }

  @Test func clicksAndKeysLeadThroughTheFaults() throws {
    let found = try findings(faultCount: 1)
    #expect(found.errors.isEmpty)
    #expect(found.resources == 0)
    #expect(found.title == "faultline: victim <b>")
    #expect(found.sample == "All 2 faults.")
    #expect(found.first.hasPrefix("Fault 1: victim <b> (36569), user write to"))
    #expect(found.first.hasSuffix("zero-fill"))
    #expect(found.afterRight.hasPrefix("Fault 2: "))
    #expect(found.afterF.hasPrefix("Fault 2: ") && found.afterF.hasSuffix("fatal"))
    #expect(found.sequence.contains("SYS_KILL who=victim <b> (36569) signal=SIGSEGV"))
    #expect(found.sequence.contains("PDE 0 at 0xf040b000 = 0x00000000: not present"))
    #expect(
      found.sequence.contains("why: 0x00000010 lies in no region of victim <b>: a null pointer"))
    #expect(found.afterHome == found.first)
    #expect(found.afterClick == found.first)
    #expect(found.afterLast.hasPrefix("Fault 2: "))
    #expect(found.processes == ["victim <b> (36569)"])
    #expect(found.pages == 1)
    #expect(found.states == ["0x08049000 zero-fill, dirty"])
    #expect(found.circles == 2)
    try #require(found.tables.count == 5)
    #expect(found.tables[0] == Self.processes)
    #expect(
      found.tables[1].prefix(3) == [
        ["message", "count"], ["VM_PAGEFAULT", "10\u{202F}011"], ["reply", "3"],
      ])
    #expect(found.tables[2][1] == ["SYS_VMCTL/VMCTL_CLEAR_PAGEFAULT", "10\u{202F}010"])
    #expect(found.notes.first?.hasPrefix("Fault latency: half within 2.0 µs, 95 % within ") == true)
    #expect(found.notes.last?.hasSuffix(" page tables in use, 0 leaked pages.") == true)
  }

  private static let processes = [
    ["process", "endpoint", "end", "zero-fill", "copy-on-write", "segv", "all faults", "messages"]
      + ["kernel calls", "user ticks"],
    [
      "touch", "36569", "exit 0", "10\u{202F}010", "0", "0", "10\u{202F}010", "10\u{202F}023", "0",
      "12",
    ],
    ["and 2 processes by fork", "", "", "30", "12", "0", "42", "44", "0", "7"],
    ["segv", "36570", "SIGSEGV", "0", "0", "1", "1", "1", "0", "0"],
  ]

  /// A long run is sampled, and the page says so.
  @Test func aHundredThousandFaultsAreASample() throws {
    let found = try findings(faultCount: 99_999)
    #expect(found.errors.isEmpty)
    #expect(found.sample.contains("of 100\u{202F}000 faults"))
    #expect(found.circles > 1000 && found.circles <= 2400)
    #expect(found.afterF.hasPrefix("Fault 100000: "))
  }

  @Test func lightAndDark() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("report.html", try page(folder))
    var pictures: [Data] = []
    for scheme in [1, 0] {
      let picture = "\(folder.path)/\(scheme).png"
      try Browser(folder).open(
        file,
        options: ["--screenshot=\(picture)", "--blink-settings=preferredColorScheme=\(scheme)"])
      pictures.append(try Data(contentsOf: URL(filePath: picture)))
    }
    #expect(pictures.allSatisfy { $0.count > 10_000 })
    #expect(pictures[0] != pictures[1])
    #expect(try findings(faultCount: 1, options: Self.dark).dark)
    #expect(try !findings(faultCount: 1).dark)
  }

  private static let dark = ["--blink-settings=preferredColorScheme=0"]
}
