/// An amount of memory as people write it: `256MiB`, `1GiB`, `64KiB`, `65536`.
public struct MemorySize: Hashable, Comparable, Sendable {
  /// The amount in bytes.
  public let byteCount: UInt64

  /// An amount in bytes.
  public init(byteCount: UInt64) { self.byteCount = byteCount }

  /// Reads a whole number of bytes, or of KiB, MiB, GiB; more than zero.
  public init(_ text: String) throws(QuantityError) {
    let examples = "write for example 256MiB, 1GiB or 65536"
    guard let quantity = Quantity(text) else {
      throw QuantityError(text, "is not a size; \(examples)")
    }
    guard let shift = Self.shifts[String(quantity.unit)] else {
      throw QuantityError(
        text, "has the unknown unit '\(String(quantity.unit).printable)'; \(examples)")
    }
    let (byteCount, overflow) = quantity.number.multipliedReportingOverflow(by: 1 << shift)
    guard !overflow, byteCount <= UInt64(Int64.max) else {
      throw QuantityError(text, "is more memory than there can be; \(examples)")
    }
    guard byteCount > 0 else { throw QuantityError(text, "is no memory at all; \(examples)") }
    self.byteCount = byteCount
  }

  /// Reads the size of a guest's memory: whole pages, 1 MiB to 3 GiB of them.
  public init(ofGuest text: String) throws(QuantityError) {
    try self.init(text)
    guard byteCount >= 1 << 20, byteCount <= 3 << 30 else {
      throw QuantityError(text, "is not a guest's size; give from 1MiB to 3GiB")
    }
    guard byteCount % 4096 == 0 else {
      throw QuantityError(text, "is not a guest's size; give a multiple of 4096 bytes")
    }
  }

  private static let shifts: [String: UInt64] = ["": 0, "B": 0, "KiB": 10, "MiB": 20, "GiB": 30]

  /// The smaller amount is less.
  public static func < (left: MemorySize, right: MemorySize) -> Bool {
    left.byteCount < right.byteCount
  }
}

extension MemorySize: CustomStringConvertible {
  /// In the largest unit that makes a whole number: `256MiB`.
  public var description: String {
    for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] as [(String, UInt64)]
    where byteCount > 0 && byteCount % (1 << shift) == 0 {
      return "\(byteCount >> shift)\(unit)"
    }
    return "\(byteCount)"
  }
}
