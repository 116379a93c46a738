/// A repeatable source of random numbers (SplitMix64, by Sebastiano Vigna), which its description
/// names so that a failure can be repeated.
public struct SeededGenerator: RandomNumberGenerator, CustomStringConvertible {
  public let seed: UInt64
  private var state: UInt64

  /// - Parameter seed: where the sequence begins; any number if nothing is said.
  public init(seed: UInt64 = .random(in: 0...(.max))) {
    self.seed = seed
    state = seed
  }

  public var description: String { "seed \(seed)" }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
