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
    r.resources = performance.getEntriesByType("resource").length;
    r.dark = matchMedia("(prefers-color-scheme: dark)").matches;
    r.errors = errors;
    document.documentElement.setAttribute("data-found", btoa(unescape(encodeURIComponent(
      JSON.stringify(r)))));
    </script>
    """#

  private func page(_ folder: TemporaryFolder, faultCount: Int = 1) throws -> String {
    let trace = try SampleTrace.make(in: folder, faultCount: faultCount)
    var text = ""
    _ = try TraceConversion(trace) { text += $0 }.run(.html)
    return text
  }

  /// Runs the browser in a folder of its own.
  private func browse(_ options: [String], _ file: String, _ folder: TemporaryFolder) throws -> Data
  {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/chromium")
    process.arguments =
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--user-data-dir=\(folder.path)/profile", "--window-size=1240,1400",
      ] + options + ["file://\(file)"]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return data
  }

  private func findings(faultCount: Int, options: [String] = []) throws -> Findings {
    let folder = try TemporaryFolder()
    let text = try page(folder, faultCount: faultCount)
      .replacing("</body>", with: Self.script + "</body>")
    let file = try folder.write("report.html", text)
    let document = String(
      decoding: try browse(["--dump-dom"] + options, file, folder), as: UTF8.self)
    let found = try #require(document.firstMatch(of: #/data-found="([^"]+)"/#))
    let data = try #require(Data(base64Encoded: String(found.1)))
    return try JSONDecoder().decode(Findings.self, from: data)
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
    #expect(found.afterHome == found.first)
    #expect(found.afterClick == found.first)
    #expect(found.afterLast.hasPrefix("Fault 2: "))
    #expect(found.processes == ["victim <b> (36569)"])
    #expect(found.pages == 1)
    #expect(found.states == ["0x08049000 zero-fill"])
    #expect(found.circles == 2)
  }

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
      _ = try browse(
        ["--screenshot=\(picture)", "--blink-settings=preferredColorScheme=\(scheme)"], file, folder
      )
      pictures.append(try Data(contentsOf: URL(filePath: picture)))
    }
    #expect(pictures.allSatisfy { $0.count > 10_000 })
    #expect(pictures[0] != pictures[1])
    #expect(try findings(faultCount: 1, options: Self.dark).dark)
    #expect(try !findings(faultCount: 1).dark)
  }

  private static let dark = ["--blink-settings=preferredColorScheme=0"]
}
