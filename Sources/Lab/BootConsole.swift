/// Reads the lab's console: our own lines from the init script, the kernel's when it panics.
struct BootConsole {
  /// The last step that the init script began.
  private(set) var step: String?
  /// The failed step and its reason.
  private(set) var failure: (step: String, reason: String)?
  /// The kernel's last words.
  private(set) var panic: String?
  /// Other lines, the newest last: what a crashed agent printed, for example.
  private(set) var lines: [String] = []
  private(set) var isSilent = true
  private var unfinished: [UInt8] = []

  mutating func append(_ bytes: [UInt8]) {
    isSilent = isSilent && bytes.isEmpty
    unfinished += bytes
    while let end = unfinished.firstIndex(of: 0x0A) {
      take(String(decoding: unfinished[..<end].filter { $0 >= 0x20 || $0 == 0x09 }, as: UTF8.self))
      unfinished.removeFirst(end + 1)
    }
    // A console without line ends is not worth more memory than this.
    if unfinished.count > 65_536 { unfinished = [] }
  }

  /// What an error says about how far the start-up came.
  var progress: String {
    if let step { return "it stopped at the step '\(step)'" }
    return isSilent ? "its kernel printed nothing" : "its kernel did not reach our init script"
  }

  private mutating func take(_ line: String) {
    if let mark = line.firstRange(of: InitScript.mark) {
      let words = line[mark.upperBound...].split(separator: " ", maxSplits: 1).map(String.init)
      guard words.count == 2 else { return }
      if words[0] == "step" { step = words[1] }
      if words[0] == "failed" { fail(words[1]) }
    } else if let start = line.firstRange(of: "Kernel panic") {
      panic = panic ?? String(line[start.lowerBound...])
    } else if !line.isEmpty {
      lines.append(line)
      if lines.count > 20 { lines.removeFirst() }
    }
  }

  private mutating func fail(_ text: String) {
    guard failure == nil, let colon = text.firstRange(of: ": ") else { return }
    failure = (String(text[..<colon.lowerBound]), String(text[colon.upperBound...]))
  }
}
