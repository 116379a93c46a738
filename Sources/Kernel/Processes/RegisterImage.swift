import Machine
import MinixABI

/// A process's registers as MINIX lays them out (`struct stackframe_s`, 64 bytes; ABI 15.1): in
/// signal contexts, for tracers, and at the start of a process structure.
extension TrapFrame {
  /// The size of the image in bytes.
  static var imageByteCount: Int { 64 }

  /// The image. The copy of ESP and the return address mean nothing.
  var image: KernelImage {
    var image = KernelImage(byteCount: Self.imageByteCount)
    image[short: 0] = UInt16(truncatingIfNeeded: gs)
    image[short: 2] = UInt16(truncatingIfNeeded: fs)
    image[short: 4] = UInt16(truncatingIfNeeded: es)
    image[short: 6] = UInt16(truncatingIfNeeded: ds)
    for offset in Self.generalOffsets { image[word: offset] = general(at: offset) ?? 0 }
    image[word: 48] = cs
    image[word: 52] = eflags
    image[word: 60] = ss
    return image
  }

  /// The registers that a process, or its tracer, may choose freely: where they stand in the image.
  static var generalOffsets: [Int] { [8, 12, 16, 24, 28, 32, 36, 44, 56] }
  /// EFLAGS in the image, and the bits of it that a process may choose (`X86_FLAGS_USER`).
  static var flagsOffset: Int { 52 }
  static var chosenFlags: UInt32 { 0xCD5 }

  /// The register at an offset of the image.
  func general(at offset: Int) -> UInt32? {
    Self.general(offset).map { self[keyPath: $0] }
  }

  /// Replaces a register; nothing happens where there is none to choose.
  mutating func setGeneral(_ value: UInt32, at offset: Int) {
    if let path = Self.general(offset) { self[keyPath: path] = value }
  }

  /// Replaces the flags that may be chosen.
  mutating func setFlags(_ value: UInt32) {
    eflags = (value & Self.chosenFlags) | (eflags & ~Self.chosenFlags)
  }

  /// Takes everything from an image that a process may choose: segment registers stay.
  mutating func restore(_ image: KernelImage, at start: Int) {
    for offset in Self.generalOffsets { setGeneral(image[word: start + offset], at: offset) }
    setFlags(image[word: start + Self.flagsOffset])
  }

  private static func general(_ offset: Int) -> WritableKeyPath<TrapFrame, UInt32>? {
    switch offset {
    case 8: \.edi
    case 12: \.esi
    case 16: \.ebp
    case 24: \.ebx
    case 28: \.edx
    case 32: \.ecx
    case 36: \.eax
    case 44: \.eip
    case 56: \.esp
    default: nil
    }
  }
}
