// What a program in Embedded Swift has besides the language: its arguments,
// a line on descriptor 2, and the two ways to end badly.  `print` and `exit`
// come from the standard library and from GuestRuntime as they are.

@_exported import GuestRuntime

/// The running program.
enum Program {
  /// The arguments, the program's own name first.
  static var arguments: [String] {
    (0..<program_argument_count()).map { String(cString: program_argument($0)) }
  }

  /// Writes a line to descriptor 2.
  static func complain(_ line: String) {
    flush()
    let bytes = Array((line + "\n").utf8)
    var rest = bytes[...]
    while !rest.isEmpty {
      let taken = rest.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
      guard taken > 0 else { return }
      rest = rest.dropFirst(Int(taken))
    }
  }

  /// Complains and ends with status 1.
  static func fail(_ reason: String) -> Never {
    complain(String(cString: program_argument(0)) + ": " + reason)
    exit(1)
  }

  /// Shows how the program is to be called and ends with status 64.
  static func usage(_ synopsis: String) -> Never {
    complain("usage: " + synopsis)
    exit(EX_USAGE)
  }

  /// Opens a subject of checks (check.h).
  static func beginChecks(_ subject: StaticString) {
    subject.withUTF8Buffer { characters in
      characters.withMemoryRebound(to: CChar.self) { check_subject($0.baseAddress) }
    }
  }
}
