/// Bytes on the host that a copy can begin or end in: an image of a kernel structure, a request's
/// vector, a resident server's memory.
final class KernelBuffer {
  private(set) var bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  init(byteCount: Int) {
    bytes = [UInt8](repeating: 0, count: byteCount)
  }

  /// Whether a range lies in the buffer.
  func contains(_ offset: Int, byteCount: UInt32) -> Bool {
    offset >= 0 && offset <= bytes.count && Int(byteCount) <= bytes.count - offset
  }

  /// Lends a range that ``contains(_:byteCount:)`` has approved.
  func withBytes<R>(
    at offset: Int, byteCount: UInt32, _ body: (inout MutableRawSpan) -> R
  ) -> R {
    unsafe bytes.withUnsafeMutableBytes { buffer in
      let part = unsafe UnsafeMutableRawBufferPointer(
        rebasing: buffer[offset..<offset + Int(byteCount)])
      var span = unsafe MutableRawSpan(_unsafeBytes: part)
      return body(&span)
    }
  }

  /// Replaces a range that ``contains(_:byteCount:)`` has approved by one of another buffer, or of
  /// this one.
  func replace(at offset: Int, byteCount: UInt32, by source: KernelBuffer, at start: Int) {
    let part = Array(source.bytes[start..<start + Int(byteCount)])
    bytes.replaceSubrange(offset..<offset + part.count, with: part)
  }
}
