public import PagingCases

/// `conform.img` as it was built: a boot sector, then the payload.
public struct PayloadImage: Sendable {
  private var bytes: [UInt8]

  /// Why a file is no such image.
  public struct Malformed: Error, CustomStringConvertible {
    public let description: String
  }

  private static let sectorByteCount = 512
  /// 16 heads of 63 sectors: emulators that ask for a disk's geometry take whole cylinders only.
  private static let cylinderByteCount = 16 * 63 * 512
  /// Where the boot sector expects its two counts of sectors.
  private static let sectorCounts = 506
  private static let multiboot: UInt32 = 0x1BAD_B002

  /// Takes the file's bytes and sees whether they are what we know.
  public init(_ bytes: [UInt8]) throws(Malformed) {
    self.bytes = bytes
    guard bytes.count > 2 * Self.sectorByteCount, bytes.count < 512 << 10 else {
      throw Malformed(description: "the conformance image has \(bytes.count) bytes")
    }
    guard word(at: Self.sectorByteCount) == Self.multiboot else {
      throw Malformed(description: "the conformance image has no multiboot header")
    }
  }

  /// What ``/PagingCases/GuestLayout/payload`` gets.
  public var payload: ArraySlice<UInt8> { bytes[Self.sectorByteCount...] }

  /// The payload's first instruction.
  public var entry: UInt32 { word(at: Self.sectorByteCount + 28) }

  /// Writes what is to be run into the payload.
  public mutating func set(_ parameters: RunParameters) {
    let start =
      Self.sectorByteCount + Int(GuestLayout.parameters - GuestLayout.payload)
    for (index, word) in parameters.words.enumerated() {
      store(word, byteCount: 4, at: start + index * 4)
    }
  }

  /// The image as a file: for `-kernel` by its multiboot header, as a disk by its boot sector.
  public func file() -> [UInt8] {
    var image = self
    let sectors = UInt32((payload.count + Self.sectorByteCount - 1) / Self.sectorByteCount)
    image.store(sectors, byteCount: 2, at: Self.sectorCounts)
    image.store(sectors, byteCount: 2, at: Self.sectorCounts + 2)
    let rest = Self.cylinderByteCount - bytes.count % Self.cylinderByteCount
    image.bytes += [UInt8](repeating: 0, count: rest)
    return image.bytes
  }

  private func word(at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * $1) }
  }

  private mutating func store(_ value: UInt32, byteCount: Int, at offset: Int) {
    for index in 0..<byteCount {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
    }
  }
}
