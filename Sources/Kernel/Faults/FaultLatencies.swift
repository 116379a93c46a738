/// How long page faults took, from the trap to the resume of the same process: counted, not listed.
///
/// A latency's bucket is told by its number as floating point, which takes no branch: the exponent and
/// six bits of the fraction, so 64 buckets between two powers of two.
public struct FaultLatencies: Sendable {
  /// How many faults took so many of the host's cycles, each bucket by its middle; the empty ones left out.
  public let counts: [(cycles: UInt64, count: UInt64)]

  init(_ buckets: [UInt64]) {
    counts = (0..<Self.bucketCount).compactMap { place in
      let count = buckets[Self.bucket(at: place)]
      return count > 0 ? (Self.middle(of: place), count) : nil
    }
  }

  /// 64 for each of the 63 exponents that a count of cycles may have, and a power of two.
  static var bucketCount: Int { 64 << 6 }

  /// The bucket of a number of cycles. Less than one is taken for one: two processors' counters may
  /// differ by a little.
  @inline(__always)
  static func bucket(of cycles: UInt64) -> Int {
    let positive = max(Int64(bitPattern: cycles), 1)
    return Int(Float(positive).bitPattern &>> 17) & (bucketCount - 1)
  }

  /// Exponents begin at 127, so the places by size begin in the middle of the buckets.
  private static func bucket(at place: Int) -> Int { (place + (127 << 6)) & (bucketCount - 1) }

  private static func middle(of place: Int) -> UInt64 {
    UInt64(Float(bitPattern: UInt32(place + (127 << 6)) << 17 | 1 << 16))
  }
}
