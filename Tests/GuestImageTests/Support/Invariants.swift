import GuestImage
import Testing

extension ProgramImage {
  /// Recounts from scratch all that an accepted program promises. `note` says how
  /// to get the program again.
  func checkInvariants(_ note: String) {
    var reported = false
    func expect(_ condition: Bool, _ what: String) {
      if !condition, !reported {
        reported = true
        Issue.record("\(what): \(note)")
      }
    }

    expect(!segments.isEmpty, "no segments")
    var end: UInt32 = UserSpace.start
    for segment in segments {
      let last = UInt64(segment.address) + UInt64(segment.memoryByteCount)
      expect(segment.memoryByteCount > 0, "empty segment")
      expect(segment.address >= end, "segments out of order, overlapping or in page 0")
      expect(last <= UInt64(UserSpace.end), "segment in the stub's addresses")
      expect(
        last <= UInt64(UserSpace.stackStart) || segment.address >= UserSpace.stackEnd,
        "segment in the stack region")
      expect(segment.fileByteCount <= segment.memoryByteCount, "more file than memory")
      expect(contents(of: segment).count == segment.fileByteCount, "wrong contents")
      end = segment.endAddress
    }
    expect(endAddress == end, "wrong end")
    expect(segment(containing: entry)?.isExecutable == true, "entry not in code")
    _ = symbol(containing: entry)

    var previous: PageRange?
    for range in layout() {
      expect(range.pages.address % UserSpace.pageSize == 0, "range not at a page")
      expect(range.pages.pageCount > 0, "empty range")
      if let previous {
        expect(previous.pages.endAddress <= range.pages.address, "ranges out of order")
      }
      var low = range.pages.address
      for span in range.filled {
        expect(
          span.address >= low && span.endAddress <= range.pages.endAddress && span.pageCount > 0,
          "filled pages out of order or outside their range")
        low = span.endAddress
        for address in span.pageAddresses.prefix(3) {
          expect(page(at: address).isFilled, "filled page without file bytes")
        }
      }
      previous = range
    }
  }
}
