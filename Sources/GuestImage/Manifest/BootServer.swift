/// A server of MINIX's boot image, by its endpoint, whose place a guest program
/// may take.
///
/// Source: minix `include/minix/com.h`, the process numbers of the boot image.
public enum BootServer: Int, CaseIterable, Sendable {
  /// The process manager.
  case pm = 0
  /// The virtual file system.
  case vfs = 1
  /// The reincarnation server.
  case rs = 2
  /// The memory driver.
  case memory = 3
  /// The log driver.
  case log = 4
  /// The terminal driver.
  case tty = 5
  /// The data store.
  case ds = 6
  /// The MINIX file system.
  case mfs = 7
  /// The virtual-memory server.
  case vm = 8
  /// The pipe file system.
  case pfs = 9
  /// The first user process.
  case `init` = 10

  /// Its endpoint; generation 0, so the same as its process number.
  public var endpoint: Int { rawValue }
  /// Its name in a manifest.
  public var name: String { "\(self)" }

  /// Reads a name (`vm`) or an endpoint (`8`).
  init?(_ text: String) {
    guard
      let server = Self.allCases.first(where: { $0.name == text || "\($0.endpoint)" == text })
    else { return nil }
    self = server
  }
}
