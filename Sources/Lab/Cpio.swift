/// Writes the archive format that Linux unpacks as its first root ("newc" cpio).
struct Cpio {
  private(set) var bytes: [UInt8] = []
  private var nextInode: UInt32 = 1

  mutating func directory(_ path: String) { entry(path, mode: 0o040755, contents: []) }

  mutating func file(_ path: String, mode: UInt32 = 0o644, _ contents: [UInt8]) {
    entry(path, mode: 0o100000 | mode, contents: contents)
  }

  mutating func link(_ path: String, to target: String) {
    entry(path, mode: 0o120777, contents: Array(target.utf8))
  }

  /// A character device.
  mutating func device(_ path: String, mode: UInt32, major: UInt32, minor: UInt32) {
    entry(path, mode: 0o020000 | mode, device: (major, minor), contents: [])
  }

  /// Ends the archive and returns it.
  consuming func finished() -> [UInt8] {
    entry("TRAILER!!!", mode: 0, contents: [])
    return bytes
  }

  private mutating func entry(
    _ path: String, mode: UInt32, device: (major: UInt32, minor: UInt32) = (0, 0),
    contents: [UInt8]
  ) {
    let name = Array(path.utf8) + [0]
    // Inode, mode, user, group, links, time, size, device of the file system, device, name, check.
    let fields: [UInt32] = [
      nextInode, mode, 0, 0, 1, 0, UInt32(contents.count), 0, 0, device.major, device.minor,
      UInt32(name.count), 0,
    ]
    nextInode += 1
    bytes += Array("070701".utf8)
    for field in fields { bytes += Self.hexadecimal(field) }
    bytes += name
    pad()
    bytes += contents
    pad()
  }

  private mutating func pad() {
    while bytes.count % 4 != 0 { bytes.append(0) }
  }

  private static func hexadecimal(_ value: UInt32) -> [UInt8] {
    let digits = String(value, radix: 16, uppercase: true)
    return Array((String(repeating: "0", count: 8 - digits.count) + digits).utf8)
  }
}
