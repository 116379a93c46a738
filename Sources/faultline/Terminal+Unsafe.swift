import Glibc

/// The terminals among the standard streams. The lab has none: there, a variable tells of those of
/// the command outside.
///
/// Unsafe because of ioctl(2) and setenv(3).
enum Terminal {
  /// `FAULTLINE_TERMINAL`: the descriptors that are terminals, then rows and columns: `1,2 24x80`.
  private static let variable = "FAULTLINE_TERMINAL"

  /// Whether what goes to a descriptor is read by a person.
  static func isThere(_ descriptor: Int32) -> Bool {
    guard LabRun.isInside else { return isatty(descriptor) == 1 }
    let told = EnvironmentVariable.value(variable)?.split(separator: " ").first ?? ""
    return told.split(separator: ",").contains("\(descriptor)")
  }

  /// Rows and columns of standard error's.
  static var size: (rows: Int, columns: Int) {
    let usual = (rows: 24, columns: 80)
    guard LabRun.isInside else { return ownSize ?? usual }
    let told = EnvironmentVariable.value(variable)?.split(separator: " ").last ?? ""
    let numbers = told.split(separator: "x").compactMap { Int($0) }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : usual
  }

  private static var ownSize: (rows: Int, columns: Int)? {
    var size = winsize()
    guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0,
      size.ws_col > 0
    else { return nil }
    return (Int(size.ws_row), Int(size.ws_col))
  }

  /// Tells a command in the lab.
  static func tellLab() {
    let descriptors = [STDOUT_FILENO, STDERR_FILENO].filter(isThere).map { "\($0)" }
    let text = "\(descriptors.joined(separator: ",")) \(size.rows)x\(size.columns)"
    _ = unsafe setenv(variable, text, 1)
  }
}
