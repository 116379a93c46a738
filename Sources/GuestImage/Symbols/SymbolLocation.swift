/// An address in words: a symbol and the distance from its start.
public struct SymbolLocation: Equatable, Sendable, CustomStringConvertible {
  /// The symbol's name as the linker knows it (C++ and Swift names are mangled).
  public let name: String
  /// Bytes from the symbol's start.
  public let offset: UInt32

  /// `main+0x1c`, or `main` for its first byte.
  public var description: String {
    offset == 0 ? name.printable : "\(name.printable)+0x\(String(offset, radix: 16))"
  }
}

/// A function, an object or a label of a program.
public struct Symbol: Equatable, Sendable {
  /// Where it begins.
  public let address: UInt32
  /// Its size; 0 for a label.
  public let byteCount: UInt32
  /// Its name as the linker knows it.
  public let name: String
}

/// A place in the source text.
public struct SourceLine: Equatable, Sendable, CustomStringConvertible {
  /// The source file, as the compiler recorded it.
  public let file: String
  /// The line, from 1; 0 for code that belongs to no line.
  public let line: Int

  /// `hello.c:12`.
  public var description: String { "\(file.printable):\(line)" }
}
