extension ProgramImage {
  /// Writes the initial 4096 bytes of the page that holds `address`: the file's
  /// bytes where segments have them, zero elsewhere.
  ///
  /// Answers whether the file had a byte for the page. `page` must have at least
  /// 4096 bytes; more are left alone.
  @discardableResult
  public func fillPage(at address: UInt32, into page: inout MutableRawSpan) -> Bool {
    let start = address & ~(UserSpace.pageSize - 1)
    let pageSize = Int(UserSpace.pageSize)
    precondition(page.byteCount >= pageSize, "a page has 4096 bytes, not \(page.byteCount)")

    // Memory-safe: Swift checks both slices before the copy.
    return unsafe page.withUnsafeMutableBytes { bytes in
      let page = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[..<pageSize])
      unsafe page.initializeMemory(as: UInt8.self, repeating: 0)
      let parts = fileParts(from: start, to: UInt64(start) + UInt64(pageSize))
      for part in parts {
        unsafe UnsafeMutableRawBufferPointer(rebasing: page[part.pageOffset...])
          .copyBytes(from: file.bytes[part.fileBytes])
      }
      return !parts.isEmpty
    }
  }

  /// Where the file's bytes for the addresses `start` to before `end` are.
  private func fileParts(
    from start: UInt32, to end: UInt64
  ) -> [(pageOffset: Int, fileBytes: Range<Int>)] {
    var parts: [(pageOffset: Int, fileBytes: Range<Int>)] = []
    for segment in segments[segments.firstIndex(endingAbove: start)...] {
      guard UInt64(segment.address) < end else { break }
      let from = max(segment.address, start)
      let count = min(Int64(segment.fileEndAddress), Int64(end)) - Int64(from)
      guard count > 0 else { continue }
      let offset = segment.fileOffset + Int(from - segment.address)
      parts.append((Int(from - start), offset..<offset + Int(count)))
    }
    return parts
  }
}
