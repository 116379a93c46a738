import MinixABI

/// `p_memmap`: where text, data and stack lie, in clicks.
///
/// Our processes have flat segments whatever it says (ABI 17); it is kept for those who ask.
struct SegmentMap: BitwiseCopyable, Equatable {
  /// `struct mem_map`.
  struct Segment: BitwiseCopyable, Equatable {
    /// `mem_vir`, `mem_phys`, `mem_len`.
    var start: UInt32 = 0
    var physical: UInt32 = 0
    var length: UInt32 = 0
  }

  /// Bytes of the three entries.
  static let byteCount: UInt32 = 36

  var text = Segment(length: AddressSpaceLayout.userEnd >> 12)
  var data = Segment(length: AddressSpaceLayout.userEnd >> 12)
  var stack = Segment(
    start: (AddressSpaceLayout.stackTop - AddressSpaceLayout.stackRegionByteCount) >> 12,
    physical: (AddressSpaceLayout.stackTop - AddressSpaceLayout.stackRegionByteCount) >> 12,
    length: AddressSpaceLayout.stackRegionByteCount >> 12)

  /// The flat map.
  init() {}

  /// The map that a process has described.
  init(_ image: KernelImage) {
    text = Self.segment(image, 0)
    data = Self.segment(image, 12)
    stack = Self.segment(image, 24)
  }

  private static func segment(_ image: KernelImage, _ offset: Int) -> Segment {
    Segment(
      start: image[word: offset], physical: image[word: offset + 4],
      length: image[word: offset + 8])
  }
}
