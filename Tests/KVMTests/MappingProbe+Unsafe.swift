import Glibc
import KVM

/// A mapping whose bytes tests may touch.
struct MappingProbe: ~Copyable {
  private let mapping: MemoryMapping

  init(byteCount: Int, options: MemoryMapping.Options = []) throws(KVMError) {
    mapping = try MemoryMapping(byteCount: byteCount, options: options)
  }

  var byteCount: Int { mapping.byteCount }
  var address: UInt { unsafe UInt(bitPattern: mapping.baseAddress) }

  /// Stores a byte and gives the one that was there.
  func exchange(_ value: UInt8, at offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < mapping.byteCount)
    let former = unsafe mapping.baseAddress.load(fromByteOffset: offset, as: UInt8.self)
    unsafe mapping.baseAddress.storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
    return former
  }

  /// The two-letter flags that the kernel keeps for the mapping: "dc" = not copied on fork.
  func kernelFlags() throws -> [Substring] {
    let start = String(address, radix: 16)
    let lines = try MappingProbe.lines(of: "/proc/self/smaps")
    guard let first = lines.firstIndex(where: { $0.hasPrefix("\(start)-") }),
      let flags = lines[first...].first(where: { $0.hasPrefix("VmFlags:") })
    else { return [] }
    return flags.split(separator: " ")
  }

  /// Whether anything is mapped at an address.
  static func isMapped(_ address: UInt) -> Bool {
    var residency: UInt8 = 0
    return unsafe mincore(UnsafeMutableRawPointer(bitPattern: address), 1, &residency) == 0
  }

  private struct Unreadable: Error {}

  private static func lines(of path: String) throws -> [Substring] {
    guard let file = unsafe fopen(path, "r") else { throw Unreadable() }
    defer { unsafe fclose(file) }
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe fread(&chunk, 1, chunk.count, file)
      if count == 0 { break }
      text += chunk.prefix(count)
    }
    return String(decoding: text, as: UTF8.self).split(separator: "\n")
  }
}
