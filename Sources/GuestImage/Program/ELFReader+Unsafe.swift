internal import CDebugInfo

/// libelf's view of bytes in memory: a decoder that is not believed.
///
/// Safe because the handle never leaves `withReader`, for whose duration the
/// bytes are pinned, and every answer is a copied value. A file's bytes go
/// through `ELFIdentification.check` first.
@safe
struct ELFReader: ~Copyable {
  private let image: OpaquePointer

  /// libelf refused; its words.
  struct Failure: Error { let text: String }

  /// Opens `bytes` for the duration of `body`.
  static func withReader<Value>(
    _ bytes: [UInt8], _ body: (borrowing ELFReader) throws(ImageError) -> Value
  ) throws(ImageError) -> Result<Value, Failure> {
    try unsafe bytes.span.bytes.withUnsafeBytes {
      (buffer) throws(ImageError) -> Result<Value, Failure> in
      var image: OpaquePointer?
      let status = unsafe cdebuginfo_open(buffer.baseAddress, buffer.count, &image)
      guard status >= 0, let image = unsafe image else {
        return .failure(Failure(text: unsafe String(cString: cdebuginfo_error_text(status))))
      }
      return .success(try body(unsafe ELFReader(image: image)))
    }
  }

  private init(image: OpaquePointer) { unsafe self.image = image }

  deinit { unsafe cdebuginfo_close(image) }

  func header() -> ELFHeader? {
    var raw = cdebuginfo_header()
    guard unsafe cdebuginfo_read_header(image, &raw) >= 0 else { return nil }
    return ELFHeader(
      type: raw.type, machine: raw.machine, entry: raw.entry,
      programHeaderOffset: raw.program_header_offset,
      programHeaderByteCount: raw.program_header_size,
      programHeaderCount: raw.program_header_count)
  }

  func programHeader(_ index: UInt16) -> ELFProgramHeader? {
    var raw = cdebuginfo_segment()
    guard unsafe cdebuginfo_read_segment(image, UInt32(index), &raw) >= 0 else { return nil }
    return ELFProgramHeader(
      type: raw.type, fileOffset: raw.file_offset, address: raw.address,
      fileByteCount: raw.file_byte_count, memoryByteCount: raw.memory_byte_count,
      flags: raw.flags)
  }

  /// The symbol table, or nil when the file has none.
  func symbolTable() -> ELFSymbolTable? {
    var raw = cdebuginfo_symbol_table()
    guard unsafe cdebuginfo_find_symbols(image, &raw) > 0 else { return nil }
    return ELFSymbolTable(
      namesOffset: raw.names_offset, namesByteCount: raw.names_byte_count,
      symbolCount: raw.symbol_count)
  }

  /// A symbol of the table found last.
  func symbol(_ index: UInt32) -> ELFSymbol? {
    var raw = cdebuginfo_symbol()
    guard unsafe cdebuginfo_read_symbol(image, index, &raw) >= 0 else { return nil }
    return ELFSymbol(
      name: raw.name, address: raw.address, byteCount: raw.byte_count, section: raw.section,
      type: raw.type, binding: raw.binding)
  }

  /// Calls `body` with each row of all line tables until it answers false; its
  /// second argument gives the name of the row's file.
  func forEachLineRow(_ body: (ELFLineRow, _ fileName: () -> String) -> Bool) {
    var lines: OpaquePointer?
    guard unsafe cdebuginfo_lines_open(image, &lines) > 0, let lines = unsafe lines else { return }
    defer { unsafe cdebuginfo_lines_close(lines) }

    var raw = unsafe cdebuginfo_line()
    while unsafe cdebuginfo_lines_next(lines, &raw) > 0 {
      let file = unsafe raw.file
      let row = unsafe ELFLineRow(
        address: raw.address, line: Int(raw.line), endsSequence: raw.ends_sequence != 0,
        fileNumber: UInt(bitPattern: file))
      let name = { unsafe file.map { unsafe String(cString: $0) } ?? "?" }
      guard body(row, name) else { return }
    }
  }
}
