// Physical memory below 16 MiB, which the payload sees at the same addresses.

import I386

/// Words of memory by physical address, aligned or not.
enum Memory {
  @inline(__always)
  static func load(_ address: PhysicalAddress) -> UInt32 {
    pointer(address).loadUnaligned(as: UInt32.self)
  }

  @inline(__always)
  static func store(_ value: UInt32, at address: PhysicalAddress) {
    pointer(address).storeBytes(of: value, as: UInt32.self)
  }

  static func storeByte(_ value: UInt8, at address: PhysicalAddress) {
    pointer(address).storeBytes(of: value, as: UInt8.self)
  }

  static func clear(_ address: PhysicalAddress, byteCount: UInt32) {
    for offset in stride(from: 0, to: byteCount, by: 4) { store(0, at: address + offset) }
  }

  @inline(__always)
  private static func pointer(_ address: PhysicalAddress) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: UInt(address.rawValue)).unsafelyUnwrapped
  }
}
