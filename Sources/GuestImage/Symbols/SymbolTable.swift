/// The symbols of a program, for turning addresses into words.
///
/// Names stay in the file's bytes until asked for: sixteen bytes a symbol, and
/// loading a program with many costs one sort.
struct SymbolTable: Sendable {
  /// Tables with more symbols than this are cut off: a hostile file could name
  /// millions.
  static let maximumCount: UInt64 = 1 << 20
  /// Longer names are cut off when shown.
  static let maximumNameByteCount = 1024

  /// A symbol that lies in a segment.
  private struct Entry {
    let address: UInt32
    /// 0 for a label, which reaches to the next symbol.
    let byteCount: UInt32
    /// Offset of the name in the file.
    let name: UInt32
    /// The better of two symbols at one address has the higher rank.
    let rank: UInt8

    var endAddress: UInt64 { UInt64(address) + UInt64(byteCount) }

    static func isOrdered(_ left: Entry, _ right: Entry) -> Bool {
      (left.address, left.rank, right.byteCount) < (right.address, right.rank, left.byteCount)
    }
  }

  /// Symbols with a size, by address.
  private var sized: [Entry] = []
  /// The highest end of `sized[0...index]`: where looking backwards may stop.
  private var highestEnd: [UInt64] = []
  /// Symbols without a size, by address.
  private var labels: [Entry] = []
  private var segments: [Segment] = []
  private var names = 0..<0

  /// Reads the table of `reader`'s file; empty if there is none or it is damaged.
  init(_ reader: borrowing ELFReader, file: FileContents, segments: [Segment]) {
    self.segments = segments
    guard let table = reader.symbolTable(),
      let start = Int(exactly: table.namesOffset), start <= file.bytes.count,
      let count = Int(exactly: table.namesByteCount), count <= file.bytes.count - start
    else { return }
    names = start..<start + count

    for index in 0..<UInt32(min(table.symbolCount, Self.maximumCount)) {
      guard let symbol = reader.symbol(index), let entry = entry(for: symbol) else { continue }
      if entry.byteCount > 0 { sized.append(entry) } else { labels.append(entry) }
    }
    sized.sort(by: Entry.isOrdered)
    labels.sort(by: Entry.isOrdered)
    highestEnd.reserveCapacity(sized.count)
    for entry in sized { highestEnd.append(max(highestEnd.last ?? 0, entry.endAddress)) }
  }

  /// The innermost sized symbol around `address`, else the label before it in its
  /// segment, if no sized symbol ends after it: then the address is in a gap.
  func symbol(containing address: UInt32, in file: FileContents) -> SymbolLocation? {
    guard let segment = segments.segment(containing: address) else { return nil }
    let last = sized.lastIndex(where: \.address, atOrBelow: address)
    var index = last
    while let candidate = index, highestEnd[candidate] > UInt64(address) {
      if sized[candidate].endAddress > UInt64(address) {
        return location(of: sized[candidate], at: address, in: file)
      }
      index = candidate > 0 ? candidate - 1 : nil
    }

    guard let label = labels.lastIndex(where: \.address, atOrBelow: address).map({ labels[$0] }),
      segment.contains(label.address),
      last.map({ highestEnd[$0] <= UInt64(label.address) }) ?? true
    else { return nil }
    return location(of: label, at: address, in: file)
  }

  /// All of them by address: labels among those with a size.
  func list(in file: FileContents) -> [Symbol] {
    (sized + labels).sorted(by: Entry.isOrdered).map { entry in
      Symbol(
        address: entry.address, byteCount: entry.byteCount,
        name: location(of: entry, at: entry.address, in: file).name)
    }
  }

  /// The entry for a function, an object or a label in a segment; nil for others.
  private func entry(for symbol: ELFSymbol) -> Entry? {
    let rank: UInt8
    switch symbol.type {
    case ELFSymbol.Kind.function: rank = 4
    case ELFSymbol.Kind.object: rank = 2
    case ELFSymbol.Kind.label: rank = 0
    default: return nil
    }
    guard ELFSymbol.ordinarySections.contains(symbol.section),
      symbol.name > 0, Int(symbol.name) < names.count,
      let name = UInt32(exactly: names.lowerBound + Int(symbol.name)),
      segments.segment(containing: symbol.address) != nil
    else { return nil }
    return Entry(
      address: symbol.address, byteCount: symbol.byteCount, name: name,
      rank: symbol.binding == ELFSymbol.global ? rank + 1 : rank)
  }

  private func location(
    of entry: Entry, at address: UInt32, in file: FileContents
  ) -> SymbolLocation {
    let bytes = file.bytes[Int(entry.name)..<names.upperBound]
      .prefix(Self.maximumNameByteCount).prefix { $0 != 0 }
    return SymbolLocation(
      name: String(decoding: bytes, as: UTF8.self), offset: address - entry.address)
  }
}

extension Array {
  /// The index of the last element whose `start` is at or below `value`, in an
  /// array ordered by it.
  func lastIndex<Value: Comparable>(
    where start: (Element) -> Value, atOrBelow value: Value
  ) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if start(self[middle]) <= value { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? low - 1 : nil
  }
}
