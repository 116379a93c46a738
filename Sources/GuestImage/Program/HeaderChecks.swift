extension FileContents {
  /// The ELF header of a static i386 program whose program headers are in the file.
  func checkedHeader(_ reader: borrowing ELFReader) throws(ImageError) -> ELFHeader {
    guard let header = reader.header() else {
      throw error(.damaged, "has an unreadable ELF header; build or copy it again")
    }
    guard header.machine == ELFHeader.i386 else {
      throw error(
        .wrongMachine,
        "is a program for \(ELFIdentification.machineName(header.machine)); "
          + "build it for i386 (-m32)")
    }
    try checkType(header.type)

    guard header.programHeaderCount > 0 else { throw noSegments() }
    guard header.programHeaderCount != ELFHeader.extendedCount else {
      throw error(.damaged, "has more than 65534 program headers; link it again")
    }
    guard Int(header.programHeaderByteCount) == ELFProgramHeader.byteCount else {
      throw error(
        .damaged,
        "has program headers of \(header.programHeaderByteCount) bytes, "
          + "not \(ELFProgramHeader.byteCount); build or copy it again")
    }
    try checkInFile(
      offset: header.programHeaderOffset,
      byteCount: Int(header.programHeaderCount) * ELFProgramHeader.byteCount,
      what: "the program headers")
    return header
  }

  /// The entry point must be in code.
  func checkEntry(_ entry: UInt32, segments: [Segment]) throws(ImageError) {
    guard segments.segment(containing: entry)?.isExecutable == true else {
      throw error(
        .entryOutside,
        "starts at \(entry.hex), which is in no executable segment; "
          + "define _start, or link with -e and its name")
    }
  }

  func noSegments() -> ImageError {
    error(.noSegments, "has nothing to load (no PT_LOAD segment); link it as a program")
  }

  /// Throws `truncated` unless `byteCount` bytes at `offset` are in the file.
  func checkInFile(offset: UInt32, byteCount: Int, what: String) throws(ImageError) {
    let end = Int(offset) + byteCount
    guard end <= bytes.count else {
      throw error(
        .truncated,
        "is truncated: \(what) would end at byte \(end), the file ends at \(bytes.count); "
          + "build or copy it again")
    }
  }

  /// Accepts `ET_EXEC` only.
  private func checkType(_ type: UInt16) throws(ImageError) {
    switch type {
    case ELFHeader.FileType.executable: return
    case ELFHeader.FileType.relocatable:
      throw error(.relocatable, "is an object file, not a program; link it with -static")
    case ELFHeader.FileType.shared:
      throw error(
        .dynamic, "is position-independent or a shared library; link it with -static -no-pie")
    case ELFHeader.FileType.core:
      throw error(.notExecutable, "is a core dump; give the program that made it")
    default:
      throw error(.notExecutable, "has the ELF type \(type), not an executable's; link it again")
    }
  }
}

extension UInt32 {
  /// Eight digits, as debuggers print an address: `0x08048000`.
  var hex: String {
    let digits = String(self, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
