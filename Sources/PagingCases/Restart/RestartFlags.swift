/// The status flags, as arithmetic leaves them. Source: SDM 1, "EFLAGS Register", and appendix A.
enum RestartFlags {
  static var carry: UInt32 { 0x001 }
  static var parity: UInt32 { 0x004 }
  static var auxiliary: UInt32 { 0x010 }
  static var zero: UInt32 { 0x040 }
  static var sign: UInt32 { 0x080 }
  static var direction: UInt32 { 0x400 }
  static var overflow: UInt32 { 0x800 }
  static var status: UInt32 { 0x8D5 }

  /// The bits of an operand of 1, 2 or 4 bytes.
  static func mask(_ size: UInt32) -> UInt32 { size >= 4 ? .max : (1 << (8 * size)) &- 1 }
  static func signBit(_ size: UInt32) -> UInt32 { 1 << (8 * size - 1) }

  /// ZF, SF and PF of a result.
  static func ofResult(_ result: UInt32, _ size: UInt32) -> UInt32 {
    (result & mask(size) == 0 ? zero : 0) | (result & signBit(size) != 0 ? sign : 0)
      | ((result & 0xFF).nonzeroBitCount & 1 == 0 ? parity : 0)
  }

  /// All of them after a + b.
  static func ofSum(_ a: UInt32, _ b: UInt32, _ size: UInt32) -> UInt32 {
    let result = (a &+ b) & mask(size)
    return ofResult(result, size) | (result < a & mask(size) ? carry : 0)
      | ((a ^ b ^ result) & 0x10 != 0 ? auxiliary : 0)
      | ((a ^ result) & (b ^ result) & signBit(size) != 0 ? overflow : 0)
  }

  /// All of them after a − b.
  static func ofDifference(_ a: UInt32, _ b: UInt32, _ size: UInt32) -> UInt32 {
    let result = (a &- b) & mask(size)
    return ofResult(result, size) | (a & mask(size) < b & mask(size) ? carry : 0)
      | ((a ^ b ^ result) & 0x10 != 0 ? auxiliary : 0)
      | ((a ^ b) & (a ^ result) & signBit(size) != 0 ? overflow : 0)
  }
}
