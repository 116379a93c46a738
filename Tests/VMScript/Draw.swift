/// A repeatable source of choices: the same whatever the width of `Int` (SplitMix64, by Sebastiano
/// Vigna).
struct Draw {
  private var state: UInt64

  init(seed: UInt32) { state = UInt64(seed) }

  private mutating func word() -> UInt32 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
    return UInt32(truncatingIfNeeded: (mixed ^ (mixed &>> 31)) &>> 32)
  }

  /// Any 32 bits.
  mutating func anything() -> UInt32 { word() }

  /// A number below a bound that is not zero.
  mutating func below(_ bound: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: (UInt64(word()) &* UInt64(bound)) &>> 32)
  }

  /// True once in so many times.
  mutating func oneIn(_ times: UInt32) -> Bool { below(times) == 0 }

  /// An element, nil of nothing.
  mutating func element<Element>(of elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[Int(below(UInt32(elements.count)))]
  }
}
