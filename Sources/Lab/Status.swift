/// What the raw status of `waitpid` says, as a shell would say it.
enum WaitStatus {
  /// The program's own exit code, or 128+n when signal n ended it.
  static func exitCode(of raw: Int32) -> Int32 {
    let signal = raw & 0x7F
    return signal == 0 ? (raw >> 8) & 0xFF : 128 + signal
  }

  /// How a program ended, in words.
  static func words(for raw: Int32) -> String {
    let signal = raw & 0x7F
    return signal == 0 ? "with status \((raw >> 8) & 0xFF)" : "by signal \(signal)"
  }
}
