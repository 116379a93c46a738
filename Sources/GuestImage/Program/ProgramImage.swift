/// A static i386 ELF program that has been checked and can be loaded.
///
/// A value: it owns the file's bytes, shares them when copied, and keeps nothing
/// open. Nothing in it has to be checked again; `UserSpace` says which addresses
/// its segments may have.
public struct ProgramImage: Sendable {
  /// The file it came from, with its bytes.
  public let file: FileContents
  /// The address of its first instruction (`e_entry`).
  public let entry: UInt32
  /// What to load: at least one segment, by address, none empty, none overlapping.
  public let segments: [Segment]

  let symbols: SymbolTable

  /// Opens, reads and checks the program at `path`.
  public static func load(_ path: String) throws(ImageError) -> ProgramImage {
    let file = try InputFile(opening: path)
    return try ProgramImage(try file.contents())
  }

  /// Checks that `file` is a program that we can run, and takes it apart.
  public init(_ file: FileContents) throws(ImageError) {
    try ELFIdentification.check(file)
    let opened = try ELFReader.withReader(file.bytes) {
      (reader) throws(ImageError) -> (UInt32, [Segment], SymbolTable) in
      let header = try file.checkedHeader(reader)
      let segments = try file.checkedSegments(reader, header: header)
      try file.checkEntry(header.entry, segments: segments)
      return (header.entry, segments, SymbolTable(reader, file: file, segments: segments))
    }
    switch opened {
    case .success(let (entry, segments, symbols)):
      (self.file, self.entry, self.segments, self.symbols) = (file, entry, segments, symbols)
    case .failure(let failure):
      throw file.error(
        .damaged, "has a damaged ELF structure (\(failure.text)); build or copy it again")
    }
  }

  /// The first address after the highest segment. The heap starts in the page
  /// after it.
  public var endAddress: UInt32 { segments.last?.endAddress ?? UserSpace.start }

  /// The bytes that the file gives for `segment`, which must be one of ours.
  public func contents(of segment: Segment) -> ArraySlice<UInt8> {
    file.bytes[segment.fileOffset..<segment.fileOffset + segment.fileByteCount]
  }

  /// The segment that holds the byte at `address`.
  public func segment(containing address: UInt32) -> Segment? {
    segments.segment(containing: address)
  }

  /// Its symbols by address; none if there is no table or it is damaged.
  public var symbolList: [Symbol] { symbols.list(in: file) }

  /// The function, label or object at `address`, and how far into it that is.
  public func symbol(containing address: UInt32) -> SymbolLocation? {
    symbols.symbol(containing: address, in: file)
  }
}

extension [Segment] {
  /// The index of the first segment that ends above `address`; `count` if none.
  /// Logarithmic: the segments are in order and do not overlap.
  func firstIndex(endingAbove address: UInt32) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle].endAddress > address { high = middle } else { low = middle + 1 }
    }
    return low
  }

  func segment(containing address: UInt32) -> Segment? {
    let index = firstIndex(endingAbove: address)
    guard index < endIndex, self[index].contains(address) else { return nil }
    return self[index]
  }
}
