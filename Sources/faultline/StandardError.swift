internal import Foundation

/// Standard error as a place to print to.
struct StandardError: TextOutputStream {
  /// Prints one line.
  static func say(_ line: String) {
    var stream = StandardError()
    print(line, to: &stream)
  }

  mutating func write(_ string: String) {
    FileHandle.standardError.write(Data(string.utf8))
  }
}
