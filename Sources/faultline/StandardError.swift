import SystemPackage

/// Standard error: where everything goes that is ours.
enum StandardError {
  /// Writes a line. Nobody can be told if that fails.
  static func say(_ line: String) {
    _ = try? FileDescriptor.standardError.writeAll((line + "\n").utf8)
  }
}
