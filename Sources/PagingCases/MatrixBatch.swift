/// 512 cases of the matrix that differ in their table entries and in two bits of their directory
/// entries: what is run at once.
@frozen
public struct MatrixBatch: Hashable, Sendable, BitwiseCopyable {
  /// 0…12,287: the upper bits of its cases' numbers, those of accesses of kind 3 left out.
  public var number: UInt32

  @inlinable
  public init(_ number: UInt32) { self.number = number }

  /// How many there are.
  @inlinable public static var count: UInt32 { 12_288 }

  /// The batch at a place in the order that the seed gives; seed 0 leaves them in theirs.
  public static func at(_ position: UInt32, seed: UInt32) -> MatrixBatch {
    // 12,288 is 2^12 × 3: a factor that 2 and 3 don't divide makes each batch come once.
    guard seed != 0 else { return MatrixBatch(position) }
    let factors: [UInt32] = [5, 7, 11, 13, 17, 19, 23, 25]
    return MatrixBatch((position * factors[Int(seed & 7)] + seed % count) % count)
  }

  /// The case in slot 0 of an unseeded run; the others differ in the low nine bits.
  @inlinable public var firstCase: MatrixCase {
    // Bits: 6 of the directory entry's, the access (3), 6 of the controls.
    let low = number & 0x3F
    let rest = number &>> 6
    return MatrixCase(rawValue: (rest / 3) &<< 17 | (rest % 3) &<< 15 | low &<< 9)
  }

  /// Where it lies, whatever was run before it: two sets take turns.
  @inlinable public var set: UInt32 { number & 1 }

  /// The batch's cases.
  @inlinable public subscript(member: UInt32) -> MatrixCase {
    MatrixCase(rawValue: firstCase.rawValue | member)
  }

  /// Where a member lies: the seed moves the cases about among the slots.
  @inlinable
  public func slot(of member: UInt32, set: UInt32, seed: UInt32) -> MatrixSlot {
    MatrixSlot((member ^ seed) & (MatrixSlot.count &- 1), set: set)
  }
}
