import I386

extension MatrixCase {
  /// "matrix:0x01a2b3", which `--filter` takes.
  public var identifier: String { "matrix:\(hexadecimal(rawValue))" }

  /// The case in words: "user write through PDE P W U, PTE P U D; CR0.WP CR4.PSE".
  public var words: String {
    let access = access
    var words = access.isUser ? "user " : "supervisor "
    switch access.kind {
    case .read: words += "read"
    case .write: words += "write"
    case .fetch: words += "fetch"
    }
    words += " through PDE " + EntryWords.of(directoryFlags, isDirectory: true)
    words += ", PTE " + EntryWords.of(tableFlags, isDirectory: false)
    var controls = ""
    if has(MatrixControls.writeProtect) { controls += " CR0.WP" }
    if has(MatrixControls.pageSizeExtensions) { controls += " CR4.PSE" }
    if has(MatrixControls.smep) { controls += " CR4.SMEP" }
    if has(MatrixControls.smap) { controls += " CR4.SMAP" }
    if has(MatrixControls.alignmentCheck) { controls += " EFLAGS.AC" }
    return words + ";" + (controls.isEmpty ? " no control bits" : controls)
  }
}

/// The names of an entry's flags.
enum EntryWords {
  /// "P W U A D"; "0" for none.
  static func of(_ entry: UInt32, isDirectory: Bool) -> String {
    var words = ""
    func add(_ bit: UInt32, _ name: String) {
      if entry & bit != 0 { words += words.isEmpty ? name : " " + name }
    }
    add(PageEntryBits.present, "P")
    add(PageEntryBits.writable, "W")
    add(PageEntryBits.user, "U")
    add(PageEntryBits.accessed, "A")
    add(PageEntryBits.dirty, "D")
    add(0x80, isDirectory ? "PS" : "PAT")
    add(0x100, "G")
    if isDirectory { add(0x0020_0000, "bit 21") }
    return words.isEmpty ? "0" : words
  }
}

extension MatrixState {
  /// A word's value as people read it.
  public func words(of index: Int) -> String {
    let value = self[index]
    guard index == 0 else { return hexadecimal(value) }
    if value == PagingOutcome.noFault { return "no fault" }
    if value & 0x8000_0000 != 0 {
      return "\(Vector(UInt8(value >> 16 & 0xFF))) with error code \(hexadecimal(value & 0xFFFF))"
    }
    return "#PF with error code \(hexadecimal(value))"
  }
}

extension MatrixExpectation {
  /// The first word that differs: "PTE bit 6: expected 0x…, seen 0x…".
  public func differenceInWords(from seen: MatrixState) -> String {
    guard let (word, bit) = firstDifference(from: seen) else { return "no difference" }
    let place = word == 0 && state.error | seen.error == PagingOutcome.noFault ? "" : " bit \(bit)"
    return "\(MatrixState.name(of: word))\(place): expected \(state.words(of: word)), "
      + "seen \(seen.words(of: word))"
  }
}
