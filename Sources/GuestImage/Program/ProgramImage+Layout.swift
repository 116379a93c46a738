extension ProgramImage {
  /// The pages that the program occupies: ranges in order, none overlapping, each
  /// as long as its protection allows.
  public func layout() -> [PageRange] {
    var ranges: [PageRange] = []
    for segment in segments {
      ranges.add(
        PageSpan(covering: segment.address, to: segment.endAddress),
        isWritable: segment.isWritable, isExecutable: segment.isExecutable)
    }
    distribute(filledSpans(), over: &ranges)
    return ranges
  }

  /// The pages with at least one byte from the file, as spans that do not touch.
  private func filledSpans() -> [PageSpan] {
    var spans: [PageSpan] = []
    for segment in segments where segment.fileByteCount > 0 {
      let span = PageSpan(covering: segment.address, to: segment.fileEndAddress)
      if let last = spans.last, last.endAddress >= span.address {
        // Next to, or in the same page as, the one before. It cannot end earlier.
        spans[spans.count - 1] = PageSpan(covering: last.address, to: span.endAddress)
      } else {
        spans.append(span)
      }
    }
    return spans
  }

  /// Cuts `spans` at the borders of the ranges. Both are in order, so one walk.
  private func distribute(_ spans: [PageSpan], over ranges: inout [PageRange]) {
    var iterator = spans.makeIterator()
    var pending = iterator.next()
    for index in ranges.indices {
      let end = ranges[index].pages.endAddress
      while let span = pending, span.address < end {
        if span.endAddress <= end {
          ranges[index].filled.append(span)
          pending = iterator.next()
        } else {
          ranges[index].filled.append(PageSpan(covering: span.address, to: end))
          pending = PageSpan(covering: end, to: span.endAddress)
        }
      }
    }
  }
}

extension [PageRange] {
  /// Adds the pages of the next segment, which starts in or after the last page of
  /// the ranges: no other page can be shared, as segments do not overlap.
  fileprivate mutating func add(_ span: PageSpan, isWritable: Bool, isExecutable: Bool) {
    guard let last, last.pages.endAddress > span.address else {
      append(span, isWritable: isWritable, isExecutable: isExecutable)
      return
    }
    // Split off the shared page and give it the protection of both.
    if last.pages.pageCount == 1 {
      removeLast()
    } else {
      self[count - 1].pages.pageCount -= 1
    }
    append(
      PageSpan(address: span.address, pageCount: 1),
      isWritable: last.isWritable || isWritable, isExecutable: last.isExecutable || isExecutable)
    if span.pageCount > 1 {
      append(
        PageSpan(address: span.address + UserSpace.pageSize, pageCount: span.pageCount - 1),
        isWritable: isWritable, isExecutable: isExecutable)
    }
  }

  /// Appends pages, to the last range if they follow it with its protection.
  private mutating func append(_ span: PageSpan, isWritable: Bool, isExecutable: Bool) {
    if let last, last.pages.endAddress == span.address, last.isWritable == isWritable,
      last.isExecutable == isExecutable
    {
      self[count - 1].pages.pageCount += span.pageCount
    } else {
      append(
        PageRange(pages: span, isWritable: isWritable, isExecutable: isExecutable, filled: []))
    }
  }
}
