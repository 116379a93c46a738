// TAP, byte by byte, over COM1 and port 0xE9; and the ways to end a machine.

import ConformAssembly

struct TextPort {
  private var points = 0
  private var failures = 0

  /// COM1 at 115,200 baud, eight bits, no parity.
  func start() {
    for (register, value) in [(1, 0), (3, 0x80), (0, 1), (1, 0), (3, 3), (2, 7), (4, 3)] {
      conform_out8(0x3F8 + UInt16(register), UInt8(value))
    }
  }

  func line(_ text: String) {
    for byte in text.utf8 { put(byte) }
    put(10)
  }

  /// `ok 1 - what` or `not ok 1 - what`.
  mutating func point(_ isGood: Bool, _ what: String) {
    points += 1
    if !isGood { failures += 1 }
    for byte in "\(isGood ? "ok" : "not ok") \(points) - ".utf8 { put(byte) }
    for byte in what.utf8 {
      // TAP takes what follows a # for a directive.
      if byte == 0x23 || byte == 0x5C { put(0x5C) }
      put(byte)
    }
    put(10)
  }

  func plan() { line("1..\(points)") }

  /// The debug-exit port; where there is none, "Shutdown" to port 0x8900.
  func end() {
    // Whatever was written last must have left the transmitter.
    var patience = 1_000_000
    while conform_in8(0x3FD) & 0x40 == 0, patience > 0 { patience -= 1 }
    conform_out8(0xF4, failures == 0 ? 0x10 : 0x11)
    for byte in "Shutdown".utf8 { conform_out8(0x8900, byte) }
  }

  /// A transmitter that never gets ready is not there.
  private func put(_ byte: UInt8) {
    conform_out8(0xE9, byte)
    var patience = 100_000
    while conform_in8(0x3FD) & 0x20 == 0, patience > 0 { patience -= 1 }
    if patience > 0 { conform_out8(0x3F8, byte) }
  }
}
