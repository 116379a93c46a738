import GuestImage

extension ProgramImage {
  /// The page at `address` as `fillPage` makes it, and whether it is the file's.
  func page(at address: UInt32) -> (bytes: [UInt8], isFilled: Bool) {
    // Not zero, so that bytes which are left alone show.
    var bytes = [UInt8](repeating: 0xA5, count: 4096)
    var span = bytes.mutableSpan
    // Any byte is a UInt8.
    var raw = unsafe span.mutableBytes
    let isFilled = fillPage(at: address, into: &raw)
    return (bytes, isFilled)
  }
}
