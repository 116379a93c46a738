import Glibc

/// The environment of this process.
enum EnvironmentVariable {
  /// A variable's value, or nil where it is not set.
  static func value(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}
