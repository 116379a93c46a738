// What libelf decodes, in Swift's words and with the specification's numbers
// (System V ABI, Object Files). Every value is as the file has it: unchecked.

/// The ELF header, `Elf32_Ehdr`.
struct ELFHeader {
  var type: UInt16
  var machine: UInt16
  var entry: UInt32
  var programHeaderOffset: UInt32
  var programHeaderByteCount: UInt16
  var programHeaderCount: UInt16

  enum FileType {
    static let relocatable: UInt16 = 1  // ET_REL
    static let executable: UInt16 = 2  // ET_EXEC
    static let shared: UInt16 = 3  // ET_DYN
    static let core: UInt16 = 4  // ET_CORE
  }

  /// `EM_386`.
  static let i386: UInt16 = 3
  /// `PN_XNUM`: the count is elsewhere.
  static let extendedCount: UInt16 = 0xFFFF
}

/// A program header, `Elf32_Phdr`.
struct ELFProgramHeader {
  var type: UInt32
  var fileOffset: UInt32
  var address: UInt32
  var fileByteCount: UInt32
  var memoryByteCount: UInt32
  var flags: UInt32

  static let byteCount = 32
  static let load: UInt32 = 1  // PT_LOAD
  static let interpreter: UInt32 = 3  // PT_INTERP
  static let executable: UInt32 = 1  // PF_X
  static let writable: UInt32 = 2  // PF_W
}

/// Where the symbols' names are, and how many symbols there are.
struct ELFSymbolTable {
  var namesOffset: UInt64
  var namesByteCount: UInt64
  var symbolCount: UInt64
}

/// A symbol, `Elf32_Sym`.
struct ELFSymbol {
  /// Offset in the names.
  var name: UInt32
  var address: UInt32
  var byteCount: UInt32
  var section: UInt16
  var type: UInt8
  var binding: UInt8

  enum Kind {
    static let label: UInt8 = 0  // STT_NOTYPE
    static let object: UInt8 = 1  // STT_OBJECT
    static let function: UInt8 = 2  // STT_FUNC
  }

  static let global: UInt8 = 1  // STB_GLOBAL
  /// The sections that are places in the file: not SHN_UNDEF, SHN_ABS or SHN_COMMON.
  static let ordinarySections: Range<UInt16> = 1..<0xFF00
}

/// A row of a line table.
struct ELFLineRow {
  var address: UInt64
  var line: Int
  /// Whether it marks the first address after its run of rows.
  var endsSequence: Bool
  /// The same for the same file of one unit.
  var fileNumber: UInt
}
