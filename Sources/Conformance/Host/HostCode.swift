/// A guest's instructions, 32-bit, in ring 0.
struct HostCode: Sendable {
  private(set) var bytes: [UInt8] = []

  /// Where the first one lies.
  static var address: UInt32 { 0x1000 }

  /// The address of what is added next.
  var here: UInt32 { Self.address + UInt32(bytes.count) }

  mutating func add(_ more: UInt8...) { bytes += more }

  mutating func addWord(_ word: UInt32) {
    for index in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(8 * index))) }
  }

  /// `out %eax, $port`.
  mutating func out(_ port: UInt8 = HostPort.done) { add(0xE7, port) }

  /// `mov $word, %ebx`, and the like.
  mutating func load(_ register: Register, _ word: UInt32) {
    add(0xB8 + register.rawValue)
    addWord(word)
  }

  /// `jmp` to an address.
  mutating func jump(to target: UInt32) {
    add(0xE9)
    addWord(target &- (here + 4))
  }

  enum Register: UInt8 { case eax = 0, ecx, edx, ebx, esp }
}

/// The ports that guests say something by.
enum HostPort {
  /// The case's instructions are done.
  static var done: UInt8 { 0xE0 }
  /// A page fault; EAX has the error code.
  static var pageFault: UInt8 { 0xE2 }
  /// An interrupt; EAX has the EIP that it has interrupted.
  static var interrupt: UInt8 { 0xE5 }
}
