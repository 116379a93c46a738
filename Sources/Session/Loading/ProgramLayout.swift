import GuestImage
import I386
import Machine
import MinixABI

/// What a program's address space holds at its first instruction: its regions, and those of their pages
/// that the file or the start-up stack fills. All else is left to demand-zero faults.
struct ProgramLayout {
  struct Region {
    var start: LinearAddress
    var byteCount: UInt32
    var isWritable: Bool
  }

  /// None overlapping, the stack's last.
  let regions: [Region]
  /// The pages with bytes.
  let filledPages: [LinearAddress]
  private let image: ProgramImage
  private let stack: StartStack

  init(_ image: ProgramImage, _ stack: StartStack) {
    self.image = image
    self.stack = stack
    let ranges = image.layout()
    let stackStart = AddressSpaceLayout.stackTop - AddressSpaceLayout.stackRegionByteCount
    regions =
      ranges.map { range in
        Region(
          start: LinearAddress(range.pages.address),
          byteCount: UInt32(range.pages.pageCount) * AddressSpaceLayout.pageByteCount,
          isWritable: range.isWritable)
      }
      + [
        Region(
          start: LinearAddress(stackStart), byteCount: AddressSpaceLayout.stackRegionByteCount,
          isWritable: true)
      ]
    let firstOfStack = stack.pointer.pageStart.rawValue
    filledPages =
      ranges.flatMap(\.filled).flatMap { $0.pageAddresses.map { LinearAddress($0) } }
      + stride(
        from: firstOfStack, to: AddressSpaceLayout.stackTop,
        by: Int(AddressSpaceLayout.pageByteCount)
      ).map { LinearAddress($0) }
  }

  /// Writes one of ``filledPages`` into its frame, which is zeroed.
  func fill(_ page: LinearAddress, at frame: PhysicalAddress, of memory: GuestMemory) {
    guard page >= stack.pointer.pageStart, page.rawValue < AddressSpaceLayout.stackTop else {
      _ = memory.withMutableBytes(at: frame, byteCount: 4096) { bytes in
        image.fillPage(at: page.rawValue, into: &bytes)
      }
      return
    }
    let first = max(page, stack.pointer)
    let part = stack.bytes.dropFirst(Int(first.rawValue - stack.pointer.rawValue))
      .prefix(Int(4096 - first.pageOffset))
    memory.write(part, at: frame + first.pageOffset)
  }
}
