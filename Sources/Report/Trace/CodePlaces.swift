import GuestImage
import Trace

/// Where instructions stand: symbol, source line and text, from the programs that a trace carries.
final class CodePlaces {
  private let images: [String: [UInt8]]
  private var programs: [String: Program] = [:]
  private let disassembler = Disassembler()

  private struct Program {
    var image: ProgramImage?
    var lines: SourceLineTable?
  }

  init(_ trace: TraceFile) { images = trace.images }

  /// "main+0x1c (touch.c:23)"; the bare address where the program does not say.
  func place(of address: UInt32, in path: String?) -> String {
    let number = "0x" + padded(address)
    guard let path, let program = program(path),
      let symbol = program.image?.symbol(containing: address)
    else { return number }
    let line = program.lines?.sourceLine(of: address).map { " (\($0.shortened))" } ?? ""
    return "\(symbol)\(line)"
  }

  /// The instruction at an address: as it stood in memory if the trace has that, else in the file.
  func instruction(at address: UInt32, in path: String?, code: [UInt8]? = nil) -> String? {
    if let code { return disassembler.instruction(code, at: address) }
    guard let path, let image = program(path)?.image,
      let segment = image.segment(containing: address)
    else { return nil }
    let offset = Int(address - segment.address)
    return disassembler.instruction(
      Array(image.contents(of: segment).dropFirst(offset).prefix(16)), at: address)
  }

  private func program(_ path: String) -> Program? {
    if let program = programs[path] { return program }
    guard let bytes = images[path] else { return nil }
    let image = try? ProgramImage(FileContents(path: path, bytes: bytes))
    let program = Program(image: image, lines: image?.sourceLines())
    programs[path] = program
    return program
  }
}

extension SourceLine {
  /// The file without its folders.
  fileprivate var shortened: String {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    return "\(name.printable):\(line)"
  }
}

/// Eight hexadecimal digits.
func padded(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 8 - digits.count) + digits
}
