extension FileContents {
  /// The program's loadable segments in order of address, each one checked.
  func checkedSegments(
    _ reader: borrowing ELFReader, header: ELFHeader
  ) throws(ImageError) -> [Segment] {
    var segments: [Segment] = []
    for index in 0..<header.programHeaderCount {
      guard let raw = reader.programHeader(index) else {
        throw error(.damaged, "has an unreadable program header \(index); build or copy it again")
      }
      switch raw.type {
      case ELFProgramHeader.load:
        if let segment = try checkedSegment(raw, index: index) { segments.append(segment) }
      case ELFProgramHeader.interpreter:
        throw error(
          .dynamic, "is dynamically linked (it asks for a loader); link it with -static -no-pie")
      default:
        break
      }
    }
    guard !segments.isEmpty else { throw noSegments() }

    segments.sort { $0.address < $1.address }
    for (lower, upper) in zip(segments, segments.dropFirst())
    where lower.endAddress > upper.address {
      throw error(
        .overlappingSegments,
        "has overlapping segments: \(lower.range) and \(upper.range); correct the linker script")
    }
    return segments
  }

  /// One segment, or nil if it is empty. All sums are made in 64 bits: the raw
  /// values are whatever the file says.
  private func checkedSegment(
    _ raw: ELFProgramHeader, index: UInt16
  ) throws(ImageError) -> Segment? {
    guard raw.fileByteCount <= raw.memoryByteCount else {
      throw error(
        .fileExceedsMemory,
        "segment \(index) has \(raw.fileByteCount) bytes in the file and only "
          + "\(raw.memoryByteCount) in memory; link it again")
    }
    guard raw.memoryByteCount > 0 else { return nil }

    let start = UInt64(raw.address)
    let end = start + UInt64(raw.memoryByteCount)
    guard end <= 1 << 32 else {
      throw error(
        .addressWraps,
        "segment \(index) at \(raw.address.hex) has \(raw.memoryByteCount) bytes and wraps "
          + "around the end of memory; correct the linker script")
    }
    let range = "segment \(index) (\(raw.address.hex) to \(UInt32(end - 1).hex))"
    guard start >= UInt64(UserSpace.start) else {
      throw error(
        .touchesPageZero,
        "\(range) is in page 0, which is never mapped; "
          + "link it at 0x1000 or above, such as with -Wl,-Ttext=0x8048000")
    }
    guard end <= UInt64(UserSpace.end) else {
      throw error(
        .collidesWithStub,
        "\(range) wants the stub's addresses 0xf0000000 and up; link it lower")
    }
    guard end <= UInt64(UserSpace.stackStart) || start >= UInt64(UserSpace.stackEnd) else {
      throw error(
        .collidesWithStack,
        "\(range) collides with the stack region 0x7c000000 to 0x7fffffff; link it elsewhere")
    }
    if raw.fileByteCount > 0 {
      try checkInFile(
        offset: raw.fileOffset, byteCount: Int(raw.fileByteCount), what: "segment \(index)")
    }
    return Segment(
      address: raw.address,
      memoryByteCount: Int(raw.memoryByteCount),
      fileOffset: raw.fileByteCount > 0 ? Int(raw.fileOffset) : 0,
      fileByteCount: Int(raw.fileByteCount),
      isWritable: raw.flags & ELFProgramHeader.writable != 0,
      isExecutable: raw.flags & ELFProgramHeader.executable != 0)
  }
}

extension Segment {
  fileprivate var range: String { "\(address.hex) to \((endAddress - 1).hex)" }
}
