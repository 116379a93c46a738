/// The first bytes of an ELF file, which say how to read the rest.
///
/// Looked at byte by byte before any library is, so that a file of the wrong kind
/// is told from a damaged one. Source: System V ABI, ELF Header.
enum ELFIdentification {
  static let magic: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]
  /// `sizeof(Elf32_Ehdr)`.
  static let headerByteCount = 52

  /// Accepts a 32-bit little-endian file with a whole header, for any machine.
  static func check(_ file: FileContents) throws(ImageError) {
    let bytes = file.bytes
    guard !bytes.isEmpty else {
      throw file.error(.empty, "the file is empty; build or copy it again")
    }
    guard bytes.prefix(4).elementsEqual(magic.prefix(bytes.count)) else {
      throw file.error(
        .notELF, "is not an ELF file; give a static i386 program, or a manifest named *.yaml")
    }
    guard bytes.count >= 20 else { throw file.truncatedHeader() }

    let isLittleEndian = bytes[5] == 1
    switch bytes[4] {
    case 1: break
    case 2:
      let machine =
        isLittleEndian
        ? UInt16(bytes[18]) | UInt16(bytes[19]) << 8 : UInt16(bytes[19]) | UInt16(bytes[18]) << 8
      throw file.error(
        .wrongClass, "is a 64-bit program (\(machineName(machine))); build it with -m32")
    default:
      throw file.error(.damaged, "has the unknown ELF class \(bytes[4]); build or copy it again")
    }
    switch bytes[5] {
    case 1: break
    case 2: throw file.error(.wrongByteOrder, "is a big-endian program; build it for i386")
    default:
      throw file.error(
        .damaged, "has the unknown ELF byte order \(bytes[5]); build or copy it again")
    }
    guard bytes[6] == 1 else {
      throw file.error(.damaged, "has the unknown ELF version \(bytes[6]); build or copy it again")
    }
    guard bytes.count >= headerByteCount else { throw file.truncatedHeader() }
  }

  /// The usual name of an `e_machine` value.
  static func machineName(_ machine: UInt16) -> String {
    switch machine {
    case 2: "SPARC"
    case 3: "i386"
    case 6: "Intel MCU"
    case 8: "MIPS"
    case 20: "PowerPC"
    case 21: "64-bit PowerPC"
    case 22: "S/390"
    case 40: "ARM"
    case 62: "x86-64"
    case 183: "AArch64"
    case 243: "RISC-V"
    default: "machine \(machine)"
    }
  }
}

extension FileContents {
  func error(_ kind: ImageError.Kind, _ detail: String) -> ImageError {
    ImageError(kind: kind, path: path, detail: detail)
  }

  fileprivate func truncatedHeader() -> ImageError {
    error(
      .truncated,
      "is truncated: an ELF header has \(ELFIdentification.headerByteCount) bytes, "
        + "the file \(bytes.count); build or copy it again")
  }
}
