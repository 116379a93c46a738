import Foundation
import TestSupport
import Testing

/// Headless Chromium, with a folder for all that it keeps.
struct Browser {
  private let folder: TemporaryFolder

  init(_ folder: TemporaryFolder) { self.folder = folder }

  /// Defines `found`, by which a page's script tells what it has seen.
  static let findingsScript = #"""
    <script>
    const found = what => document.documentElement.setAttribute("data-found",
      btoa(unescape(encodeURIComponent(JSON.stringify(what)))));
    </script>
    """#

  /// Opens a page.
  ///
  /// - Returns: what Chromium writes to standard output.
  @discardableResult
  func open(_ file: String, options: [String]) throws -> Data {
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

  /// Opens a page and gives what its script has `found`.
  func findings<Found: Decodable>(
    of file: String, as: Found.Type, options: [String] = []
  ) throws -> Found {
    let document = String(
      decoding: try open(file, options: ["--dump-dom"] + options), as: UTF8.self)
    let found = try #require(document.firstMatch(of: #/data-found="([^"]+)"/#))
    let data = try #require(Data(base64Encoded: String(found.1)))
    return try JSONDecoder().decode(Found.self, from: data)
  }
}
