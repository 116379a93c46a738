import Foundation

/// Where these tests run.
enum Here {
  /// Whether this is the lab, whose CPU is QEMU's.
  static let isLab = ProcessInfo.processInfo.environment["FAULTLINE_IN_LAB"] != nil
}
